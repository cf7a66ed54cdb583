/* Recipes that make a model smaller or fitter, and the training sets that they learn from. */
import { el, number, pill, say, table } from "./admin_dom.js";
import { doing, labelled } from "./admin_form.js";
import { call, desk } from "./admin_server.js";

const EVERY_MS = 3000;

export async function showWorkshop() {
  const told = await call("workshop");
  const box = el("div", {});
  fill(box, told);
  return [box];
}

function fill(box, told) {
  const run = (r) => (r.name === told.running
    ? doing("Stop", "", async () => { await call(`workshop/recipes/${encodeURIComponent(r.name)}`, { method: "DELETE" }); await again(box); }, `Stop: ${r.name}`)
    : doing(r.state === "begun" ? "Go on" : "Run", "", async () => { await call(`workshop/recipes/${encodeURIComponent(r.name)}`, { method: "POST", body: {} }); await again(box); }, `Run: ${r.name}`));
  const report = (r) => (r.report ? doing("Report", "", () => showReport(r.name), `Report: ${r.name}`) : null);
  box.replaceChildren(
    el("p", { class: "muted" }, "A recipe makes data, trains, measures and compares, an hour and more. It can be stopped and goes on where it was. Nothing is registered that is worse than its base."),
    table([["Recipe"], ["State"], [""], [""]], told.recipes.map((r) => [r.name, pill(r.state, r.state === "running" ? "good" : ""), run(r), report(r)]), "There is no recipe."),
    el("h2", {}, "Training sets"),
    table([["Set"], ["From"], [""]], told.sets.map((s) => [s.name, s.state, doing("Look through", "", () => open(s.place, s.name, 0), `Look through: ${s.name}`)]), "No set yet. A recipe makes one."),
    el("h2", {}, "What the run says"),
    el("pre", { class: "card", role: "log", "aria-live": "polite", tabindex: "0" }, [...told.lines.slice(-12), told.ended].filter(Boolean).join("\n") || "Nothing runs."));
  if (told.running) setTimeout(() => { if (box.isConnected) again(box).catch((error) => say(error.message, true)); }, EVERY_MS);
}

async function again(box) {
  const told = await call("workshop");
  // Whoever stands on a button keeps it: what was focused is focused again by its name.
  const held = box.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  fill(box, told);
  const name = held && held.replace(/^(Run|Stop): /, "");
  const same = name && [...box.querySelectorAll("button")].find((b) => [held, `Run: ${name}`, `Stop: ${name}`].includes(b.getAttribute("aria-label")));
  if (same) same.focus();
}

async function showReport(name) {
  const told = await call(`workshop/recipes/${encodeURIComponent(name)}/report`);
  place([back(), el("pre", { class: "card", tabindex: "0" }, told.text)]);
}

const back = () => el("p", {}, doing("← Workshop", "ghost back", () => desk.go("workshop")));

function place(parts) {
  document.getElementById("view").replaceChildren(...parts);
  document.getElementById("content").focus();
}

async function open(where, name, at) {
  show(where, name, await call(path(where, name, at)));
}

const path = (where, name, at) => `workshop/sets/${where}/${encodeURIComponent(name)}/${at}`;

function show(where, name, told) {
  const { row } = told;
  const question = el("textarea", { rows: 2, maxlength: 4000 }, row.question);
  const answer = el("textarea", { rows: 3, maxlength: 4000 }, row.answer);
  const decide = async (act) => {
    const body = { act, of: told.of, question: question.value, answer: answer.value };
    show(where, name, await call(path(where, name, told.at), { method: "POST", body }));
    say(told.counts.open <= 1 && act !== "reopen" ? "Every row is decided." : "");
  };
  const step = (by) => open(where, name, (told.at + by + told.of) % told.of);
  const acts = { a: ["Accept (A)", "primary", () => decide(changed() ? "edit" : "accept")], r: ["Reject (R)", "", () => decide("reject")], u: ["Undo (U)", "", () => decide("reopen")], p: ["Previous (P)", "", () => step(-1)], n: ["Next (N)", "", () => step(1)] };
  const changed = () => question.value !== row.question || answer.value !== row.answer;
  const buttons = Object.fromEntries(Object.entries(acts).map(([key, [text, kind, act]]) => [key, doing(text, kind, act)]));
  const card = el("div", { class: "card", tabindex: "-1", on: { keydown: (event) => {
    // Letters type in the two fields; Escape leads out of them.
    if (event.target.tagName === "TEXTAREA") { if (event.key === "Escape") card.focus(); return; }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "e") { event.preventDefault(); question.focus(); } else if (buttons[event.key]) buttons[event.key].click();
  } } },
    el("h2", {}, `Row ${number(told.at + 1)} of ${number(told.of)}`),
    el("p", {}, pill(told.state, told.state === "rejected" ? "warn" : told.state === "open" ? "" : "good"), ` ${row.kind}, ${row.style}, answerable: ${row.answerable}, ${row.split}`),
    labelled("Question (E edits)", question), labelled("Answer, each sentence with its mark", answer),
    el("ol", {}, ...row.evidence.map((piece) => el("li", { value: piece.n }, el("b", {}, [piece.title, piece.heading].filter(Boolean).join(", ")), el("div", {}, piece.text)))),
    el("div", { class: "buttons" }, ...Object.values(buttons)),
    el("p", { class: "muted" }, Object.entries(told.counts).map(([state, count]) => `${number(count)} ${state}`).join(", ")));
  place([back(), card]);
  card.focus();
}
