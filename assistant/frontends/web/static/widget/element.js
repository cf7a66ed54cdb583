import { button, el } from "./dom.js";
import { Frame, MAX_CHARS } from "./frame.js";
import { Memory } from "./memory.js";
import { openPerson } from "./person.js";
import { Reply, troubleBox } from "./reply.js";
import { Server } from "./server.js";
import { openSource } from "./source.js";
import { Stream } from "./stream.js";
import { SHEET } from "./styles.js";
import { Trouble } from "./trouble.js";
import { Words } from "./words.js";

/** @typedef {import("./wire.js").PublicAnswer} PublicAnswer */
/** @typedef {import("./wire.js").ContactReply} ContactReply */
/** @typedef {import("./memory.js").Turn} Turn */

const LABELLED = ["lang", "dir", "strings", "heading", "subheading", "greeting", "suggestions", "inline", "handover", "history", "token"];

/** @returns {string} where the script came from */
function homeOf() {
  const script = document.currentScript;
  return script instanceof HTMLScriptElement && script.src ? new URL(script.src).origin : location.origin;
}

const HOME = homeOf();

/** The chat: a launcher and a panel, or a panel in its place on the page. */
export class AssistantChat extends HTMLElement {
  static get observedAttributes() {
    return LABELLED;
  }

  constructor() {
    super();
    this._shadow = this.attachShadow({ mode: "open" });
    this._shadow.adoptedStyleSheets = [SHEET];
    /** Set to an async function that gives a token, instead of the attribute `token-src`.
     * @type {null | (() => Promise<string> | string)} */
    this.tokenProvider = null;
    this._words = new Words(this);
    this._server = new Server(this, HOME);
    this._frame = new Frame(this._words, {
      open: () => this.open(),
      close: () => this.close(),
      clear: () => void this.clear(),
      submit: () => this._submit(),
      keep: () => this._remember(),
    });
    /** @type {Turn[]} */
    this._turns = [];
    /** @type {Stream | null} */
    this._busy = null;
    /** @type {Promise<ContactReply | null> | null} */
    this._contact = null;
    /** @type {() => void} */
    this._reach = () => {};
    // Settles once the server has told that there is a way to a person: an answer may be there before that.
    /** @type {Promise<void>} */
    this._reachable = new Promise((done) => (this._reach = done));
    this._greeted = false;
    this._unread = 0;
    this._built = false;
    this._memory = new Memory(() => this._server.address);
  }

  connectedCallback() {
    if (!this._built) this._build();
  }

  disconnectedCallback() {
    if (this._busy) this._busy.stop();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (name === "token") this._server.forget();
    else if (this._built && before !== now) this._relabel(name);
  }

  /** Strings by key, over those of the language; also as JSON in the attribute `strings`. */
  get strings() {
    return this._words.own;
  }

  set strings(value) {
    this._words.own = value || {};
    if (this._built) this._relabel("strings");
  }

  /** What was asked and answered, as plain values. */
  get conversation() {
    return this._turns.map(({ question, answer }) => ({ question, answer: answer.answer, status: answer.status, audit_id: answer.audit_id }));
  }

  // ---------------------------------------------------------------- building

  _build() {
    const inline = this.hasAttribute("inline");
    this._built = true;
    this._frame.place(inline);
    this._shadow.replaceChildren(this._frame.root);
    this._relabel("all");
    if (!this._turns.length && !this._busy) this._greet();
    const kept = this.getAttribute("history") === "off" ? null : this._memory.read();
    if (kept && !this._turns.length) this._restore(kept.turns);
    this._frame.show(inline || this.hasAttribute("open") || Boolean(kept && kept.open));
    if (this._frame.shown) void this._contactOf();
  }

  /** @param {string} name the attribute that changed */
  _relabel(name) {
    if (name === "inline") {
      this._build();
      return;
    }
    this._frame.relabel(this);
    this._frame.mode(Boolean(this._busy));
    this._frame.mark(this._unread);
    if (!this._turns.length && this._greeted) this._greet();
  }

  _greet() {
    this._greeted = true;
    /** @type {unknown} */
    let given = [];
    try {
      given = JSON.parse(this.getAttribute("suggestions") || "[]");
    } catch {
      given = [];
    }
    const texts = (Array.isArray(given) ? given : []).slice(0, 4).map(String);
    const buttons = texts.map((text) => button("", () => void this.ask(text), text));
    const greeting = el("p", { class: "greet" }, this.getAttribute("greeting") || this._words.t("greeting"));
    this._frame.log.replaceChildren(el("div", {}, greeting, buttons.length ? el("div", { class: "suggest" }, ...buttons) : null));
  }

  // ---------------------------------------------------------------- opening

  /** Open the panel and put the cursor into the question. */
  open() {
    this._unread = 0;
    this._frame.mark(0);
    this._frame.show(true);
    this._frame.input.focus();
    void this._contactOf();
    this._remember();
    this._tell("open", {});
  }

  /** Close the panel; the focus goes back to the launcher. */
  close() {
    if (this.hasAttribute("inline")) return;
    this._frame.show(false);
    this._frame.launcher.focus();
    this._remember();
    this._tell("close", {});
  }

  _submit() {
    if (this._busy) {
      this._busy.stop();
      return;
    }
    const { input } = this._frame;
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    this._frame.fit();
    input.focus();
    void this.ask(text);
  }

  // ---------------------------------------------------------------- asking

