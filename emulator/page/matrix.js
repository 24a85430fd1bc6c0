// Tables by rights, with the circles of the classic role editor.

import { el } from "./dom.js";
import { list } from "./list.js";

const RIGHTS = [["Create"], ["Read"], ["Write"], ["Delete"], ["Append"], ["AppendTo", "Append to"], ["Assign"], ["Share"]];

const LEVELS = {
  None: ["none", "no access"],
  Basic: ["basic", "user"],
  Local: ["local", "business unit"],
  Deep: ["deep", "parent: child business units"],
  Global: ["global", "organization"],
};

/** A level as a circle that is filled by quarters, with its name for who cannot see it. */
function level(depth) {
  if (depth === null || depth === undefined) return el("span", { class: "absent" }, el("span", { class: "unseen" }, "not for this table"));
  const [name, text] = LEVELS[depth];
  return el("span", { class: `level ${name}`, title: text }, el("span", { class: "unseen" }, text));
}

function legend() {
  return el("ul", { class: "legend", "aria-hidden": "true" },
    Object.entries(LEVELS).map(([depth, [, text]]) => el("li", {}, level(depth), ` ${text}`)));
}

/** The matrix of a role or user, and below it what belongs to no table. */
export function matrix({ tables, others }, caption) {
  const columns = [
    { title: "Table", cell: (row) => [`${row.display} `, el("small", {}, row.table)] },
    ...RIGHTS.map(([right, title = right]) => ({ title, cell: (row) => level(row.rights[right]), className: "right" })),
  ];
  const otherColumns = [
    { title: "Privilege", cell: (row) => row.name },
    { title: "Level", cell: (row) => [level(row.depth), ` ${LEVELS[row.depth][1]}`] },
  ];
  return el("div", {},
    el("h3", {}, "Tables"),
    legend(),
    list({ caption, columns, rows: tables, words: (row) => `${row.display} ${row.table}`, label: "Filter tables",
      className: "matrix", empty: "No table." }),
    el("h3", {}, "Miscellaneous privileges"),
    others.length
      ? list({ caption: "Privileges that belong to no table", columns: otherColumns, rows: others, words: (row) => row.name,
        label: "Filter miscellaneous privileges", className: "others" })
      : el("p", {}, "None."));
}
