"use strict";
// Fills the page's tables from #data. All text is set as text, so that no data from the API becomes markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PRINTED = 1000; // the most rows of a table that are printed
  const DONE = "flexflows-report:done:"; // prefix of the keys in localStorage, one for each ticked entry
  const collator = new Intl.Collator("en", { numeric: true });
  const one = (root, selector) => root.querySelector(selector);
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const tables = {};

  const ticks = {
    keys: new Set(),
    load() {
      try {
        this.keys = new Set(Object.keys(localStorage).filter((key) => key.startsWith(DONE)));
      } catch { /* no storage: ticks last as long as the page */ }
    },
    has(key) { return this.keys.has(DONE + key); },
    set(key, isDone) {
      this.keys[isDone ? "add" : "delete"](DONE + key);
      try {
        if (isDone) localStorage.setItem(DONE + key, "1");
        else localStorage.removeItem(DONE + key);
      } catch { /* no storage */ }
    },
  };

  class Table {
    constructor(section) {
      this.section = section;
      this.name = section.dataset.table;
      this.source = data.tables[this.name];
      this.body = one(section, "tbody");
      this.template = one(section, "template").content.firstElementChild;
      this.search = one(section, "input[type=search]");
      this.hide = one(section, "[data-hide]");
      this.selects = all(section, "select[data-filter]");
      this.pager = one(section, ".pager");
      this.order = Uint32Array.from({ length: this.source.size }, (_, row) => row);
      this.page = 0;
      this.rows = Number(section.dataset.rows);
      this.selects.forEach((select) => this.fillSelect(select));
      all(section, "th[data-sort]").forEach((heading) => this.addSort(heading));
      section.addEventListener("input", () => this.filter());
      one(section, "[data-reset]").addEventListener("click", () => this.show({}));
      all(section, "[data-page]").forEach((button) => button.addEventListener("click", () => {
        this.page += Number(button.dataset.page);
        this.draw();
        section.scrollIntoView();
      }));
      this.filter();
      globalThis.requestIdleCallback?.(() => this.searchTexts()); // before the first letter is typed
    }

    text(name, row) {
      const { values, index } = this.source.columns[name];
      return values[index ? index[row] : row];
    }

    fillSelect(select) {
      const { values, index } = this.source.columns[select.dataset.filter];
      const counts = new Map();
      const perValue = new Uint32Array(values.length);
      index.forEach((each) => { perValue[each] += 1; });
      const isList = select.dataset.filter === "reasons";
      values.forEach((value, each) => (isList ? value.split(" ") : [value]).forEach((part) => {
        if (part) counts.set(part, (counts.get(part) ?? 0) + perValue[each]);
      }));
      const isGrade = select.dataset.filter === "grade";
      const rank = ([part]) => (isGrade ? data.grades.indexOf(part) : 0);
      for (const [part, number] of [...counts].sort((a, b) => rank(a) - rank(b) || collator.compare(a[0], b[0]))) {
        const label = isList ? data.reasons[part][0] : part;
        select.add(new Option(`${label} (${number.toLocaleString("en")})`, part));
      }
    }

    addSort(heading) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener("click", () => {
        const isDescending = heading.getAttribute("aria-sort") === "ascending";
        all(this.section, "th[aria-sort]").forEach((each) => each.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
        this.sort(heading.dataset.sort, isDescending ? -1 : 1);
      });
    }

    sort(name, direction) {
      const column = this.source.columns[name === "done" ? "key" : name];
      const values = column.values;
      const order = Uint32Array.from(values, (_, each) => each);
      // Empty texts come last in both directions.
      if (name === "grade") order.sort((a, b) => direction * (data.grades.indexOf(values[a]) - data.grades.indexOf(values[b])));
      else if (name === "done") order.sort((a, b) => direction * (ticks.has(values[a]) - ticks.has(values[b])));
      else order.sort((a, b) => (!values[a] - !values[b]) || direction * collator.compare(values[a], values[b]));
      const ranks = new Uint32Array(values.length);
      order.forEach((each, rank) => {
        const before = order[rank - 1];
        const isSame = rank > 0 && name === "done" && ticks.has(values[each]) === ticks.has(values[before]);
        ranks[each] = isSame ? ranks[before] : rank;
      });
      const rankOf = column.index ? (row) => ranks[column.index[row]] : (row) => ranks[row];
      this.order = Uint32Array.from({ length: this.source.size }, (_, row) => row).sort((a, b) => rankOf(a) - rankOf(b) || a - b);
      this.filter();
    }

    filter() {
      const tests = this.selects.filter((select) => select.value).map((select) => {
        const { values, index } = this.source.columns[select.dataset.filter];
        const isList = select.dataset.filter === "reasons";
        const isMatch = values.map((value) => (isList ? value.split(" ").includes(select.value) : value === select.value));
        return (row) => isMatch[index[row]];
      });
      const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length) {
        const texts = this.searchTexts();
        tests.push((row) => words.every((word) => texts[row].includes(word)));
      }
      if (this.hide?.checked) tests.push((row) => !ticks.has(this.text("key", row)));
      this.shown = tests.length ? this.order.filter((row) => tests.every((test) => test(row))) : this.order;
      this.page = 0;
      this.draw();
    }

    searchTexts() {
      this.texts ??= Array.from({ length: this.source.size }, (_, row) =>
        Object.keys(this.source.columns).map((name) => this.text(name, row)).join("\n").toLowerCase());
      return this.texts;
    }

    draw(first = this.page * this.rows, number = this.rows) {
      const rows = [...this.shown.subarray(first, first + number)].map((row) => this.row(row));
      this.body.replaceChildren(...rows);
      const count = (value) => value.toLocaleString("en");
      const size = this.shown.length;
      const range = size > rows.length ? `${count(first + 1)}-${count(first + rows.length)} of ` : "";
      const rest = size < this.source.size ? ` (filtered from ${count(this.source.size)})` : "";
      const status = one(this.section, ".status");
      status.textContent = `${range}${count(size)} ${status.dataset.what}${rest}${this.progress()}`;
      this.pager.classList.toggle("on", size > this.rows);
      one(this.pager, "span").textContent = `Page ${count(this.page + 1)} of ${count(Math.ceil(size / this.rows))}`;
      one(this.pager, "[data-page='-1']").disabled = this.page === 0;
      one(this.pager, "[data-page='1']").disabled = (this.page + 1) * this.rows >= size;
    }

    progress() {
      if (!this.hide) return "";
      let done = 0;
      for (const key of this.source.columns.key.values) done += ticks.has(key);
      return `, ${done.toLocaleString("en")} done in total`;
    }

    row(number) {
      const row = this.template.cloneNode(true);
      for (const cell of all(row, "[data-f]")) {
        const text = this.text(cell.dataset.f, number);
        cell.textContent = text;
        if (cell.dataset.f === "grade") cell.classList.add(text.replaceAll(" ", "-"));
      }
      const chips = one(row, "[data-chips]");
      if (chips) this.addReasons(row, chips, this.text("reasons", number).split(" "));
      const box = one(row, "[data-done]");
      if (box) {
        const key = this.text("key", number);
        const mark = () => row.classList.toggle("done", (box.checked = ticks.has(key)));
        mark();
        box.setAttribute("aria-label", `Done: ${this.text("item", number)}`);
        box.addEventListener("change", () => { ticks.set(key, box.checked); mark(); });
        one(row, "[data-go]").addEventListener("click", () =>
          tables.flows.show({ account: this.text("account", number), search: this.text("item", number) }));
      }
      return row;
    }

    addReasons(row, chips, codes) {
      for (const code of codes) {
        const chip = document.createElement("a");
        const [label, isNote] = data.reasons[code];
        chip.className = isNote ? "chip note" : "chip";
        chip.href = `#why-${code}`;
        chip.textContent = label;
        chips.append(chip);
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "why";
      button.textContent = "Explain";
      button.setAttribute("aria-expanded", "false");
      chips.prepend(button);
      button.addEventListener("click", () => {
        const isOpen = button.getAttribute("aria-expanded") === "true";
        button.setAttribute("aria-expanded", String(!isOpen));
        if (isOpen) { row.nextElementSibling.remove(); return; }
        const detail = document.createElement("tr");
        detail.className = "detail";
        const list = detail.appendChild(document.createElement("td")).appendChild(document.createElement("dl"));
        list.parentElement.colSpan = row.children.length;
        for (const code of codes) {
          const reason = document.getElementById(`why-${code}`).cloneNode(true);
          reason.removeAttribute("id");
          list.append(reason);
        }
        row.after(detail);
      });
    }

    show(wanted) {
      this.search.value = wanted.search ?? "";
      if (this.hide) this.hide.checked = false;
      this.selects.forEach((select) => { select.value = wanted[select.dataset.filter] ?? ""; });
      this.filter();
    }
  }

  ticks.load();
  document.documentElement.classList.add("js");
  for (const section of all(document, "[data-table]")) {
    if (one(section, "tbody")) tables[section.dataset.table] = new Table(section);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    if (!link || !tables.flows) return;
    const wanted = {};
    for (const name of ["grade", "account", "channel", "reasons"]) wanted[name] = link.getAttribute(`data-set-${name}`) ?? "";
    if (Object.values(wanted).some(Boolean)) tables.flows.show(wanted);
  });
  addEventListener("storage", () => { ticks.load(); tables.work?.draw(); });
  addEventListener("beforeprint", () => Object.values(tables).forEach((table) => table.draw(0, PRINTED)));
  addEventListener("afterprint", () => Object.values(tables).forEach((table) => table.draw()));
})();
