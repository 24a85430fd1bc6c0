// The last requests, renewed while somebody looks.

import { el, get, tag } from "./dom.js";

const LAST = 200;
const EVERY = 2000;

/** Puts each batch above its parts: the log has the parts first, because they were answered first. */
function ordered(log) {
  const blocks = [];
  let parts = [];
  for (const entry of log) {
    if (entry.batch) parts.push(entry);
    else { blocks.push([entry, ...parts]); parts = []; }
  }
  if (parts.length) blocks.push(parts);
  return blocks.reverse().flat();
}

function status(entry) {
  if (entry.status === 0) return tag("no answer", "bad");
  return tag(String(entry.status), entry.status >= 500 ? "bad" : entry.status >= 400 ? "warn" : "good");
}

/** A path as people read it, without the root of the service; all of it is in the title. */
function path(text) {
  const short = text.replace(/^\/api\/data\/v[0-9.]+\//, "");
  try { return decodeURIComponent(short); } catch { return short; }
}

function row(entry) {
  return el("tr", { class: entry.batch ? "part" : "" },
    el("td", {}, el("code", {}, entry.method)),
    el("td", { class: "path", title: entry.path }, entry.batch ? el("span", { class: "unseen" }, "part of a batch: ") : null,
      el("code", {}, path(entry.path))),
    el("td", {}, status(entry)),
    el("td", {}, entry.caller_name ?? entry.caller ?? "–"),
    el("td", {}, entry.fault ? tag(entry.fault, "bad") : ""));
}

/** The list; `signal` ends its renewal, and `fresh` is told after each. */
export async function requests(signal, fresh) {
  const body = el("tbody");
  const state = el("p", { class: "status" });
  const filter = el("input", { type: "search", placeholder: "Filter", "aria-label": "Filter requests", oninput: () => draw() });
  let paused = false;
  let log = [];
  let seen = "";
  const pause = el("button", { type: "button", "aria-pressed": "false", onclick: () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) renew();
  } }, "Pause");

  function draw() {
    const wanted = filter.value.trim().toLowerCase();
    const found = ordered(log).filter((entry) =>
      [entry.method, path(entry.path), entry.status, entry.caller_name ?? entry.caller ?? "", entry.fault ?? ""].join(" ").toLowerCase().includes(wanted));
    body.replaceChildren(...found.map(row));
    if (!found.length) body.append(el("tr", {}, el("td", { colspan: 5, class: "empty" }, "No request yet.")));
    state.textContent = log.length === LAST ? `the last ${LAST}, newest first` : "newest first";
  }

  async function renew() {
    const text = JSON.stringify(log = await get(`log?last=${LAST}`));
    if (text !== seen) { seen = text; draw(); }
    fresh();
  }

  await renew();
  draw();
  const timer = setInterval(() => { if (!paused) renew().catch(() => fresh()); }, EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
  const titles = ["Method", "Path", "Status", "Caller", "Fault"].map((title) => el("th", { scope: "col" }, title));
  return [el("div", { class: "list" },
    el("div", { class: "tools" }, filter, pause, state),
    el("div", { class: "scroll" }, el("table", { class: "requests" }, el("caption", {}, "Requests"),
      el("thead", {}, el("tr", {}, titles)), body)))];
}
