// Users, and what one of them may do.

import { el, get, tag, roleLinks } from "./dom.js";
import { list } from "./list.js";
import { matrix } from "./matrix.js";

const columns = [
  { title: "Name", cell: (user) => [
    el("a", { href: `#user/${user.id}` }, user.name || user.user_name || user.id),
    el("small", { class: "under" }, user.application_id || user.user_name || "")] },
  { title: "Kind", cell: (user) => user.kind },
  { title: "Business unit", cell: (user) => user.business_unit ?? "" },
  { title: "Access mode", cell: (user) => user.access_mode ?? "" },
  { title: "Status", cell: (user) => user.enabled ? "enabled" : tag("disabled", "bad") },
  { title: "License", cell: (user) => user.licensed ? "yes" : user.kind === "person" ? tag("none", "warn") : "–" },
  { title: "Roles", cell: (user) => user.roles.length ? roleLinks(user.roles) : tag("no role", "warn") },
];

const words = (user) => [user.name, user.user_name, user.kind, user.business_unit, user.access_mode,
  user.enabled ? "enabled" : "disabled", ...user.roles.map((role) => role.name)].join(" ");

/** All users. */
export async function users() {
  const rows = await get("users");
  return [list({ caption: "Users", columns, rows, words, label: "Filter users", className: "users" })];
}

/** One user with its effective privileges. */
export async function user(id) {
  const found = await get(`users/${encodeURIComponent(id)}`);
  return [
    el("h2", {}, found.name || found.id),
    el("p", { class: "facts" }, tag(found.kind), tag(found.enabled ? "enabled" : "disabled", found.enabled ? "" : "bad"),
      ` ${found.access_mode ?? ""}, business unit ${found.business_unit ?? "unknown"}`),
    el("h3", {}, "Roles"),
    found.roles.length ? roleLinks(found.roles) : el("p", {}, "None, so every request is refused."),
    matrix(found, "Effective privileges: the deepest level that any role gives"),
  ];
}
