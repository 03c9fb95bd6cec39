"use strict";
// The state of a table says what it shows: listeners change the state, and draw() is a function of it.
// All text is set as text, so that no data from the API becomes markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const STORED = "flexflows-report:done:"; // prefix of the keys in localStorage, one for each item that is done
  const WHOLE = 40; // the most characters of a number, a SID or a short word, which never breaks
  const ALL = { page: 0, search: "", filters: {}, sort: null, only: null };
  const collator = new Intl.Collator("en", { numeric: true });
  const one = (root, selector) => root.querySelector(selector);
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const count = (number) => number.toLocaleString("en");
  const tables = {};

  function storage(action) {
    try { action(localStorage); } catch { one(document, "#not-stored").hidden = false; }
  }

  function searchText(row) { // what is shown of a row, and nothing else
    const { done, reasons, chips = [], commands, flows, key, after, obstacle, text, ...shown } = row;
    row.text ??= [...Object.values(shown), ...chips.map((code) => data.labels[code].label)].join("\n").toLowerCase();
    return row.text;
  }

  function select({ rows, state }) {
    const search = state.search.trim().toLowerCase();
    const filters = Object.entries(state.filters).filter(([, value]) => value);
    const selected = rows.filter((row) => (!state.only || state.only.rows.has(row))
      && filters.every(([name, value]) => [row[name]].flat().includes(value))
      && (!search || searchText(row).includes(search)));
    if (!state.sort) return selected;
    const { column, sign } = state.sort;
    const value = (row) => (column === "grade" ? data.grades.indexOf(row.grade) : row[column]);
    return selected.sort((a, b) => sign * collator.compare(value(a), value(b)));
  }

  function draw(table, isPrinted = false) {
    const { section, state, rows, size } = table;
    const selected = select(table);
    const pages = Math.max(1, Math.ceil(selected.length / size));
    const first = isPrinted ? 0 : state.page * size;
    const visible = selected.slice(first, isPrinted ? undefined : first + size);
    one(section, "tbody").replaceChildren(...visible.map((row) => makeRow(table, row)));
    const range = visible.length < selected.length ? `${count(first + 1)}-${count(first + visible.length)} of ` : "";
    const rest = selected.length < rows.length ? ` (filtered from ${count(rows.length)})` : "";
    const status = one(section, ".status");
    status.textContent = `${range}${count(selected.length)} ${status.dataset.what}${rest}`;
    drawRemark(table);
    one(section, ".pager").classList.toggle("on", pages > 1);
    one(section, ".pager span").textContent = `Page ${count(state.page + 1)} of ${count(pages)}`;
    one(section, "[data-page='-1']").disabled = state.page === 0;
    one(section, "[data-page='1']").disabled = state.page === pages - 1;
    table.search.value = state.search;
    table.filters.forEach((filter) => { filter.value = state.filters[filter.dataset.filter] ?? ""; });
    for (const heading of all(section, "th[data-sort]")) {
      const isSorted = state.sort?.column === heading.dataset.sort;
      heading.ariaSort = isSorted ? (state.sort.sign > 0 ? "ascending" : "descending") : null;
    }
  }

  function drawRemark({ section, state, rows }) {
    const done = rows.filter((row) => row.done).length;
    one(section, ".remark").textContent = state.only ? `Only the flows of ${state.only.name}` : done ? `${count(done)} done` : "";
  }

  function makeRow(table, row) {
    const element = table.template.cloneNode(true);
    for (const cell of all(element, "[data-f]")) {
      const value = row[cell.dataset.f];
      cell.textContent = typeof value === "number" ? count(value) : value;
      cell.classList.toggle("long", cell.textContent.length > WHOLE);
      if (cell.dataset.f === "grade") cell.classList.add(value.replaceAll(" ", "-"));
    }
    for (const { label, is_note } of (row.chips ?? []).map((code) => data.labels[code])) {
      one(element, "[data-chips]").append(makeSpan(is_note ? "chip note" : "chip", label));
    }
    one(element, "[data-open]")?.addEventListener("click", ({ currentTarget: button }) => {
      const isOpen = button.ariaExpanded === "true";
      button.ariaExpanded = String(!isOpen);
      if (isOpen) element.nextElementSibling.remove();
      else element.after(makeDetail(row, element.cells.length));
    });
    one(element, "[data-item]")?.addEventListener("click", () =>
      update(tables.flows, { ...ALL, only: { name: row.item, rows: new Set(row.flows.map((number) => data.flows[number])) } }));
    const box = one(element, "[data-done]");
    if (!box) return element;
    box.ariaLabel = `Done: ${row.item}`;
    box.checked = row.done;
    box.addEventListener("change", () => {
      row.done = box.checked;
      storage((store) => (row.done ? store.setItem(STORED + row.key, "1") : store.removeItem(STORED + row.key)));
      drawRemark(table);
    });
    return element;
  }

  function makeSpan(className, text) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return span;
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
    one(detail, "td").append(...Object.entries(row.commands).map(([name, line]) => makeCommand(name, line)));
    return detail;
  }

  function makeCommand(name, line) {
    const command = one(document, "#command").content.firstElementChild.cloneNode(true);
    const [button, code] = [one(command, "button"), one(command, "code")];
    one(command, "span").textContent = name;
    for (const word of line.split(" ")) { // a line does not break within an option
      code.append(code.hasChildNodes() ? " " : "", makeSpan(word.length > WHOLE ? "" : "whole", word));
    }
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(line);
        button.textContent = "Copied";
      } catch { // not allowed: the command is selected, to copy it by hand
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
    });
    return command;
  }

  function update(table, change) {
    Object.assign(table.state, change);
    draw(table);
  }

  function addTable(section) {
    const { table: name, rows: size } = section.dataset;
    const [search, filters] = [one(section, "input[type=search]"), all(section, "select")];
    const template = one(section, "template").content.firstElementChild;
    const table = { section, rows: data[name], size: Number(size), search, filters, template, state: { ...ALL } };
    tables[name] = table;
    one(section, ".tools").addEventListener("input", () => update(table, {
      page: 0,
      search: search.value,
      filters: Object.fromEntries(filters.map((filter) => [filter.dataset.filter, filter.value])),
    }));
    one(section, "[data-reset]").addEventListener("click", () => update(table, ALL));
    for (const button of all(section, "th button")) {
      const column = button.closest("th").dataset.sort;
      button.addEventListener("click", () => {
        const { sort } = table.state;
        update(table, { page: 0, sort: { column, sign: sort?.column === column ? -sort.sign : 1 } });
      });
    }
    for (const button of all(section, "[data-page]")) {
      button.addEventListener("click", () => {
        update(table, { page: table.state.page + Number(button.dataset.page) });
        if (button.disabled) one(section, "[data-page]:enabled").focus();
        section.scrollIntoView();
      });
    }
    draw(table);
  }

  document.documentElement.classList.add("js");
  storage((store) => data.work.forEach((row) => { row.done = store.getItem(STORED + row.key) !== null; }));
  all(document, "[data-table]:has(template)").forEach(addTable);
  for (const link of all(document, "[data-go]")) {
    link.href = "#flows";
    link.addEventListener("click", () => update(tables.flows, { ...ALL, filters: JSON.parse(link.dataset.go) }));
  }
  // A table that is shown whole is not drawn again: its open rows are printed, too.
  const printed = () => Object.values(tables).filter((table) => select(table).length > table.size
    && (table !== tables.flows || one(document, "#print-flows").checked));
  addEventListener("beforeprint", () => printed().forEach((table) => draw(table, true)));
  addEventListener("afterprint", () => printed().forEach((table) => draw(table)));
})();
