/* What was asked in vain: figures by week, groups of questions, the passages that come closest, and what becomes of them. */
import { el, moment, number, say, table } from "./admin_dom.js";
import { doing, labelled } from "./admin_form.js";
import { call, desk } from "./admin_server.js";
import { passageCard } from "./admin_source.js";

const KINDS = { closest: "closest passages", nothing: "nothing found", disliked: "answer rejected" };

export async function showGaps() {
  const told = await call("gaps");
  const total = told.figures.total;
  const tile = (value, words) => el("div", { class: "tile" }, el("b", {}, number(value)), el("span", {}, words));
  const nodes = [
    el("div", { class: "tiles" }, tile(total.asked, "asked"), tile(total.answered, "answered"), tile(total.closest, "closest shown"), tile(total.nothing, "nothing found"), tile(total.handed_over, "handed over"), tile(total.disliked, "rejected")),
  ];
  if (!told.kept) nodes.push(el("p", { class: "card" }, "The policy keeps no questions, so only the figures are shown. The key “gaps” in the policy file changes that."));
  nodes.push(el("div", { class: "bar" }, el("a", { href: "/admin/api/gaps.csv", download: "unanswered.csv" }, "Questions as CSV"), el("a", { href: "/admin/api/figures.csv", download: "figures.csv" }, "Figures as CSV")));
  nodes.push(el("h2", {}, `${number(told.gaps.length)} groups of questions`));
  nodes.push(table([["Question"], ["Times", "num"], ["Askers were left with"], ["Last"], [""]],
    told.gaps.map((gap) => [
      el("div", {}, gap.question, gap.wordings.length > 1 ? el("span", { class: "sub" }, gap.wordings.length === 2 ? "and one other wording" : `and ${number(gap.wordings.length - 1)} other wordings`) : null),
      number(gap.count), Object.entries(gap.kinds).map(([kind, count]) => `${KINDS[kind]}${count === gap.count ? "" : ` (${count})`}`).join(", "), gap.last.slice(0, 10),
      doing("Open", "", () => open(gap.id), `Open: ${gap.question}`),
    ]), told.kept ? "No question without an answer. Good." : "Nothing is kept."));
  nodes.push(el("h2", {}, "By week"), weeks(told.figures.weeks));
  return nodes;
}

function weeks(found) {
  const columns = ["asked", "answered", "closest", "nothing", "refused", "handed_over", "liked", "disliked"];
  return table([["Week"], ...columns.map((name) => [name.replace("_", " "), "num"]), ["Held back by"]],
    found.map((week) => [week.week, ...columns.map((name) => number(week[name])), Object.entries(week.reasons).map(([check, count]) => `${check} ${count}`).join(", ")]), "Nothing was asked yet.");
}

async function open(id) {
  const gap = await call(`gaps/${id}`);
  const picks = gap.wordings.map((text, n) => el("input", { type: "checkbox", value: text, checked: n === 0 || gap.same.includes(text) }));
  const parts = [
    el("p", {}, doing("← All questions", "ghost back", () => desk.go("gaps"))),
    el("div", { class: "card" }, el("h2", {}, gap.question), el("p", { class: "muted" }, `${number(gap.count)} times, last ${moment(gap.last)}; held back by ${Object.entries(gap.reasons).map(([check, count]) => `${check} (${count})`).join(", ")}; asked as ${gap.roles.join(", ") || "–"}`),
      el("fieldset", {}, el("legend", {}, "Wordings that an answer is for"), ...picks.map((box) => el("label", { class: "tick" }, box, ` ${box.value}`)))),
    el("h2", {}, gap.closest.length ? "Closest passages" : "No passage comes near it"),
  ];
  const chosen = { passage: null };
  const cards = gap.closest.map((passage) => passageCard(passage, desk.me.rights.includes("vouch") ? use(passage, chosen) : null));
  parts.push(el("div", { class: "passages" }, ...cards));
  if (desk.me.rights.includes("vouch") && gap.closest.length) parts.push(answerForm(gap, picks, chosen));
  parts.push(el("p", {}, doing("Dismiss: it needs no answer", "danger", async () => {
    await call(`gaps/${id}`, { method: "DELETE" });
    await desk.go("gaps");
    say("Dismissed.");
  })));
  document.getElementById("view").replaceChildren(...parts);
  document.getElementById("content").focus();
}

function use(passage, chosen) {
  const radio = el("input", { type: "radio", name: "source", value: String(passage.passage), on: { change: () => { chosen.passage = passage; } } });
  return el("label", { class: "tick" }, radio, " This passage is the source");
}

function answerForm(gap, picks, chosen) {
  const text = el("textarea", { rows: 3, maxlength: 2000 });
  const read = el("input", { type: "checkbox" });
  const until = el("input", { type: "date", value: gap.last_day, max: gap.last_day });
  return el("div", { class: "card" }, el("h2", {}, "Answer it"),
    el("p", { class: "muted" }, "You vouch for these words. They are signed, given first to who asks the same, and end when the source changes."),
    labelled("Answer", text), labelled("Last day", until),
    el("label", { class: "tick" }, read, " I have read the source, and it says so in other words"),
    el("div", { class: "buttons" }, doing("Vouch for this answer", "primary", async () => {
      if (!chosen.passage) throw new Error("Choose the passage that it rests on.");
      const wordings = picks.filter((box) => box.checked).map((box) => box.value);
      await call(`gaps/${gap.id}/answer`, { method: "POST", body: { text: text.value, document: chosen.passage.document_id, passage: chosen.passage.passage, until: until.value, wordings, insist: read.checked } });
      await desk.go("gaps");
      say("Answered. It is given from now on.");
    })));
}
