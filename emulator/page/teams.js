// Teams and business units.

import { get, tag, roleLinks } from "./dom.js";
import { list } from "./list.js";

const teamColumns = [
  { title: "Name", cell: (team) => [team.name ?? team.id, team.default ? [" ", tag("default")] : []].flat(2) },
  { title: "Kind", cell: (team) => team.kind ?? "" },
  { title: "Business unit", cell: (team) => team.business_unit ?? "" },
  { title: "Members", cell: (team) => team.members.toLocaleString("en"), className: "number" },
  { title: "Roles", cell: (team) => team.roles.length ? roleLinks(team.roles) : "none" },
];

const unitColumns = [
  { title: "Name", cell: (unit) => unit.name ?? unit.id },
  { title: "Parent", cell: (unit) => unit.parent ?? "none: the root" },
  { title: "Status", cell: (unit) => unit.enabled ? "enabled" : tag("disabled", "bad") },
  { title: "Users", cell: (unit) => unit.users.toLocaleString("en"), className: "number" },
];

/** Both lists. */
export async function teams() {
  const found = await get("teams");
  return [
    list({ caption: "Teams", columns: teamColumns, rows: found.teams, label: "Filter teams", className: "teams",
      words: (team) => [team.name, team.kind, team.business_unit, ...team.roles.map((role) => role.name)].join(" ") }),
    list({ caption: "Business units", columns: unitColumns, rows: found.business_units, label: "Filter business units",
      className: "units", words: (unit) => `${unit.name} ${unit.parent ?? ""}` }),
  ];
}
