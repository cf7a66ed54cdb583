/* Asking as somebody else would: what a customer sees, with every check's verdict beside it. */
import { el, pill, table } from "./admin_dom.js";
import { choice, doing, labelled } from "./admin_form.js";
import { call } from "./admin_server.js";

const WORDS = { answered: ["answered", "good"], extracted: ["quoted from the sources", "good"], abstained: ["not known", "warn"], blocked: ["refused", "bad"] };

export async function showTrial() {
  const told = await call("trial");
  const role = choice(told.roles, "customer");
  const question = el("textarea", { rows: 2, maxlength: 4000 });
  const result = el("div", { "aria-live": "polite" });
  return [
    el("p", { class: "muted" }, "The question goes the whole way, as for this role, and stands in the audit record as your trial."),
    el("div", { class: "card" }, labelled("Ask as", role), labelled("Question", question),
      el("div", { class: "buttons" }, doing("Ask", "primary", async () => {
        result.replaceChildren(el("p", { class: "muted" }, "Asking …"));
        try {
          result.replaceChildren(...shown(await call("trial", { method: "POST", body: { role: role.value, question: question.value } })));
        } catch (error) {
          result.replaceChildren();
          throw error;
        }
      }))),
    result,
  ];
}

function shown(answer) {
  const [words, kind] = WORDS[answer.status];
  return [
    el("div", { class: "card" }, el("p", {}, pill(words, kind), " ", answer.verified ? pill(`verified by ${answer.verified.author} until ${answer.verified.until}`, "good") : ""),
      el("p", { class: "answer" }, answer.answer),
      answer.reason ? el("p", { class: "muted" }, `Why: ${answer.reason}`) : null,
      answer.citations.length ? el("ol", {}, ...answer.citations.map((c) => el("li", { value: c.n }, `${c.title}${c.locator ? `, ${c.locator}` : ""}: “${c.quote}”`))) : null,
      ...answer.closest.map((near) => el("blockquote", {}, `${near.title}: ${near.text}`))),
    el("h2", {}, "What the checks said"),
    table([["Stage"], ["Check"], ["Did"], ["Why"], ["ms", "num"]], answer.verdicts.map((v) => [v.stage, v.check, v.action, v.reason, String(Math.round(v.ms))]), "No check ran."),
  ];
}
