"use strict";
// The state of a table says what it shows: listeners change the state, and draw() is a function of it.
// All text is set as text, so that no data from the API becomes markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const STORED = "flexflows-report:done:"; // prefix of the keys in localStorage, one for each ticked entry
  const WHOLE = 40; // the most characters of a number, a SID or a short word, which never breaks
  const collator = new Intl.Collator("en", { numeric: true });
  const one = (root, selector) => root.querySelector(selector);
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const count = (number) => number.toLocaleString("en");
  const ticked = new Set();
  const tables = {};

  function storage(action) {
    try { action(localStorage); } catch { one(document, "#not-stored").hidden = false; }
  }

  function loadTicks() {
    ticked.clear();
    storage((store) => Object.keys(store).filter((key) => key.startsWith(STORED)).forEach((key) => ticked.add(key.slice(STORED.length))));
  }

  function setTick(key, isDone) {
    ticked[isDone ? "add" : "delete"](key);
    storage((store) => (isDone ? store.setItem(STORED + key, "1") : store.removeItem(STORED + key)));
  }

  const initial = () => ({ page: 0, search: "", filters: {}, hide: false, sort: null, only: null });

  function searchText(row) { // what is shown of a row, and nothing else
    if (row.text === undefined) {
      const { reasons, chips = [], commands, flows, key, after, obstacle, ...shown } = row;
      row.text = [...Object.values(shown), ...chips.map((code) => data.reasons[code].label)].join("\n").toLowerCase();
    }
    return row.text;
  }

  function sortValue(row, column) {
    if (column === "grade") return data.grades.indexOf(row.grade);
    return column === "done" ? Number(ticked.has(row.key)) : row[column];
  }

  function select({ rows, state }) {
    const search = state.search.trim().toLowerCase();
    const filters = Object.entries(state.filters).filter(([, value]) => value);
    const selected = rows.filter((row) => (!state.only || state.only.rows.has(row)) && !(state.hide && ticked.has(row.key))
      && filters.every(([name, value]) => [row[name]].flat().includes(value)) && (!search || searchText(row).includes(search)));
    if (!state.sort) return selected;
    const { column, sign } = state.sort;
    const compare = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));
    return selected.sort((a, b) => sign * compare(sortValue(a, column), sortValue(b, column)));
  }

  function draw(table, isPrinted = false) {
    const { section, state } = table;
    const selected = select(table);
    const pages = Math.max(1, Math.ceil(selected.length / table.size));
    state.page = Math.min(state.page, pages - 1);
    const first = isPrinted ? 0 : state.page * table.size;
    const shown = selected.slice(first, isPrinted ? undefined : first + table.size);
    if (shown.length !== table.shown?.length || shown.some((row, number) => row !== table.shown[number])) {
      table.elements = shown.map((row) => makeRow(table, row));
      table.body.replaceChildren(...table.elements);
      table.shown = shown;
    }
    table.elements.forEach((element, number) => {
      const box = one(element, "[data-done]");
      if (box) element.classList.toggle("done", (box.checked = ticked.has(shown[number].key)));
    });
    const range = shown.length < selected.length ? `${count(first + 1)}-${count(first + shown.length)} of ` : "";
    const rest = selected.length < table.rows.length ? ` (filtered from ${count(table.rows.length)})` : "";
    const done = table.hide ? `, ${count(table.rows.filter((row) => ticked.has(row.key)).length)} done in all` : "";
    const status = one(section, ".status");
    status.textContent = `${range}${count(selected.length)} ${status.dataset.what}${rest}${done}`;
    one(section, ".only").textContent = state.only ? `Only the flows of ${state.only.name}` : "";
    one(section, ".pager").classList.toggle("on", pages > 1);
    one(section, ".pager span").textContent = `Page ${count(state.page + 1)} of ${count(pages)}`;
    one(section, "[data-page='-1']").disabled = state.page === 0;
    one(section, "[data-page='1']").disabled = state.page === pages - 1;
    one(section, "input[type=search]").value = state.search;
    all(section, "select").forEach((select) => { select.value = state.filters[select.dataset.filter] ?? ""; });
    if (table.hide) table.hide.checked = state.hide;
    for (const heading of all(section, "th[data-sort]")) {
      const isSorted = state.sort?.column === heading.dataset.sort;
      heading.toggleAttribute("aria-sort", isSorted);
      if (isSorted) heading.setAttribute("aria-sort", state.sort.sign > 0 ? "ascending" : "descending");
    }
  }

  function makeRow(table, row) {
    const element = table.template.cloneNode(true);
    for (const cell of all(element, "[data-f]")) {
      const text = typeof row[cell.dataset.f] === "number" ? count(row[cell.dataset.f]) : row[cell.dataset.f];
      cell.textContent = text;
      cell.classList.toggle("long", text.length > WHOLE);
      if (cell.dataset.f === "grade") cell.classList.add(text.replaceAll(" ", "-"));
    }
    for (const code of row.chips ?? []) {
      const chip = one(element, "[data-chips]").appendChild(document.createElement("span"));
      chip.className = data.reasons[code].is_note ? "chip note" : "chip";
      chip.textContent = data.reasons[code].label;
    }
    one(element, "[data-open]")?.addEventListener("click", (event) => {
      const isOpen = event.currentTarget.getAttribute("aria-expanded") === "true";
      event.currentTarget.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) element.nextElementSibling.remove();
      else element.after(makeDetail(row, element.cells.length));
    });
    const box = one(element, "[data-done]");
    if (!box) return element;
    box.setAttribute("aria-label", `Done: ${row.item}`);
    box.addEventListener("change", () => {
      const number = table.shown.indexOf(row);
      setTick(row.key, box.checked);
      draw(table);
      if (!box.isConnected) one(table.elements[Math.min(number, table.elements.length - 1)] ?? table.section, "input").focus();
    });
    one(element, "[data-item]").addEventListener("click", () =>
      show(tables.flows, { only: { name: row.item, rows: new Set(row.flows.map((number) => data.flows[number])) } }));
    return element;
  }

  function makeDetail(row, width) {
    const detail = one(document, "#detail").content.firstElementChild.cloneNode(true);
    one(detail, "td").colSpan = width;
    for (const code of row.reasons) {
      const reason = document.getElementById(`why-${code}`).cloneNode(true);
      reason.removeAttribute("id");
      one(reason, ".count").remove();
      one(detail, "dl").append(reason);
    }
    one(detail, "h3").textContent = row.after ? `Commands, ${row.after}` : `No commands: ${row.obstacle}`;
    for (const [name, line] of Object.entries(row.commands)) {
      const command = one(document, "#command").content.firstElementChild.cloneNode(true);
      const [code, button] = [one(command, "code"), one(command, "button")];
      one(command, "span").textContent = name;
      for (const [number, word] of line.split(" ").entries()) { // a line does not break within an option
        const span = document.createElement("span");
        span.className = word.length > WHOLE ? "" : "whole";
        span.textContent = word;
        code.append(number ? " " : "", span);
      }
      button.setAttribute("aria-label", `Copy ${name}`);
      button.addEventListener("click", () => copy(button, code));
      one(detail, "td").append(command);
    }
    return detail;
  }

  async function copy(button, code) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch { // not allowed: the command is selected, to copy it by hand
      getSelection().selectAllChildren(code);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
    }
  }

  function show(table, state) {
    table.state = { ...initial(), ...state };
    draw(table);
  }

  function addTable(section) {
    const rows = data[section.dataset.table];
    const table = { section, rows, state: initial(), size: Number(section.dataset.rows) };
    Object.assign(table, { body: one(section, "tbody"), hide: one(section, "[data-hide]") });
    table.template = one(section, "template").content.firstElementChild;
    tables[section.dataset.table] = table;
    for (const select of all(section, "select")) {
      const counts = new Map();
      rows.forEach((row) => [row[select.dataset.filter]].flat().forEach((value) => counts.set(value, (counts.get(value) ?? 0) + 1)));
      counts.delete("");
      const rank = (value) => (select.dataset.filter === "grade" ? data.grades.indexOf(value) : 0);
      const label = (value) => (select.dataset.filter === "reasons" ? data.reasons[value].label : value);
      const values = [...counts.keys()].sort((a, b) => rank(a) - rank(b) || collator.compare(label(a), label(b)));
      select.append(...values.map((value) => new Option(`${label(value)} (${count(counts.get(value))})`, value)));
    }
    one(section, ".tools").addEventListener("input", () => {
      const filters = Object.fromEntries(all(section, "select").map((select) => [select.dataset.filter, select.value]));
      Object.assign(table.state, { page: 0, search: one(section, "input[type=search]").value, hide: table.hide?.checked ?? false, filters });
      draw(table);
    });
    one(section, "[data-reset]").addEventListener("click", () => show(table, {}));
    for (const heading of all(section, "th[data-sort]")) {
      const [button, column] = [document.createElement("button"), heading.dataset.sort];
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener("click", () => {
        const { sort } = table.state;
        Object.assign(table.state, { page: 0, sort: { column, sign: sort?.column === column ? -sort.sign : 1 } });
        draw(table);
      });
    }
    all(section, "[data-page]").forEach((button) => button.addEventListener("click", () => {
      table.state.page += Number(button.dataset.page);
      draw(table);
      if (button.disabled) all(section, "[data-page]").find((other) => !other.disabled)?.focus();
      section.scrollIntoView();
    }));
    draw(table);
  }

  document.documentElement.classList.add("js");
  loadTicks();
  all(document, "[data-table]:has(template)").forEach(addTable);
  all(document, "[data-go]").forEach((link) => {
    link.href = "#flows";
    link.addEventListener("click", () => show(tables.flows, { filters: JSON.parse(link.dataset.go) }));
  });
  addEventListener("storage", () => { loadTicks(); if (tables.work) draw(tables.work); });
  const printed = () => Object.values(tables).filter((table) => table !== tables.flows || one(document, "#print-flows").checked);
  addEventListener("beforeprint", () => printed().forEach((table) => draw(table, true)));
  addEventListener("afterprint", () => printed().forEach((table) => draw(table)));
})();
