import { placeOf } from "./citations.js";
import { el } from "./dom.js";

/** @typedef {import("./wire.js").PublicCitation} PublicCitation */
/** @typedef {import("./wire.js").QuoteInContext} QuoteInContext */
/** @typedef {import("./server.js").Server} Server */
/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {import("./words.js").Words} Words */

/**
 * Show a quote in its surroundings, which are asked for when they are wanted.
 * @param {{server: Server, sheet: Sheet, words: Words}} parts
 * @param {string} auditId of the answer that cites it
 * @param {PublicCitation} cited
 * @param {HTMLElement} opener
 */
export async function openSource({ server, sheet, words }, auditId, cited, opener) {
  const passage = el("p", { class: "passage", dir: "auto" }, el("mark", {}, cited.quote));
  const place = placeOf(words, { ...cited, title: "" }).replace(/^, /, "");
  const where = el("p", { class: "where" }, place && place[0].toUpperCase() + place.slice(1));
  const note = el("p", { class: "note", role: "status" }, words.t("loading"));
  const page = el("div", { class: "page", tabindex: 0, role: "group", "aria-label": cited.title }, passage, note);
  sheet.open(words.t("source"), opener, el("div", { class: "about" }, el("h3", {}, cited.title), where), page);
  try {
    const body = { audit_id: auditId, start: cited.start, end: cited.end };
    const response = await server.call("/widget/v1/source", { body });
    /** @type {QuoteInContext} */
    const told = await response.json();
    const mark = el("mark", {}, told.quote);
    passage.replaceChildren(told.before, mark, told.after);
    note.textContent = "";
    mark.scrollIntoView({ block: "center" });
  } catch {
    note.textContent = words.t("noContext");
  }
}
