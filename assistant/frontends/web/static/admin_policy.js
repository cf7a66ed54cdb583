import { el } from "./admin_dom.js";
import { call } from "./admin_server.js";

export async function showPolicy() {
  const told = await call("policy");
  const nodes = [el("div", { class: "card" }, el("ol", { class: "policy" }, ...told.sentences.map((text) => el("li", {}, text))))];
  if (told.objections.length) nodes.push(el("div", { class: "card" }, el("h2", {}, "What a careful reader would object to"), el("ul", {}, ...told.objections.map((text) => el("li", {}, text)))));
  return nodes;
}
