import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { Sheet } from "./sheet.js";

/** @typedef {import("./words.js").Words} Words */

/** What is done in the frame, told to the element. @typedef {{open: () => void, close: () => void, clear: () => void,
 *   submit: () => void, keep: () => void}} Acts */

/** The longest question, in characters; the server's own bound is far above what a person types. */
export const MAX_CHARS = 4000;
// Where the panel covers the screen: phones, a phone on its side, a page at 200 %.
const SMALL = "(max-width:520px),(max-height:480px)";

/** Launcher and panel: what is always there, its words, its focus and its keys. */
export class Frame {
  /**
   * @param {Words} words
   * @param {Acts} acts
   */
  constructor(words, acts) {
    this._words = words;
    this._acts = acts;
    this._inline = false;
    this._busy = false;
    this._name = el("span", {});
    this._mark = el("span", { class: "unread", hidden: true });
    this.launcher = button("launcher", acts.open, icon("chat"), this._name, this._mark);
    for (const [name, value] of [["part", "launcher"], ["aria-haspopup", "dialog"], ["aria-expanded", "false"]]) this.launcher.setAttribute(name, value);
    this._title = el("h2", { id: "title" });
    this._sub = el("p", { class: "sub" });
    this._anew = button("icon", acts.clear, icon("anew"));
    this._close = button("icon", acts.close, icon("close"));
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: 0 });
    this.status = el("div", { class: "sr", role: "status" });
    this.input = el("textarea", { rows: 1, maxlength: MAX_CHARS, id: "question", enterkeyhint: "send", autocomplete: "off" });
    this._send = el("button", { class: "send", type: "submit" }, icon("send", "flip"));
    this._label = el("label", { class: "sr", for: "question" });
    this._foot = el("p", { class: "foot" });
    this.keep = el("input", { type: "checkbox", id: "keep" });
    this._keepWords = el("span", {});
    this._keepLabel = el("label", { class: "keep", for: "keep" }, this.keep, this._keepWords);
    const titles = el("div", { class: "titles" }, this._title, this._sub);
    const box = el("div", { class: "box" }, this._label, this.input, this._send);
    const form = el("form", {}, box, el("div", { class: "below" }, this._keepLabel, this._foot));
    this.panel = el("section", { part: "panel", "aria-labelledby": "title" },
      el("header", {}, titles, this._anew, this._close), this.log, form, this.status);
    this.root = el("div", { class: "root" }, this.panel, this.launcher);
    this.sheet = new Sheet(this.panel, words);
    this._listen(form);
  }

  /** @param {HTMLFormElement} form */
  _listen(form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._acts.submit();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (this.input.value.trim()) this._acts.submit();
    });
    this.input.addEventListener("input", () => this.fit());
    this.keep.addEventListener("change", () => this._acts.keep());
    this.panel.addEventListener("keydown", (event) => this._key(event));
  }

  /** @param {boolean} inline in its place on the page instead of floating */
  place(inline) {
    this._inline = inline;
    this.panel.className = inline ? "panel" : "panel float";
    this.panel.setAttribute("role", inline ? "region" : "dialog");
    this._close.hidden = inline;
    if (inline) this.launcher.remove();
    else this.root.append(this.launcher);
  }

  /** @param {HTMLElement} host the element, whose attributes go before the words */
  relabel(host) {
    const t = this._words.t.bind(this._words);
    this.root.setAttribute("lang", this._words.language);
    this.panel.setAttribute("lang", this._words.language);
    this.root.dir = this._words.direction;
    this._name.textContent = t("launcher");
    this._title.textContent = host.getAttribute("heading") || t("heading");
    this._sub.textContent = host.getAttribute("subheading") || t("subheading");
    for (const [node, key] of /** @type {const} */ ([[this._anew, "anew"], [this._close, "close"]])) {
      node.setAttribute("aria-label", t(key));
      node.title = t(key);
    }
    this.log.setAttribute("aria-label", t("log"));
    this.input.placeholder = t("placeholder");
    this._label.textContent = t("placeholder");
    this._foot.textContent = t("privacy");
    this._keepWords.textContent = t("keep");
    this._keepLabel.hidden = host.getAttribute("history") === "off";
  }

  /** @param {boolean} busy whether a question is on its way */
  mode(busy) {
    this._send.replaceChildren(icon(busy ? "stop" : "send", "flip"));
    this._send.setAttribute("aria-label", this._words.t(busy ? "stop" : "send"));
    this._send.disabled = !busy && !this.input.value.trim();
    this._anew.disabled = busy;
    this._busy = busy;
  }

  /** Whether the visitor sees the panel. */
  get shown() {
    return !this.panel.hidden;
  }

  /** @param {boolean} open */
  show(open) {
    this.panel.hidden = !open;
    this.launcher.hidden = open;
    this.launcher.setAttribute("aria-expanded", String(open));
    if (open && !this._inline && matchMedia(SMALL).matches) this.panel.setAttribute("aria-modal", "true");
    else this.panel.removeAttribute("aria-modal");
  }

  /** @param {number} unread answers that came while the panel was closed: a number for eyes, words for ears */
  mark(unread) {
    this._mark.hidden = !unread;
    const words = unread === 1 ? this._words.t("unreadOne") : this._words.t("unread", unread);
    this._mark.replaceChildren(el("span", { "aria-hidden": "true" }, String(unread)), el("span", { class: "sr" }, words));
  }

  /** Give the question as many rows as it needs, up to five: by attribute, as a page may forbid styles. */
  fit() {
    this.input.rows = 1;
    while (this.input.scrollHeight > this.input.clientHeight + 2 && this.input.rows < 5) this.input.rows += 1;
    this.mode(this._busy);
  }

  /** @param {string} question what stands in the box, to be changed and sent */
  write(question) {
    this.input.value = question;
    this.fit();
    this.input.focus();
  }

  /** @param {Node} node what comes at the end of the conversation */
  add(node) {
    this.log.append(node);
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Keep the end in sight, unless the visitor has scrolled away from it. */
  follow() {
    const { log } = this;
    if (log.scrollHeight - log.scrollTop - log.clientHeight < 160) log.scrollTop = log.scrollHeight;
  }

  /** @param {HTMLElement} node what is to be read from its beginning */
  lead(node) {
    this.log.scrollTop = Math.min(this.log.scrollHeight, node.offsetTop - this.log.offsetTop - 16);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.sheet.node) this.sheet.close();
      else this._acts.close();
    } else if (event.key === "Tab" && this.panel.getAttribute("aria-modal")) this._turn(event);
  }

  /**
   * The focus stays inside what covers the screen.
   * @param {KeyboardEvent} event
   */
  _turn(event) {
    const inside = this.sheet.node || this.panel;
    const stops = [...inside.querySelectorAll("button,textarea,input,a[href],[tabindex='0']")].filter((node) =>
      !node.matches(":disabled") && node.getClientRects().length > 0);
    const shadow = /** @type {ShadowRoot} */ (this.root.getRootNode());
    const here = stops.findIndex((node) => node === shadow.activeElement);
    const next = event.shiftKey ? (here <= 0 ? stops.length - 1 : -1) : here === stops.length - 1 ? 0 : -1;
    const stop = stops[next];
    if (!(stop instanceof HTMLElement)) return;
    event.preventDefault();
    stop.focus();
  }
}
