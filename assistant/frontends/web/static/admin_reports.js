/* Reports: listed, and run from here with progress. */
import { call, desk } from "./admin_server.js";
import { choice, doing, labelled } from "./admin_form.js";
import { el, moment, pill, say, size, table } from "./admin_dom.js";

const EVERY_MS = 1500;

export async function showReports() {
  const told = await call("reports");
  const state = el("div", { "aria-live": "polite" });
  const limit = el("input", { type: "number", min: 1, max: 1000, value: 20 });
  const kinds = Object.entries(told.kinds);
  const kind = choice(kinds.map(([name]) => name), kinds[0][0]);
  for (const option of kind.options) option.textContent = told.kinds[option.value].title;
  const most = labelled("Questions at most", limit);
  kind.addEventListener("change", () => (most.hidden = !told.kinds[kind.value].limited));
  const start = doing("Run", "primary", async () => {
    await call("reports/run", { method: "POST", body: { kind: kind.value, limit: Number(limit.value) } });
    await desk.go("reports");
  });
  const going = told.run && !told.run.ended;
  if (told.run) progress(state, told.run);
  if (going) follow(state);
  return [
    el("div", { class: "card" }, el("h2", {}, "Run a report"), labelled("Report", kind), most,
      el("div", { class: "buttons" }, going ? null : start, going ? doing("Stop", "danger", () => call("reports/run", { method: "DELETE" })) : null), state),
    table([["Report"], ["Size", "num"], ["Made"]],
      told.reports.map((r) => [el("a", { href: `/admin/reports/${encodeURIComponent(r.name)}`, target: "_blank", rel: "noopener" }, r.name), size(r.bytes), moment(r.at)]),
      "No report yet."),
  ];
}

function progress(state, run) {
  if (run.ended) {
    state.replaceChildren(el("p", {}, pill(run.ended, run.ended === "done" ? "good" : "warn"), ` after ${run.seconds} s`));
    return;
  }
  const bar = el("progress", { max: run.total || 1, value: run.done, "aria-label": "How far the report is" });
  state.replaceChildren(bar, el("p", { class: "muted" }, run.total ? `${run.done} of ${run.total}, ${run.seconds} s` : `taking the documents in, ${run.seconds} s`));
}

/* Until it ends or the section is left. */
async function follow(state) {
  for (;;) {
    await new Promise((done) => setTimeout(done, EVERY_MS));
    if (desk.section !== "reports" || !state.isConnected) return;
    try {
      const { run } = await call("reports");
      if (run.ended) {
        await desk.go("reports");
        return;
      }
      progress(state, run);
    } catch (error) {
      say(error.message, true);
      return;
    }
  }
}
