// Roles, and what one of them gives.

import { el, get, tag, count } from "./dom.js";
import { list } from "./list.js";
import { matrix } from "./matrix.js";

const columns = [
  { title: "Name", cell: (role) => el("a", { href: `#role/${role.id}` }, role.name ?? role.id) },
  { title: "Origin", cell: (role) => role.own ? tag("own", "good") : "shipped" },
  { title: "Business unit", cell: (role) => role.business_unit ?? "" },
  { title: "Privileges", cell: (role) => role.privileges.toLocaleString("en"), className: "number" },
  { title: "Held by", cell: (role) => holders(role) },
];

function holders(role) {
  const parts = [];
  if (role.users) parts.push(count(role.users, "user"));
  if (role.teams) parts.push(count(role.teams, "team"));
  return parts.join(", ") || "nobody";
}

/** All roles, own ones first. */
export async function roles() {
  const rows = await get("roles");
  const words = (role) => `${role.name} ${role.own ? "own" : "shipped"} ${role.business_unit}`;
  return [list({ caption: "Roles", columns, rows, words, label: "Filter roles", className: "roles" })];
}

/** One role with its privileges and holders. */
export async function role(id) {
  const found = await get(`roles/${encodeURIComponent(id)}`);
  const { users, teams } = found.held_by;
  const held = [
    ...users.slice(0, 50).map((user) => el("li", {}, el("a", { href: `#user/${user.id}` }, user.name || user.id))),
    ...teams.slice(0, 50).map((team) => el("li", {}, `${team.name || team.id} `, tag("team"))),
  ];
  const left = users.length + teams.length - held.length;
  if (left) held.push(el("li", {}, `and ${left.toLocaleString("en")} more`));
  return [
    el("h2", {}, found.name ?? found.id),
    el("p", { class: "facts" }, tag(found.own ? "own" : "shipped", found.own ? "good" : ""),
      ` ${count(found.privileges, "privilege")}, business unit ${found.business_unit ?? "unknown"}`),
    el("h3", {}, "Held by"),
    held.length ? el("ul", { class: "plain holders" }, held) : el("p", {}, "Nobody."),
    matrix(found, "Privileges of the role"),
  ];
}
