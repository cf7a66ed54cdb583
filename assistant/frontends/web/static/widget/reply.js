import { checksOf } from "./checks.js";
import { Numbers, passageList, readAs, sourceList, write } from "./citations.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { rating } from "./rating.js";

/** @typedef {import("./wire.js").PublicAnswer} PublicAnswer */
/** @typedef {import("./wire.js").PublicCitation} PublicCitation */
/** @typedef {import("./wire.js").PublicReleased} PublicReleased */
/** @typedef {import("./trouble.js").Trouble} Trouble */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./words.js").Word} Word */

/**
 * What a reply asks of the element.
 * @typedef {{open: (answer: PublicAnswer, cited: PublicCitation, opener: HTMLElement) => void,
 *   vote: (answer: PublicAnswer, vote: string, reason: string) => void,
 *   person: (answer: PublicAnswer, opener: HTMLElement) => void, reachable: Promise<void>,
 *   correct: () => void, asTyped: () => void}} Asks
 */

/** @type {Partial<Record<string, Word>>} */
const TOLD = {
  lost: "errLost", missing: "errLost", reach: "errReach", origin: "errOrigin", route: "errRoute", invalid: "errInvalid",
  expired: "errExpired", refused: "errRefused", busy: "errBusy", away: "errAway",
};
// Trying again helps nothing where the page itself is wrong.
const FINAL = ["expired", "refused", "origin", "route", "invalid"];

/** The reply to one question: sentences as they are released, then the sealed answer with what stands behind it. */
export class Reply {
  /**
   * @param {Words} words
   * @param {Asks} asks
   */
  constructor(words, asks) {
    this._words = words;
    this._asks = asks;
    this._numbers = new Numbers();
    this._shown = "";
    /** @type {PublicCitation[]} */
    this._pending = [];
    /** @type {PublicAnswer | null} */
    this._answer = null;
    this._state = el("span", {});
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i", {}), el("i", {}), el("i", {}));
    this._waiting = el("div", { class: "state", "aria-live": "off" }, dots, this._state);
    this._said = el("div", { class: "said", dir: "auto" });
    this.node = el("div", { class: "reply" }, el("span", { class: "sr" }, `${words.t("assistant")}: `), this._said, this._waiting);
  }

  /** @param {string} text what is being done */
  say(text) {
    this._state.textContent = text;
  }

  /** @param {PublicReleased} sentence */
  released(sentence) {
    const numbers = [...new Set(sentence.citations.map((c) => c.n))];
    const text = sentence.text + numbers.map((n) => ` [${n}]`).join("");
    this._shown += (this._shown ? " " : "") + text;
    this._pending.push(...sentence.citations);
    if (this._said.childNodes.length) this._said.append(" ");
    this._write(text, this._pending);
  }

  /** All sentences shown so far are taken back. */
  withdrawn() {
    this._shown = "";
    this._numbers = new Numbers();
    this._said.replaceChildren();
    this.node.insertBefore(el("p", { class: "note" }, this._words.t("withdrawn")), this._said);
  }

  /**
   * The sealed answer; gives how it came to be, in a word.
   * @param {PublicAnswer} answer
   */
  finish(answer) {
    this._waiting.remove();
    this._answer = answer;
    if (this._shown !== answer.answer.trim()) {
      this._numbers = new Numbers();
      this._said.replaceChildren();
      this._write(answer.answer, answer.citations);
    }
    const [kind, mark] = kindOf(answer);
    const word = answer.verified ? this._words.t("verifiedUntil", this._words.day(answer.verified.until)) : this._words.t(kind);
    const open = this._opening(answer);
    const read = readAs(answer.question, answer.spelling, answer.followed);
    if (read) this.node.append(this._readNote(read));
    this.node.append(el("div", { class: `badge ${kind}` }, icon(mark), word));
    if (answer.citations.length) this.node.append(sourceList(answer.citations, this._numbers, this._words, open));
    else if (answer.closest.length) this.node.append(passageList(answer.closest, answer.related, this._words, open));
    this._actions(answer, word);
    return word;
  }

