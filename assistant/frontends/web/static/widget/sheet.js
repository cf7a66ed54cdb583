import { button, el } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./words.js").Words} Words */

/** What lies over the panel: one thing at a time, closed by its button or Esc; the focus then returns to what opened it. */
export class Sheet {
  /**
   * @param {HTMLElement} panel
   * @param {Words} words
   */
  constructor(panel, words) {
    this._panel = panel;
    this._words = words;
    /** @type {HTMLElement | null} */
    this.node = null;
    /** @type {HTMLElement | null} */
    this._opener = null;
  }

  /**
   * @param {string} label
   * @param {HTMLElement} opener
   * @param {...Node} content
   */
  open(label, opener, ...content) {
    this.close();
    const back = button("", () => this.close(), icon("back", "flip"), this._words.t("back"));
    const node = el("div", { class: "sheet", role: "group", "aria-label": label }, el("div", { class: "bar" }, back), ...content);
    this.node = node;
    this._opener = opener;
    for (const under of this._panel.children) if (under instanceof HTMLElement) under.inert = true;
    this._panel.append(node);
    back.focus();
  }

  /** Close it, if it is open. */
  close() {
    if (!this.node) return;
    this.node.remove();
    this.node = null;
    for (const under of this._panel.children) if (under instanceof HTMLElement) under.inert = false;
    if (this._opener) this._opener.focus();
  }
}
