import { button, el } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./wire.js").PublicCitation} PublicCitation */
/** @typedef {import("./wire.js").Near} Near */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {(citation: PublicCitation, opener: HTMLElement) => void} Open */

/** @param {PublicCitation} cited */
function quoteOf(cited) {
  return `${cited.document_id} ${cited.start} ${cited.end}`;
}

/**
 * The numbers that a reader sees: 1, 2, 3 in the order in which an answer names its sources, whatever the server calls them. Two of
 * the server's numbers that lead to the same quote (both halves of a question may) are one for the reader.
 */
export class Numbers {
  constructor() {
    /** @type {Map<number, number>} */
    this._named = new Map();
    /** @type {Map<string, number>} */
    this._quoted = new Map();
    this._last = 0;
  }

  /**
   * The number of a source, given when it is first named.
   * @param {PublicCitation} cited the first citation of the server's number, which its mark opens
   */
  of(cited) {
    const quote = quoteOf(cited);
    const known = this._named.get(cited.n) ?? this._quoted.get(quote) ?? ++this._last;
    this._named.set(cited.n, known);
    if (!this._quoted.has(quote)) this._quoted.set(quote, known);
    return known;
  }
}

/**
 * Where a passage stands, in words: its document and the heading over it, or the place as its reader counts it.
 * @param {Words} words
 * @param {{title: string, locator: string, heading?: string}} source
 */
export function placeOf(words, { title, locator, heading = "" }) {
  const section = heading.split(/\s*[>›]\s*/).pop() || "";
  // A line's number says something to an editor, not to a reader.
  const counted = /^(?:lines?|characters?) \d/i.test(locator) ? "" : locator;
  const parts = [title];
  if (section && section !== title) parts.push(words.t("section", section));
  if (counted && counted !== section && counted !== heading && counted !== title) parts.push(counted);
  return parts.join(", ");
}

/**
 * The question as it was read: made whole, or its misspelt words put right; nothing where it was read as typed.
 * @param {string} question
 * @param {Readonly<Record<string, string>>} spelling
 * @param {boolean} followed whether it was made whole from what was asked before
 */
export function readAs(question, spelling, followed) {
  const pairs = Object.entries(spelling || {});
  if (!pairs.length) return followed ? question : "";
  const read = question.replace(/[\p{L}\p{M}\p{N}'’-]+/gu, (word) => spelling[word.toLowerCase()] || word);
  return read === question ? pairs.map(([typed, meant]) => `${meant} (${typed})`).join(", ") : read;
}

// As `language/lists.py` has it: a bullet or a number, and what the item says.
const ITEM = /^[ \t]*(?:[-*+\u2022\u2023\u25AA]|(\d{1,3})[.)])[ \t]+(?=\S)/;

/**
 * A text with its citation marks as buttons, its lines that begin as items as a list.
 * @param {HTMLElement} node
 * @param {string} text
 * @param {readonly PublicCitation[]} citations
 * @param {Numbers} numbers
 * @param {Words} words
 * @param {Open} open
 */
export function write(node, text, citations, numbers, words, open) {
  /** @type {HTMLElement | null} */
  let list = null;
  for (const line of text.split(/(\n)/)) {
    const item = ITEM.exec(line);
    if (!item) {
      if (line === "\n" && list) continue;
      // An indented line goes on with the item before it.
      const last = list && /^[ \t]+\S/.test(line) ? list.lastElementChild : null;
      if (last instanceof HTMLElement) {
        marked(last, ` ${line.trim()}`, citations, numbers, words, open);
        continue;
      }
      list = null;
      if (line) marked(node, line, citations, numbers, words, open);
      continue;
    }
    const kind = item[1] ? "OL" : "UL";
    if (!list || list.tagName !== kind) {
      list = el(item[1] ? "ol" : "ul", { class: "items" });
      node.append(list);
    }
    const entry = el("li", { value: item[1] });
    marked(entry, line.slice(item[0].length), citations, numbers, words, open);
    list.append(entry);
  }
}

/**
 * A line with its citation marks as buttons.
 * @param {HTMLElement} node
 * @param {string} text
 * @param {readonly PublicCitation[]} citations
 * @param {Numbers} numbers
 * @param {Words} words
 * @param {Open} open
 */
function marked(node, text, citations, numbers, words, open) {
  for (const part of text.split(/(\s?\[\d+\])/)) {
    const mark = /^\s?\[(\d+)\]$/.exec(part);
    const cited = mark && citations.find((c) => c.n === Number(mark[1]));
    if (!cited) {
      if (part) node.append(part);
      continue;
    }
    const number = numbers.of(cited);
    const made = button("cite", (pressed) => open(cited, pressed), String(number));
    made.setAttribute("aria-label", `${words.t("source")} ${number}: ${cited.title}`);
    made.title = placeOf(words, cited);
    node.append(" ", made);
  }
}

/**
 * The sources of an answer, each number once; a source of several quotes has them one below the other.
 * @param {readonly PublicCitation[]} citations
 * @param {Numbers} numbers
 * @param {Words} words
 * @param {Open} open
 */
export function sourceList(citations, numbers, words, open) {
  const seen = new Set();
  /** @type {Map<number, PublicCitation[]>} */
  const by = new Map();
  for (const cited of citations) {
    const number = numbers.of(citations.find((c) => c.n === cited.n) || cited);
    if (seen.has(quoteOf(cited))) continue;
    seen.add(quoteOf(cited));
    by.set(number, [...(by.get(number) || []), cited]);
  }
  const items = [...by].sort(([one], [other]) => one - other).flatMap(([number, quotes]) =>
    quotes.map((cited, at) => {
      const place = at && placeOf(words, cited) === placeOf(words, quotes[0]) ? null : placeOf(words, cited);
      const text = el("span", { class: "t", dir: "auto" }, place, el("span", { class: "d", dir: "auto" }, cited.quote));
      return el("li", {}, button("", (pressed) => open(cited, pressed), el("span", { class: "n" }, at ? "" : String(number)), text));
    }),
  );
  return el("div", {}, el("p", { class: "label" }, words.t("sources")), el("ul", { class: "list" }, ...items));
}

/**
 * The closest passages, whole, their likeliest sentence marked, for the reader to judge.
 * @param {readonly Near[]} closest
 * @param {readonly PublicCitation[]} related their quotes, in the same order
 * @param {Words} words
 * @param {Open} open
 */
export function passageList(closest, related, words, open) {
  const items = closest.map((near, n) => {
    const at = near.quote ? near.text.indexOf(near.quote) : -1;
    const parts = at < 0 ? [near.text] : [near.text.slice(0, at), el("mark", {}, near.quote), near.text.slice(at + near.quote.length)];
    const cited = related[n];
    const place = placeOf(words, cited || near);
    const head = cited ? button("", (pressed) => open(cited, pressed), place) : place;
    return el("li", {}, head, el("p", { tabindex: 0, dir: "auto" }, ...parts));
  });
  return el("div", {}, el("p", { class: "label" }, words.t("related")), el("ul", { class: "passages" }, ...items),
    el("p", { class: "note vouch" }, icon("alert"), el("span", {}, words.t("vouch"))));
}
