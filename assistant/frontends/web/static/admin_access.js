import { el, table } from "./admin_dom.js";
import { call } from "./admin_server.js";

export async function showAccess() {
  const told = await call("access");
  const snippet = `<script src="${location.origin}/widget.js"\n        integrity="${told.integrity}"\n        crossorigin="anonymous" defer></script>\n<assistant-chat token-src="/assistant-token"></assistant-chat>`;
  return [
    el("div", { class: "card" }, el("h2", {}, "Embed the widget"), el("pre", {}, snippet)),
    el("h2", {}, "Sites"),
    table([["Site"], ["Origins"], ["Visitors ask as"]], told.sites.map((s) => [s.name, s.origins.join(", "), s.roles.join(", ")]), "No page may embed the widget yet: assistant serve new-site NAME --origin URL --role ROLE"),
    el("p", {}),
    el("h2", {}, "API keys"),
    table([["Key"], ["Asks as"]], told.keys.map((k) => [k.name, k.roles.join(", ")]), "No program may call yet: assistant serve new-key NAME --role ROLE"),
  ];
}
