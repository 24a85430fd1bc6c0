// A table with a filter that draws its rows in portions, so that a thousand rows cost no more than a hundred.

import { el } from "./dom.js";

const PORTION = 100;

/**
 * A filterable table. `columns` are `{ title, cell(row), className }`; the first is the head of its row. `words(row)` is the text
 * that the filter looks in.
 */
export function list({ caption, columns, rows, words, label, className = "", empty = "Nothing here." }) {
  const body = el("tbody");
  const status = el("p", { class: "status", role: "status" });
  const more = el("button", { type: "button", onclick: () => { shown += PORTION; draw(); } }, "Show more");
  const filter = el("input", { type: "search", placeholder: "Filter", "aria-label": label, oninput: () => { shown = PORTION; draw(); } });
  const searched = rows.map((row) => [words(row).toLowerCase(), row]);
  let shown = PORTION;

  function draw() {
    const wanted = filter.value.trim().toLowerCase();
    const found = searched.filter(([text]) => text.includes(wanted)).map(([, row]) => row);
    body.replaceChildren(...found.slice(0, shown).map((row) => el("tr", {}, columns.map((column, index) => {
      const content = column.cell(row);
      return index === 0
        ? el("th", { scope: "row", class: column.className }, content)
        : el("td", { class: column.className }, content);
    }))));
    if (found.length === 0) body.append(el("tr", {}, el("td", { colspan: columns.length, class: "empty" }, empty)));
    more.hidden = found.length <= shown;
    status.textContent = found.length === rows.length && more.hidden
      ? "" : `${Math.min(shown, found.length)} of ${found.length.toLocaleString("en")} shown`;
  }

  draw();
  const head = el("thead", {}, el("tr", {}, columns.map((column) =>
    el("th", { scope: "col", class: column.className }, column.title))));
  return el("div", { class: "list" },
    el("div", { class: "tools" }, filter, status),
    el("div", { class: "scroll" }, el("table", { class: className }, el("caption", {}, caption), head, body)),
    more);
}
