import { el, moment, number, pill, table } from "./admin_dom.js";
import { call } from "./admin_server.js";

export async function showAudit() {
  const told = await call("audit");
  const verdict = told.ok ? pill("the chain holds", "good") : pill(`broken: ${told.damage} at record ${told.bad_seq}`, "bad");
  return [
    el("div", { class: "card" }, el("h2", {}, `${number(told.records)} records `, verdict), el("p", { class: "muted" }, "Write this head down elsewhere; a later check against it notices a cut-off end."), el("pre", {}, told.head || "–")),
    table([["No.", "num"], ["When"], ["What"], ["Who"], ["Result"], ["Record"]],
      told.last.map((r) => [number(r.seq), moment(r.at), r.kind, String(r.record.principal || r.record.user || r.record.name || ""), String(r.record.status || r.record.vote || ""),
        el("details", {}, el("summary", {}, r.id), el("pre", {}, JSON.stringify(r.record, null, 1)))]), "No record yet."),
  ];
}