  /**
   * It did not come. What was shown so far was never sealed: it goes.
   * @param {Trouble} trouble
   * @param {() => void} again
   */
  fail(trouble, again) {
    this._waiting.remove();
    if (trouble.code === "stopped") {
      this.node.append(el("p", { class: "note" }, this._words.t("stopped")));
      return;
    }
    this._said.replaceChildren();
    const text = this._words.t(TOLD[trouble.code] || "errFailed", Math.max(1, Math.round(trouble.seconds)));
    this.node.append(troubleBox(text, FINAL.includes(trouble.code) ? null : button("", again, this._words.t("retry"))));
  }

  /**
   * @param {string} text
   * @param {readonly PublicCitation[]} citations
   */
  _write(text, citations) {
    // A mark opens its source once the answer is sealed: before, there is no record that the source belongs to.
    const open = (/** @type {PublicCitation} */ cited, /** @type {HTMLElement} */ opener) => {
      if (this._answer) this._asks.open(this._answer, cited, opener);
    };
    write(this._said, text, citations, this._numbers, this._words, open);
  }

  /**
   * How the question was read, with a tap to correct it and one to undo that.
   * @param {string} read
   */
  _readNote(read) {
    const { _words: words, _asks: asks } = this;
    const ways = [button("small", asks.correct, words.t("correct")), button("small", asks.asTyped, words.t("asTyped"))];
    return el("div", { class: "read" }, el("p", { class: "note", dir: "auto" }, words.t("readAs", read)), el("div", { class: "row" }, ...ways));
  }

  /** @param {PublicAnswer} answer */
  _opening(answer) {
    return (/** @type {PublicCitation} */ cited, /** @type {HTMLElement} */ opener) => this._asks.open(answer, cited, opener);
  }

  /**
   * @param {PublicAnswer} answer
   * @param {string} word
   */
  _actions(answer, word) {
    const refused = answer.status === "abstained" || answer.status === "blocked";
    const checks = checksOf(answer, refused, word, this._words);
    checks.hidden = true;
    const why = button("small", (pressed) => {
      checks.hidden = !checks.hidden;
      pressed.setAttribute("aria-expanded", String(!checks.hidden));
      if (!checks.hidden) checks.scrollIntoView({ block: "nearest" });
    }, this._words.t(refused ? "why" : "how"), icon("down2", "turn"));
    why.setAttribute("aria-expanded", "false");
    const { votes, rest } = rating(this._words, (vote, reason) => this._asks.vote(answer, vote, reason));
    const hand = button("small", (pressed) => this._asks.person(answer, pressed), icon("person"), this._words.t("handover"));
    if (refused || answer.action === "handover") hand.classList.add("offered");
    const way = el("div", { class: "row" }, hand);
    way.hidden = true;
    void this._asks.reachable.then(() => (way.hidden = false));
    // Small talk has neither checks nor a source that a vote could judge.
    if (!answer.intent) this.node.append(el("div", { class: "row" }, why, el("span", { class: "grow" }), ...votes), checks);
    this.node.append(way);
    if (!answer.intent) this.node.append(...rest);
  }
}

/**
 * How an answer came to be, and its icon.
 * @param {PublicAnswer} answer
 * @returns {[Word, import("./icons.js").IconName]}
 */
function kindOf(answer) {
  if (answer.verified) return ["verified", "verified"];
  if (answer.intent) return ["approved", "chat"];
  if (answer.level === "closest") return ["closest", "abstained"];
  if (answer.level === "retry") return ["undecided", "abstained"];
  return [answer.status, answer.status];
}

/**
 * @param {string} text
 * @param {HTMLButtonElement | null} again
 */
export function troubleBox(text, again) {
  return el("div", { class: "trouble" }, icon("alert"), el("div", {}, el("p", {}, text), again));
}
