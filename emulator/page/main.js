// Shows what the hash of the address asks for.

import { el, get, count } from "./dom.js";
import { users, user } from "./users.js";
import { roles, role } from "./roles.js";
import { teams } from "./teams.js";
import { requests } from "./requests.js";

const main = document.querySelector("#main");
const trouble = document.querySelector("#trouble");
let leave = new AbortController();

const views = {
  users, roles, teams, user, role,
  requests: (_, signal) => requests(signal, overview),
};

/** What the emulator was asked for and does not know: a test that goes on after that proves little. */
function refusals(found) {
  const box = document.querySelector("#refusals");
  const entries = Object.entries(found);
  box.hidden = entries.length === 0;
  box.replaceChildren(
    el("h2", { id: "refusals-title" }, `The emulator does not know ${count(entries.length, "thing")} it was asked for`),
    el("ul", {}, entries.slice(0, 10).map(([what, times]) => el("li", {}, what, el("small", {}, ` ${count(times, "time")}`)))),
    ...(entries.length > 10 ? [el("p", {}, `and ${entries.length - 10} more under /emulator/refusals`)] : []));
}

async function overview() {
  try {
    const [counters, known] = await Promise.all([get("requests"), get("refusals")]);
    document.querySelector("#count-requests").textContent = counters.total.toLocaleString("en");
    refusals(known);
    trouble.hidden = true;
  } catch {
    complain("The emulator does not answer. What is shown is the last it said.");
  }
}

async function numbers() {
  const { counts } = await get("state");
  const { length } = await get("roles");
  document.querySelector("#count-users").textContent = counts.systemusers.toLocaleString("en");
  document.querySelector("#count-roles").textContent = length.toLocaleString("en");
}

function complain(text) {
  trouble.textContent = text;
  trouble.hidden = false;
}

/** The section of the navigation that a view belongs to. */
const section = { user: "users", role: "roles" };

async function show() {
  const [name, id = ""] = location.hash.slice(1).split("/");
  if (name === "main") { main.focus(); return; }
  const view = Object.hasOwn(views, name) ? name : "users";
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${section[view] ?? view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  overview();
  try {
    const [content] = await Promise.all([
      views[view](id, signal), numbers()]);
    if (!signal.aborted) main.replaceChildren(...content);
  } catch (error) {
    if (!signal.aborted) { main.replaceChildren(); complain(error.message); }
  }
}

addEventListener("hashchange", show);
show();
