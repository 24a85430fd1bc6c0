// Elements and data. Text becomes text only: names come from whoever calls the API.

/** An element with attributes, listeners (`onclick`) and children: elements or text. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** What the emulator answers to a GET of its own surface. */
export async function get(path) {
  const answer = await fetch(`/emulator/${path}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`GET /emulator/${path} answers ${answer.status}.`);
  return answer.json();
}

/** A small label. */
export const tag = (text, kind = "") => el("span", { class: `tag ${kind}` }, text);

/** Links to roles, with the team that brings one. */
export const roleLinks = (roles) =>
  el("ul", { class: "plain" }, roles.map((role) =>
    el("li", {}, el("a", { href: `#role/${role.id}` }, role.name ?? role.id),
      role.team ? el("small", {}, ` through ${role.team}`) : null)));

/** `1 user`, `2 users`. */
export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
