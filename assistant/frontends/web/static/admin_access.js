/* Sites that embed the widget and keys of programs: added, shown once, taken back. */
import { call, desk } from "./admin_server.js";
import { boxes, doing, labelled } from "./admin_form.js";
import { el, say, table } from "./admin_dom.js";

export async function showAccess() {
  const told = await call("access");
  const snippet = `<script src="${location.origin}/widget.js"\n        integrity="${told.integrity}"\n        crossorigin="anonymous" defer></script>\n<assistant-chat token-src="/assistant-token"></assistant-chat>`;
  return [
    el("div", { class: "card" }, el("h2", {}, "Embed the widget"), el("pre", { tabindex: "0", role: "region", "aria-label": "Embed the widget" }, snippet)),
    el("h2", {}, "Sites"),
    table([["Site"], ["Origins"], ["Visitors ask as"], [""]], told.sites.map((s) => [s.name, s.origins.join(", "), s.roles.join(", "), revoking(s.name)]), "No page may embed the widget yet."),
    adding(told.roles, "Add a site", "sites", "its pages' server signs tokens with this secret", true),
    el("h2", {}, "API keys"),
    table([["Key"], ["Asks as"], [""]], told.keys.map((k) => [k.name, k.roles.join(", "), revoking(k.name)]), "No program may call yet."),
    adding(told.roles, "Add a key", "keys", "the program sends this key", false),
  ];
}

function revoking(name) {
  return doing("Take back", "danger", async () => {
    await call(`access/${encodeURIComponent(name)}`, { method: "DELETE" });
    await desk.go("access");
    say(`Taken back: ${name}`);
  }, `Take ${name} back`);
}

function adding(roles, title, kind, use, hasOrigins) {
  const name = el("input", { maxlength: 40, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const origins = el("textarea", { rows: 2, spellcheck: "false", placeholder: "https://www.example.org" });
  const picked = boxes("Asks as", roles, []);
  return el("details", { class: "card" }, el("summary", {}, title), labelled("Name", name), hasOrigins ? labelled("Origins, one a line", origins) : null, picked.node,
    el("div", { class: "buttons" }, doing("Add", "primary", async () => {
      const body = { name: name.value, roles: picked.picked() };
      if (hasOrigins) body.origins = origins.value.split(/\s+/).filter(Boolean);
      const made = await call(`access/${kind}`, { method: "POST", body });
      await desk.go("access");
      // Shown on the page that was drawn anew, until it is left.
      document.getElementById("view").prepend(el("div", { class: "card", role: "alert" }, el("h2", {}, `${name.value}: keep this now, it is not shown again`), el("p", { class: "muted" }, use), el("pre", { tabindex: "0" }, made.secret)));
      say(`Added: ${name.value}`);
    })));
}
