/* What sections are made of. Every text is set by textContent; the page's policy forbids markup from strings altogether. */

export const $ = (id) => document.getElementById(id);

export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [type, call] of Object.entries(value)) node.addEventListener(type, call);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function say(text, bad) {
  $("message").textContent = text;
  $("message").className = bad ? "bad" : "";
}

export const number = (n) => new Intl.NumberFormat("en").format(n);
export const size = (n) => (n > 1048576 ? `${(n / 1048576).toFixed(1)} MiB` : `${Math.max(1, Math.round(n / 1024))} KiB`);
export const moment = (at) => at.replace("T", " ").replace(/\.\d+/, "").replace(/(Z|\+00:00)$/, " UTC");
export const pill = (text, kind) => el("span", { class: `pill ${kind || ""}` }, text);

export function table(heads, rows, empty) {
  if (!rows.length) return el("div", { class: "card empty" }, empty);
  const cell = (tag, value, kind) => el(tag, { class: kind, scope: tag === "th" ? "col" : null }, value);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": heads.map(([text]) => text).filter(Boolean).join(", ") },
    el("table", {},
      el("thead", {}, el("tr", {}, ...heads.map(([text, kind]) => cell(text ? "th" : "td", text, kind)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((value, n) => cell("td", value, heads[n][1])))))));
}
