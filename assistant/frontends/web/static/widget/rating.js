import { button, el } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./words.js").Words} Words */
/** @typedef {"up" | "down"} Vote */
/** @typedef {import("./words.js").Reason} Reason */

/** @type {readonly Reason[]} */
const REASONS = ["wrong", "incomplete", "unclear", "source", "other"];

/**
 * Two thumbs; after the lower one, what was wrong. What is told goes to `tell`, a reason after its vote.
 * @param {Words} words
 * @param {(vote: Vote, reason: Reason | "") => void} tell
 */
export function rating(words, tell) {
  const thanks = el("span", { class: "note", role: "status" });
  const reasons = el("div", { class: "reasons", role: "group", "aria-label": words.t("whyDown"), hidden: true });
  /** @type {HTMLButtonElement[]} */
  const votes = [];
  reasons.append(el("p", { class: "label" }, words.t("whyDown")));
  for (const name of REASONS) {
    reasons.append(button("chip", () => {
      tell("down", name);
      reasons.hidden = true;
      thanks.textContent = words.t("thanks");
      votes[1].focus();
    }, words.reason(name)));
  }
  for (const name of /** @type {const} */ (["up", "down"])) {
    const made = button("small", (pressed) => {
      for (const other of votes) other.setAttribute("aria-pressed", String(other === pressed));
      thanks.textContent = words.t("thanks");
      reasons.hidden = name === "up";
      if (!reasons.hidden) reasons.scrollIntoView({ block: "nearest" });
      tell(name, "");
    }, icon(name));
    made.setAttribute("aria-pressed", "false");
    made.setAttribute("aria-label", words.t(name));
    made.title = words.t(name);
    votes.push(made);
  }
  return { votes, rest: [reasons, thanks] };
}