  /**
   * Ask a question as if it had been typed.
   * @param {string} question
   * @param {{asTyped?: boolean}} [how] asTyped: take no word of it for a misspelt one
   */
  async ask(question, { asTyped = false } = {}) {
    if (this._busy) return;
    if (question.length > MAX_CHARS) {
      this._frame.add(troubleBox(this._words.t("errLong"), null));
      return;
    }
    await this._attempt(question, this._asked(question), asTyped);
  }

  /** @param {string} question */
  _asked(question) {
    if (this._greeted) this._frame.log.replaceChildren();
    this._greeted = false;
    const asked = el("p", { class: "user", dir: "auto" }, el("span", { class: "sr" }, `${this._words.t("you")}: `), question);
    this._frame.add(asked);
    return asked;
  }

  /**
   * @param {string} question
   * @param {HTMLElement} asked
   * @param {boolean} asTyped
   */
  async _attempt(question, asked, asTyped) {
    const reply = this._reply(question);
    const aloud = (/** @type {string} */ text) => {
      reply.say(text);
      this._frame.status.textContent = text;
    };
    const { _words: words } = this;
    this._busy = new Stream(this._server, {
      queued: (position) => aloud(words.t("queued", position)),
      working: () => aloud(words.t("working")),
      again: (first) => (first ? aloud(words.t("again")) : reply.say(words.t("again"))),
      released: (sentence) => {
        reply.released(sentence);
        this._frame.follow();
      },
      withdrawn: () => reply.withdrawn(),
    });
    this._frame.mode(Boolean(this._busy));
    reply.say(words.t("connecting"));
    this._frame.add(reply.node);
    try {
      const answer = await this._busy.answer(question, asTyped);
      this._frame.status.textContent = reply.finish(answer);
      this._turns.push({ question, answer });
      if (!this._frame.shown) this._unread += 1;
      this._frame.mark(this._unread);
      this._remember();
      this._tell("answer", { answer });
    } catch (error) {
      this._fail(reply, error instanceof Trouble ? error : new Trouble("lost"), () => void this._attempt(question, asked, asTyped));
    } finally {
      this._busy = null;
      this._frame.mode(Boolean(this._busy));
      // The question stays in sight: a long answer is read from its beginning.
      this._frame.lead(asked);
    }
  }

  /** @param {string} question */
  _reply(question) {
    return new Reply(this._words, {
      correct: () => this._frame.write(question),
      asTyped: () => void this.ask(question, { asTyped: true }),
      open: (answer, cited, opener) => void openSource(this._parts, answer.audit_id, cited, opener),
      vote: (answer, vote, reason) => {
        const told = reason ? { vote, reason } : { vote };
        this._tell("feedback", { audit_id: answer.audit_id, ...told });
        this._server.call("/widget/v1/feedback", { body: { audit_id: answer.audit_id, ...told } }).catch(() => {});
      },
      person: (answer, opener) => void this._person(answer, opener),
      reachable: this.hasAttribute("handover") ? Promise.resolve() : this._reachable,
    });
  }

  /**
   * @param {Reply} reply
   * @param {Trouble} trouble
   * @param {() => void} again
   */
  _fail(reply, trouble, again) {
    this._tell("error", { code: trouble.code });
    if (trouble.code === "expired") this._tell("token-expired", {});
    reply.fail(trouble, () => {
      if (this._busy) return;
      reply.node.remove();
      again();
      this._frame.input.focus();
    });
  }

  /** Begin a new conversation; the server forgets the old one too. */
  async clear() {
    if (this._busy) return;
    this._turns = [];
    this._greet();
    this._remember();
    this._frame.input.focus();
    await this._server.call("/widget/v1/end").catch(() => {});
  }

  // ---------------------------------------------------------------- a person

  /** How a person is reached, asked for once. */
  _contactOf() {
    this._contact ??= this._server.call("/widget/v1/contact").then((response) => response.json()).then(
      (/** @type {ContactReply} */ told) => {
        if (told.reachable) this._reach();
        return told;
      },
      () => {
        // Asked again when the panel is opened the next time.
        this._contact = null;
        return null;
      },
    );
    return this._contact;
  }

  /**
   * @param {PublicAnswer} answer
   * @param {HTMLElement} opener
   */
  async _person(answer, opener) {
    const contact = await this._contactOf();
    await openPerson(this._parts, contact, answer.audit_id, opener, {
      pageTakes: this.hasAttribute("handover"),
      transcript: () => this.conversation.map((turn) => `${this._words.t("you")}: ${turn.question}\n${this._words.t("assistant")}: ${turn.answer}`).join("\n\n"),
      hand: (consented, reference) => {
        const detail = { audit_id: answer.audit_id, reference, ...(consented ? { conversation: this.conversation } : {}) };
        return !this._tell("handover", detail, true);
      },
    });
  }

  get _parts() {
    return { server: this._server, sheet: this._frame.sheet, words: this._words };
  }

  // ---------------------------------------------------------------- history over page loads

  /** Keep the conversation where the visitor agreed, and forget it where not. */
  _remember() {
    if (this._frame.keep.checked) this._memory.write({ turns: this._turns, open: this._frame.shown });
    else this._memory.clear();
  }

  /** @param {readonly Turn[]} turns */
  _restore(turns) {
    this._frame.keep.checked = true;
    for (const { question, answer } of turns) {
      this._asked(question);
      const reply = this._reply(question);
      reply.finish(answer);
      this._frame.add(reply.node);
      this._turns.push({ question, answer });
    }
  }

  // ---------------------------------------------------------------- helpers

  /**
   * @param {string} name
   * @param {object} detail
   * @param {boolean} [cancelable]
   */
  _tell(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(`assistant-${name}`, { detail, bubbles: true, composed: true, cancelable }));
  }
}
