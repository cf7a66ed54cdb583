import { el, moment, size, table } from "./admin_dom.js";
import { call } from "./admin_server.js";

export async function showReports() {
  const told = await call("reports");
  return [table([["Report"], ["Size", "num"], ["Made"]],
    told.reports.map((r) => [el("a", { href: `/admin/reports/${encodeURIComponent(r.name)}`, target: "_blank", rel: "noopener" }, r.name), size(r.bytes), moment(r.at)]),
    "No report yet. `assistant eval` and `assistant fairness audit` write them.")];
}
