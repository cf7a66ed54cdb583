import { DE } from "./words_de.js";
import { EN } from "./words_en.js";

/** @typedef {keyof Omit<typeof EN, "reasons">} Word */
/** @typedef {keyof typeof EN.reasons} Reason */

/** @type {Record<string, typeof EN>} */
const LANGUAGES = { en: EN, de: DE };

/** The words of one widget: the page's own first, then those of its language. */
export class Words {
  /** @param {HTMLElement} host the element */
  constructor(host) {
    this._host = host;
    /** @type {Record<string, unknown>} */
    this.own = {};
  }

  /** The language: of the element, the page or the browser; English where there are no words of it. */
  get language() {
    const wanted = this._host.getAttribute("lang") || document.documentElement.lang || navigator.language || "en";
    const short = wanted.toLowerCase().split("-")[0];
    return LANGUAGES[short] ? short : "en";
  }

  /** Which way lines run: as the element, or what it stands in, says. */
  get direction() {
    const said = this._host.closest("[dir]");
    const named = said ? (said.getAttribute("dir") || "").toLowerCase() : "";
    return named === "rtl" || named === "ltr" ? named : "ltr";
  }

  /**
   * A text; `n` takes the place of `{n}`.
   * @param {Word} key
   * @param {string | number} [n]
   */
  t(key, n) {
    const text = String(this._given(key) ?? LANGUAGES[this.language][key]);
    return n === undefined ? text : text.replace("{n}", () => String(n));
  }

  /**
   * A day ("2027-01-31") as this language writes it.
   * @param {string} iso
   */
  day(iso) {
    const [year, month, day] = iso.split("-").map(Number);
    return new Date(year, month - 1, day).toLocaleDateString(this.language, { dateStyle: "long" });
  }

  /** @param {Reason} name */
  reason(name) {
    return LANGUAGES[this.language].reasons[name];
  }

  /** @param {string} key */
  _given(key) {
    if (typeof this.own[key] === "string") return this.own[key];
    try {
      const written = JSON.parse(this._host.getAttribute("strings") || "{}");
      return written && typeof written[key] === "string" ? written[key] : undefined;
    } catch {
      return undefined;
    }
  }
}
