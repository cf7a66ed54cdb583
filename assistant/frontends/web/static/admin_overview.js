import { el, number, size } from "./admin_dom.js";
import { desk } from "./admin_server.js";

export async function showOverview() {
  const tile = (value, words) => el("div", { class: "tile" }, el("b", {}, number(value)), el("span", {}, words));
  const fact = (name, value) => [el("dt", {}, name), el("dd", {}, value)];
  return [
    el("div", { class: "tiles" }, tile(desk.facts.documents, "documents"), tile(desk.facts.passages, "passages"), tile(desk.facts.sessions, "visitors now"), tile(desk.facts.waiting, "questions waiting"), tile(desk.facts.audit_records, "audit records"), tile(desk.facts.users, "users")),
    el("div", { class: "card" }, el("h2", {}, "In force"), el("dl", { class: "facts" },
      ...fact("Policy", `${desk.facts.policy.id}, version ${desk.facts.policy.version}`),
      ...fact("Mode", desk.facts.policy.mode === "enforce" ? "enforced" : "monitoring only"),
      ...fact("Policy hash", el("code", {}, desk.facts.policy.sha256)),
      ...fact("Vault", `${size(desk.facts.vault_bytes)}, encrypted (${desk.facts.cipher})`),
      ...fact("Access", `${desk.facts.sites} ${desk.facts.sites === 1 ? "site" : "sites"}, ${desk.facts.keys} API ${desk.facts.keys === 1 ? "key" : "keys"}`),
      ...fact("Version", desk.facts.version))),
  ];
}
