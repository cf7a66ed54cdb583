import { el } from "./dom.js";

/** @typedef {import("./wire.js").PublicAnswer} PublicAnswer */
/** @typedef {import("./words.js").Words} Words */

/**
 * Why, in words: what happened, then the decisive reason.
 * @param {PublicAnswer} answer
 * @param {boolean} refused
 * @param {string} word how the answer came to be
 * @param {Words} words
 */
export function checksOf(answer, refused, word, words) {
  const box = el("div", { class: "checks" });
  if (refused) box.append(el("p", {}, words.t(answer.status === "abstained" ? "whyAbstained" : "whyBlocked")));
  const reason = answer.reason;
  if (reason) {
    const sentence = reason[0].toUpperCase() + reason.slice(1) + (/[.!?]$/.test(reason) ? "" : ".");
    box.append(el("p", { class: "detail" }, sentence));
  }
  if (!box.childNodes.length) box.append(el("p", {}, word));
  return box;
}
