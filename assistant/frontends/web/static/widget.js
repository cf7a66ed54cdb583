/* The chat widget: one custom element, no dependencies, no inline style, no eval, no markup from text.
   Everything that comes from a document, a model or a user is set by textContent. */
(() => {
  "use strict";
  if (customElements.get("assistant-chat")) return;

  const SCRIPT = document.currentScript;
  const HOME = SCRIPT && SCRIPT.src ? new URL(SCRIPT.src).origin : location.origin;
  const RETRIES_MS = [300, 1000, 2000, 4000, 6000];
  const STALL_MS = 35000;
  const MAX_CHARS = 4000;

  const STRINGS = {
    en: {
      launcher: "Ask us",
      heading: "Ask our documents",
      subheading: "Answers only from our own documents",
      greeting: "Ask a question. You get an answer with its sources, or an honest “we do not know”.",
      placeholder: "Your question",
      send: "Send",
      stop: "Stop",
      close: "Close",
      anew: "New conversation",
      log: "Conversation",
      you: "You",
      assistant: "Assistant",
      connecting: "Connecting …",
      queued: "You are number {n} in the queue",
      working: "Reading our documents …",
      again: "Connection lost. Trying again …",
      answered: "Supported by the sources",
      extracted: "Quoted word for word",
      abstained: "Not in our documents",
      blocked: "Not answered here",
      sources: "Sources",
      related: "May be related, but is not the answer",
      why: "Why was this not answered?",
      how: "How was this checked?",
      withdrawn: "The sentences shown so far were taken back.",
      up: "Helpful",
      down: "Not helpful",
      thanks: "Thank you for telling us.",
      handover: "Talk to a person",
      back: "Back to the answer",
      source: "Source",
      loading: "Loading the passage …",
      noContext: "The surrounding text cannot be shown.",
      stopped: "Stopped.",
      retry: "Try again",
      errLost: "The connection broke and the answer did not arrive. Please try again.",
      errReach: "The assistant cannot be reached from this page right now.",
      errExpired: "Your session has ended. Please reload the page.",
      errRefused: "This page is not allowed to use the assistant.",
      errBusy: "Many people are asking right now. Please try again in {n} seconds.",
      errAway: "The assistant is being restarted. Please try again in a minute.",
      whyAbstained: "Our own documents do not seem to hold the answer. Rather than guess, the assistant says nothing.",
      whyBlocked: "A rule of this service stopped the question or its answer.",
      errFailed: "Something went wrong on our side. Nothing was released.",
      errLong: "The question is too long.",
      privacy: "Please do not enter passwords or card numbers.",
      checks: {
        redaction: "Personal data", injection: "Hidden instructions", scope: "Topic", access: "Access rights",
        answerable: "Do the documents hold it?", grounding: "Support by the source", numbers: "Figures",
        fairness: "Fairness", persons: "Whose data", toxicity: "Tone", gate: "Rules", audit: "Record",
      },
    },
    de: {
      launcher: "Frage stellen",
      heading: "Unsere Dokumente fragen",
      subheading: "Antworten nur aus unseren eigenen Dokumenten",
      greeting: "Stellen Sie eine Frage. Sie bekommen eine Antwort mit Quellen, oder ein ehrliches „Das wissen wir nicht“.",
      placeholder: "Ihre Frage",
      send: "Senden",
      stop: "Anhalten",
      close: "Schließen",
      anew: "Neues Gespräch",
      log: "Gespräch",
      you: "Sie",
      assistant: "Assistent",
      connecting: "Verbindung wird aufgebaut …",
      queued: "Sie sind Nummer {n} in der Warteschlange",
      working: "Unsere Dokumente werden gelesen …",
      again: "Verbindung unterbrochen. Neuer Versuch …",
      answered: "Durch die Quellen belegt",
      extracted: "Wörtlich zitiert",
      abstained: "Nicht in unseren Dokumenten",
      blocked: "Wird hier nicht beantwortet",
      sources: "Quellen",
      related: "Vielleicht verwandt, aber nicht die Antwort",
      why: "Warum gibt es keine Antwort?",
      how: "Wie wurde das geprüft?",
      withdrawn: "Die bisher gezeigten Sätze wurden zurückgenommen.",
      up: "Hilfreich",
      down: "Nicht hilfreich",
      thanks: "Danke für die Rückmeldung.",
      handover: "Mit einem Menschen sprechen",
      back: "Zurück zur Antwort",
      source: "Quelle",
      loading: "Die Textstelle wird geladen …",
      noContext: "Der umgebende Text kann nicht gezeigt werden.",
      stopped: "Angehalten.",
      retry: "Noch einmal versuchen",
      errLost: "Die Verbindung ist abgebrochen, die Antwort kam nicht an. Bitte versuchen Sie es noch einmal.",
      errReach: "Der Assistent ist von dieser Seite aus gerade nicht erreichbar.",
      errExpired: "Ihre Sitzung ist abgelaufen. Bitte laden Sie die Seite neu.",
      errRefused: "Diese Seite darf den Assistenten nicht verwenden.",
      errBusy: "Gerade fragen viele. Bitte versuchen Sie es in {n} Sekunden noch einmal.",
      errAway: "Der Assistent wird gerade neu gestartet. Bitte versuchen Sie es in einer Minute noch einmal.",
      whyAbstained: "Unsere Dokumente enthalten die Antwort anscheinend nicht. Statt zu raten, sagt der Assistent nichts.",
      whyBlocked: "Eine Regel dieses Dienstes hat die Frage oder ihre Antwort aufgehalten.",
      errFailed: "Bei uns ist ein Fehler aufgetreten. Es wurde nichts freigegeben.",
      errLong: "Die Frage ist zu lang.",
      privacy: "Bitte keine Passwörter oder Kartennummern eingeben.",
      checks: {
        redaction: "Persönliche Daten", injection: "Versteckte Anweisungen", scope: "Thema", access: "Zugriffsrechte",
        answerable: "Steht es in den Dokumenten?", grounding: "Beleg durch die Quelle", numbers: "Zahlen",
        fairness: "Fairness", persons: "Wessen Daten", toxicity: "Ton", gate: "Regeln", audit: "Protokoll",
      },
    },
  };

  const ICONS = {
    chat: "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
    close: "M6 6l12 12M18 6L6 18",
    anew: "M12 5v14M5 12h14",
    send: "M5 12h14M12 5l7 7-7 7",
    stop: "M7 7h10v10H7z",
    back: "M19 12H5M12 19l-7-7 7-7",
    answered: "M5 12.5l4.5 4.5L19 7.5",
    extracted: "M10 7H5v6h5zM10 13c0 3-2 4-4 4M19 7h-5v6h5zM19 13c0 3-2 4-4 4",
    abstained: "M12 8v.01M12 11.5V17M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
    blocked: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12h6",
    up: "M7 11v9H4v-9zM7 11l4-8c2 0 2.5 1.5 2 3l-1 4h6a2 2 0 0 1 2 2.4l-1.4 6A2 2 0 0 1 16.7 20H7",
    down: "M17 13V4h3v9zM17 13l-4 8c-2 0-2.5-1.5-2-3l1-4H6a2 2 0 0 1-2-2.4l1.4-6A2 2 0 0 1 7.3 4H17",
    person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.5-6 8-6s8 2 8 6",
    down2: "M6 9l6 6 6-6",
    text: "M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3",
    alert: "M12 9v5M12 17v.01M12 3L2 20h20z",
  };

  const CSS = `
  :host{
    --_accent:var(--assistant-accent,#17609e);--_on-accent:var(--assistant-on-accent,#fff);
    --_surface:var(--assistant-surface,#fff);--_tint:var(--assistant-tint,#f3f6f9);--_text:var(--assistant-text,#16202b);
    --_muted:var(--assistant-muted,#52606d);--_line:var(--assistant-line,#d9e0e7);
    --_good:#0b6137;--_good-bg:#e6f4ec;--_quote:#17548a;--_quote-bg:#e7f0f8;--_warn:#674d00;--_warn-bg:#fbf2d9;
    --_bad:#8a2c1d;--_bad-bg:#fbeae6;--_mark:#fff1a8;--_mark-text:#16202b;
    --_radius:var(--assistant-radius,16px);--_font:var(--assistant-font,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif);
    --_shadow:var(--assistant-shadow,0 1px 2px rgba(16,32,48,.10),0 12px 40px rgba(16,32,48,.20));
    all:initial;font:400 15px/1.5 var(--_font);color:var(--_text);color-scheme:light;
    -webkit-text-size-adjust:100%;
  }
  :host([hidden]){display:none}
  :host([inline]){display:block;height:var(--assistant-height,620px);min-height:320px}
  @media (prefers-color-scheme:dark){:host(:not([theme="light"])){
    --_accent:var(--assistant-accent-dark,#7cbcf5);--_on-accent:var(--assistant-on-accent-dark,#05223b);
    --_surface:var(--assistant-surface-dark,#131a22);--_tint:var(--assistant-tint-dark,#1c2530);
    --_text:var(--assistant-text-dark,#e9eef3);--_muted:var(--assistant-muted-dark,#a3b3c2);
    --_line:var(--assistant-line-dark,#2f3c4a);--_good:#86dcaa;--_good-bg:#12301f;--_quote:#9bcdf8;--_quote-bg:#14293d;
    --_warn:#ecd07a;--_warn-bg:#332a0d;--_bad:#ffab9b;--_bad-bg:#3a1a14;--_mark:#665a12;--_mark-text:#fff8d6;
    --_shadow:var(--assistant-shadow,0 1px 2px rgba(0,0,0,.5),0 12px 40px rgba(0,0,0,.6));color-scheme:dark}}
  :host([theme="dark"]){
    --_accent:var(--assistant-accent-dark,#7cbcf5);--_on-accent:var(--assistant-on-accent-dark,#05223b);
    --_surface:var(--assistant-surface-dark,#131a22);--_tint:var(--assistant-tint-dark,#1c2530);
    --_text:var(--assistant-text-dark,#e9eef3);--_muted:var(--assistant-muted-dark,#a3b3c2);
    --_line:var(--assistant-line-dark,#2f3c4a);--_good:#86dcaa;--_good-bg:#12301f;--_quote:#9bcdf8;--_quote-bg:#14293d;
    --_warn:#ecd07a;--_warn-bg:#332a0d;--_bad:#ffab9b;--_bad-bg:#3a1a14;--_mark:#665a12;--_mark-text:#fff8d6;
    --_shadow:var(--assistant-shadow,0 1px 2px rgba(0,0,0,.5),0 12px 40px rgba(0,0,0,.6));color-scheme:dark}
  *,*::before,*::after{box-sizing:border-box}
  [hidden]{display:none!important}
  button,textarea{font:inherit;color:inherit;letter-spacing:inherit}
  button{cursor:pointer;background:none;border:0;padding:0}
  button:disabled{cursor:default;opacity:.45}
  :focus-visible{outline:2px solid var(--_accent);outline-offset:2px}
  svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;flex:none}
  .launcher{position:fixed;inset-inline-end:24px;bottom:24px;z-index:2147483000;display:flex;align-items:center;gap:10px;
    height:52px;padding:0 22px 0 18px;border-radius:26px;background:var(--_accent);color:var(--_on-accent);
    font-weight:600;box-shadow:var(--_shadow)}
  .launcher:hover{filter:brightness(1.08)}
  .launcher:focus-visible{outline-offset:3px}
  .panel{display:flex;flex-direction:column;background:var(--_surface);color:var(--_text);overflow:hidden;position:relative}
  .float{position:fixed;inset-inline-end:24px;bottom:24px;z-index:2147483000;width:min(var(--assistant-width,408px),calc(100vw - 32px));
    height:min(var(--assistant-height,660px),calc(100vh - 48px));border-radius:var(--_radius);border:1px solid var(--_line);
    box-shadow:var(--_shadow);animation:rise .18s ease-out}
  :host([inline]) .panel{height:100%;border:1px solid var(--_line);border-radius:var(--_radius)}
  header{display:flex;align-items:center;gap:4px;padding:14px 12px 14px 20px;border-bottom:1px solid var(--_line)}
  header .titles{flex:1;min-width:0}
  h2{margin:0;font-size:16px;line-height:1.3;font-weight:650}
  .sub{margin:1px 0 0;font-size:13px;color:var(--_muted)}
  .icon{width:40px;height:40px;display:grid;place-items:center;border-radius:10px;color:var(--_muted);flex:none}
  .icon:hover{background:var(--_tint);color:var(--_text)}
  .log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:20px;display:flex;flex-direction:column;gap:18px;scroll-behavior:smooth}
  .log:focus-visible{outline-offset:-3px;border-radius:8px}
  .greet{color:var(--_muted);margin:0}
  .suggest{display:flex;flex-direction:column;align-items:flex-start;gap:8px;margin-top:12px}
  .suggest button{border:1px solid var(--_line);border-radius:12px;padding:8px 14px;text-align:start;background:var(--_surface);color:var(--_text)}
  .suggest button:hover{border-color:var(--_accent);background:var(--_tint)}
  .user{align-self:flex-end;max-width:86%;background:var(--_accent);color:var(--_on-accent);padding:9px 14px;
    border-radius:16px 16px 4px 16px;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
  .reply{display:flex;flex-direction:column;gap:10px;overflow-wrap:anywhere}
  .said{margin:0;white-space:pre-line}
  .said:empty{display:none}
  .cite{display:inline-grid;place-items:center;min-width:24px;height:24px;padding:0 6px;margin:0 2px;border-radius:8px;
    background:var(--_quote-bg);color:var(--_quote);font-size:13px;font-weight:650;line-height:1;vertical-align:1px}
  .cite:hover{background:var(--_accent);color:var(--_on-accent)}
  .state{display:flex;align-items:center;gap:10px;color:var(--_muted);font-size:14px;min-height:24px}
  .dots{display:inline-flex;gap:4px}
  .dots i{width:6px;height:6px;border-radius:50%;background:var(--_accent);animation:pulse 1.2s infinite ease-in-out}
  .dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}
  .badge{align-self:flex-start;display:inline-flex;align-items:center;gap:6px;font-size:13px;font-weight:600;padding:3px 10px 3px 8px;border-radius:999px}
  .badge svg{width:16px;height:16px;stroke-width:2.2}
  .answered{color:var(--_good);background:var(--_good-bg)}.extracted{color:var(--_quote);background:var(--_quote-bg)}
  .abstained{color:var(--_warn);background:var(--_warn-bg)}.blocked{color:var(--_bad);background:var(--_bad-bg)}
  .label{margin:0;font-size:13px;font-weight:600;color:var(--_muted)}
  .list{list-style:none;margin:6px 0 0;padding:0;border:1px solid var(--_line);border-radius:12px;overflow:hidden}
  .list li+li{border-top:1px solid var(--_line)}
  .list button{display:flex;gap:10px;align-items:flex-start;width:100%;padding:9px 12px;text-align:start;font-size:14px}
  .list button:hover{background:var(--_tint)}
  .list button:focus-visible{outline-offset:-2px;border-radius:12px}
  .list svg{width:18px;height:18px;color:var(--_muted);margin-top:1px}
  .list .n{font-weight:650;color:var(--_quote);min-width:14px}
  .list .t{min-width:0}
  .list .d{display:block;color:var(--_muted);font-size:13px;line-height:1.4;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
  .row{display:flex;flex-wrap:wrap;align-items:center;gap:4px;margin-inline-start:-8px}
  .small{display:inline-flex;align-items:center;gap:6px;min-height:32px;padding:0 8px;border-radius:8px;font-size:13px;color:var(--_muted)}
  .small:hover{background:var(--_tint);color:var(--_text)}
  .small svg{width:17px;height:17px}
  .small[aria-pressed="true"]{color:var(--_accent);background:var(--_quote-bg)}
  .small[aria-expanded="true"] .turn{transform:rotate(180deg)}
  .grow{flex:1}
  .checks{margin:0;padding:12px 14px;background:var(--_tint);border-radius:12px;font-size:14px}
  .checks p{margin:0 0 8px}.checks p:last-child{margin:0}
  .checks .detail{color:var(--_muted);font-size:13px}
  .checks dl{margin:0;display:grid;gap:6px}
  .checks dt{font-weight:600;font-size:13px}.checks dd{margin:0;color:var(--_muted);font-size:13px;line-height:1.4}
  .trouble{display:flex;gap:10px;background:var(--_bad-bg);color:var(--_bad);border-radius:12px;padding:10px 14px;font-size:14px}
  .trouble p{margin:0}
  .trouble button{display:block;margin-top:4px;font-weight:650;text-decoration:underline;text-underline-offset:3px;min-height:28px}
  .note{margin:0;font-size:13px;color:var(--_muted)}
  .note:empty{display:none}
  form{border-top:1px solid var(--_line);padding:12px 16px 10px}
  .box{display:flex;align-items:flex-end;gap:8px;border:1px solid var(--_muted);border-radius:14px;padding:5px 5px 5px 14px;background:var(--_surface)}
  .box:focus-within{border-color:var(--_accent);box-shadow:0 0 0 1px var(--_accent)}
  textarea{flex:1;min-width:0;border:0;background:none;resize:none;padding:7px 0;max-height:132px;line-height:1.45;font-size:16px}
  textarea:focus-visible{outline:none}
  textarea::placeholder{color:var(--_muted);opacity:1}
  .send{width:38px;height:38px;display:grid;place-items:center;border-radius:11px;background:var(--_accent);color:var(--_on-accent);flex:none}
  .send:hover:not(:disabled){filter:brightness(1.08)}
  .foot{margin:7px 2px 0;font-size:12px;color:var(--_muted);text-align:center}
  .reply .row+.row{margin-top:-8px}
  .sheet{position:absolute;inset:0;background:var(--_surface);display:flex;flex-direction:column;z-index:2;animation:rise .16s ease-out}
  .sheet .bar{display:flex;align-items:center;gap:8px;padding:10px 12px;border-bottom:1px solid var(--_line)}
  .sheet .bar button{display:inline-flex;align-items:center;gap:8px;min-height:40px;padding:0 12px 0 8px;border-radius:10px;font-weight:600;color:var(--_accent)}
  .sheet .bar button:hover{background:var(--_tint)}
  .about{padding:14px 20px;border-bottom:1px solid var(--_line)}
  .about h3{margin:0;font-size:16px;line-height:1.35}
  .about .where{margin:2px 0 0;color:var(--_muted);font-size:13px}
  .about .where:empty{display:none}
  .page{flex:1;overflow-y:auto;padding:20px}
  .page:focus-visible{outline-offset:-3px}
  .page .passage{margin:0;white-space:pre-line;overflow-wrap:anywhere;color:var(--_muted)}
  mark{background:var(--_mark);color:var(--_mark-text);border-radius:3px;padding:1px 2px;box-decoration-break:clone;-webkit-box-decoration-break:clone}
  .sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
  @keyframes rise{from{opacity:0;transform:translateY(8px)}to{opacity:1;transform:none}}
  @keyframes pulse{0%,80%,100%{opacity:.3}40%{opacity:1}}
  @media (max-width:520px){
    .float{inset:0;width:100%;height:100vh;height:100dvh;border:0;border-radius:0;padding-bottom:env(safe-area-inset-bottom);padding-top:env(safe-area-inset-top)}
    .launcher{inset-inline-end:16px;bottom:calc(16px + env(safe-area-inset-bottom))}
  }
  @media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}.log{scroll-behavior:auto}.dots i{opacity:.7}}
  @media (forced-colors:active){.badge,.cite,.user,.launcher,.send{border:1px solid}mark{background:Mark;color:MarkText}}
  `;
  const SHEET = new CSSStyleSheet();
  SHEET.replaceSync(CSS);

  // ------------------------------------------------------------------ small helpers

  /** An element; string children become text nodes, never markup. */
  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (name === "on") for (const [type, call] of Object.entries(value)) node.addEventListener(type, call);
      else if (name === "class") node.className = value;
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  function icon(name, extra) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    if (extra) svg.setAttribute("class", extra);
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  const wait = (ms, signal) =>
    new Promise((done, failed) => {
      const timer = setTimeout(done, ms);
      if (signal) signal.addEventListener("abort", () => { clearTimeout(timer); failed(new Trouble("stopped")); }, { once: true });
    });

  class Trouble extends Error {
    constructor(code, seconds) { super(code); this.code = code; this.seconds = seconds || 0; }
  }

  /** Server-sent events of a fetched stream. Ends when the stream does; a silent stream counts as broken. */
  async function* eventsOf(response) {
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let pending = "";
    try {
      for (;;) {
        let timer;
        const stalled = new Promise((_, failed) => { timer = setTimeout(() => failed(new Trouble("stalled")), STALL_MS); });
        const { done, value } = await Promise.race([reader.read(), stalled]).finally(() => clearTimeout(timer));
        if (done) return;
        pending += decoder.decode(value, { stream: true });
        let end;
        while ((end = pending.indexOf("\n\n")) >= 0) {
          const event = { id: "", name: "message", data: "" };
          for (const line of pending.slice(0, end).split("\n")) {
            const at = line.indexOf(":");
            if (at <= 0) continue;
            const text = line.slice(at + 1).replace(/^ /, "");
            const field = line.slice(0, at);
            if (field === "id") event.id = text;
            else if (field === "event") event.name = text;
            else if (field === "data") event.data += text;
          }
          pending = pending.slice(end + 2);
          if (event.data) yield { id: event.id, name: event.name, data: JSON.parse(event.data) };
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  // ------------------------------------------------------------------ the element

  class AssistantChat extends HTMLElement {
    static get observedAttributes() { return ["lang", "strings", "heading", "subheading", "greeting", "suggestions", "inline", "handover", "token"]; }

    constructor() {
      super();
      this._root = this.attachShadow({ mode: "open" });
      this._root.adoptedStyleSheets = [SHEET];
      this._turns = [];
      this._cachedToken = "";
      this._busy = null;
      /** Set to an async function that gives a token, instead of the attribute `token-src`. */
      this.tokenProvider = null;
    }

    connectedCallback() { if (!this._panel) this._build(); }

    disconnectedCallback() { if (this._busy) this._busy.abort.abort(); }

    attributeChangedCallback(name, before, now) {
      if (name === "token") this._cachedToken = now || "";
      else if (this._panel && before !== now) this._relabel(name);
    }

    /** Strings by key, over those of the language; also as JSON in the attribute `strings`. */
    set strings(value) { this._own = value; if (this._panel) this._relabel("strings"); }
    get strings() { return this._own || {}; }

    /** What was asked and answered on this page; kept in memory only. */
    get conversation() { return this._turns.map((turn) => ({ ...turn })); }

    get _server() { return (this.getAttribute("server") || HOME).replace(/\/+$/, ""); }

    get _language() {
      const wanted = this.getAttribute("lang") || document.documentElement.lang || navigator.language || "en";
      const short = wanted.toLowerCase().split("-")[0];
      return STRINGS[short] ? short : "en";
    }

    _t(key, n) {
      let text = this._own && typeof this._own[key] === "string" ? this._own[key] : undefined;
      if (text === undefined) text = this._attributeStrings()[key];
      if (typeof text !== "string") text = STRINGS[this._language][key];
      return n === undefined ? text : text.replace("{n}", String(n));
    }

    _attributeStrings() {
      try { return JSON.parse(this.getAttribute("strings") || "{}") || {}; } catch { return {}; }
    }

    _tell(name, detail, cancelable) {
      return this.dispatchEvent(new CustomEvent(`assistant-${name}`, { detail, bubbles: true, composed: true, cancelable: !!cancelable }));
    }

    // ---------------------------------------------------------------- building

    _build() {
      const inline = this.hasAttribute("inline");
      this._launcher = el("button", { class: "launcher", type: "button", part: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", on: { click: () => this.open() } }, icon("chat"), el("span"));
      this._title = el("h2", { id: "title" });
      this._sub = el("p", { class: "sub" });
      this._anew = el("button", { class: "icon", type: "button", on: { click: () => this.clear() } }, icon("anew"));
      this._close = el("button", { class: "icon", type: "button", on: { click: () => this.close() } }, icon("close"));
      this._log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
      this._status = el("div", { class: "sr", role: "status" });
      this._input = el("textarea", { rows: "1", maxlength: MAX_CHARS, id: "question", enterkeyhint: "send", autocomplete: "off", on: { keydown: (e) => this._key(e), input: () => this._fit() } });
      this._send = el("button", { class: "send", type: "submit" }, icon("send"));
      this._label = el("label", { class: "sr", for: "question" });
      this._foot = el("p", { class: "foot" });
      const form = el("form", { on: { submit: (e) => { e.preventDefault(); this._submit(); } } }, el("div", { class: "box" }, this._label, this._input, this._send), this._foot);
      this._panel = el("section", { class: inline ? "panel" : "panel float", part: "panel", role: inline ? "region" : "dialog", "aria-labelledby": "title", on: { keydown: (e) => this._panelKey(e) } },
        el("header", {}, el("div", { class: "titles" }, this._title, this._sub), this._anew, inline ? null : this._close), this._log, form, this._status);
      this._root.replaceChildren(this._panel, ...(inline ? [] : [this._launcher]));
      this._relabel("all");
      this._greet();
      if (!inline) this._show(this.hasAttribute("open"));
    }

    _relabel(name) {
      if (name === "inline") { this._panel = null; this._build(); return; }
      const t = (key) => this._t(key);
      this._panel.setAttribute("lang", this._language);
      this._launcher.lastChild.textContent = t("launcher");
      this._launcher.setAttribute("lang", this._language);
      this._title.textContent = this.getAttribute("heading") || t("heading");
      this._sub.textContent = this.getAttribute("subheading") || t("subheading");
      for (const [node, key] of [[this._anew, "anew"], [this._close, "close"]]) { node.setAttribute("aria-label", t(key)); node.title = t(key); }
      this._log.setAttribute("aria-label", t("log"));
      this._input.placeholder = t("placeholder");
      this._label.textContent = t("placeholder");
      this._foot.textContent = t("privacy");
      this._mode();
      if (!this._turns.length && this._greeted) this._greet();
    }

    _greet() {
      this._greeted = true;
      let given = [];
      try { given = JSON.parse(this.getAttribute("suggestions") || "[]"); } catch { given = []; }
      const buttons = (Array.isArray(given) ? given : []).slice(0, 4).map((text) => el("button", { type: "button", on: { click: () => this.ask(String(text)) } }, String(text)));
      this._log.replaceChildren(el("div", {}, el("p", { class: "greet" }, this.getAttribute("greeting") || this._t("greeting")), buttons.length ? el("div", { class: "suggest" }, ...buttons) : null));
    }

    _mode() {
      const busy = !!this._busy;
      this._send.replaceChildren(icon(busy ? "stop" : "send"));
      this._send.setAttribute("aria-label", this._t(busy ? "stop" : "send"));
      this._send.disabled = !busy && !this._input.value.trim();
      this._anew.disabled = busy;
    }

    // ---------------------------------------------------------------- opening, keys, focus

    /** Open the panel and put the cursor into the question. */
    open() { this._show(true); this._input.focus(); this._tell("open", {}); }

    /** Close the panel; the focus goes back to the launcher. */
    close() {
      if (this.hasAttribute("inline")) return;
      this._show(false);
      this._launcher.focus();
      this._tell("close", {});
    }

    _show(open) {
      this._panel.hidden = !open;
      this._launcher.hidden = open;
      this._launcher.setAttribute("aria-expanded", String(open));
      const full = matchMedia("(max-width:520px)").matches;
      if (open && full) this._panel.setAttribute("aria-modal", "true");
      else this._panel.removeAttribute("aria-modal");
    }

    _panelKey(event) {
      if (event.key === "Escape") {
        event.stopPropagation();
        if (this._sheet) this._closeSheet();
        else this.close();
      } else if (event.key === "Tab" && this._panel.getAttribute("aria-modal")) {
        const inside = this._sheet || this._panel;
        const stops = [...inside.querySelectorAll("button,textarea,[tabindex='0']")].filter((n) => !n.disabled && n.getClientRects().length);
        const here = stops.indexOf(this._root.activeElement);
        const next = event.shiftKey ? (here <= 0 ? stops.length - 1 : -1) : (here === stops.length - 1 ? 0 : -1);
        if (next >= 0) { event.preventDefault(); stops[next].focus(); }
      }
    }

    _key(event) {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        if (!this._busy) this._submit();
      }
    }

    _fit() {
      // The height by attribute, not by style: rows of text, up to five.
      this._input.rows = 1;
      while (this._input.scrollHeight > this._input.clientHeight + 2 && this._input.rows < 5) this._input.rows += 1;
      this._mode();
    }

    _submit() {
      if (this._busy) { this._stop(); return; }
      const text = this._input.value.trim();
      if (!text) return;
      this._input.value = "";
      this._fit();
      this._input.focus();
      this.ask(text);
    }

    _add(node) {
      const log = this._log;
      log.append(node);
      this._scroll(true);
    }

    _scroll(always) {
      const log = this._log;
      if (always || log.scrollHeight - log.scrollTop - log.clientHeight < 160) log.scrollTop = log.scrollHeight;
    }

    // ---------------------------------------------------------------- asking

    /** Ask a question as if it had been typed. */
    async ask(question) {
      if (this._busy) return;
      if (question.length > MAX_CHARS) { this._add(this._trouble("errLong")); return; }
      if (this._greeted) { this._log.replaceChildren(); this._greeted = false; }
      const asked = el("p", { class: "user" }, el("span", { class: "sr" }, `${this._t("you")}: `), question);
      this._add(asked);
      await this._attempt(question, asked);
    }

    async _attempt(question, asked) {
      const words = el("span");
      const state = el("div", { class: "state", "aria-live": "off" }, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), words);
      const said = el("p", { class: "said" });
      const reply = el("div", { class: "reply" }, el("span", { class: "sr" }, `${this._t("assistant")}: `), said, state);
      const turn = { reply, said, state, words, shown: "", question };
      this._busy = { abort: new AbortController(), run: "", turn };
      this._mode();
      this._say(turn, this._t("connecting"));
      this._add(reply);
      try {
        const answer = await this._stream(question, turn);
        this._finish(turn, answer);
      } catch (error) {
        this._fail(turn, error instanceof Trouble ? error : new Trouble("lost"), asked);
      } finally {
        this._busy = null;
        this._mode();
        // The question stays in sight: a long answer is read from its beginning.
        this._log.scrollTop = Math.min(this._log.scrollHeight, asked.offsetTop - this._log.offsetTop - 16);
      }
    }

    _say(turn, text, aloud) {
      turn.words.textContent = text;
      if (aloud) this._status.textContent = text;
    }

    /** The answer of a question: streamed, and taken up again where the connection breaks. */
    async _stream(question, turn) {
      const { abort } = this._busy;
      let response = await this._call("/widget/v1/ask", { body: { question }, signal: abort.signal });
      let last = "0";
      for (let tries = 0; ;) {
        try {
          for await (const event of eventsOf(response)) {
            tries = 0;
            if (event.id) last = event.id;
            const answer = this._event(turn, event);
            if (answer) return answer;
          }
        } catch (error) {
          if (error instanceof Trouble && error.code !== "stalled") throw error;
        }
        if (abort.signal.aborted) throw new Trouble("stopped");
        if (!this._busy.run) throw new Trouble("lost");
        // The stream ended without its last event: go on from there, a few times.
        for (;;) {
          if (tries >= RETRIES_MS.length) throw new Trouble("lost");
          this._say(turn, this._t("again"), tries === 0);
          await wait(RETRIES_MS[tries++], abort.signal);
          try {
            response = await this._call(`/widget/v1/runs/${this._busy.run}`, { signal: abort.signal, last });
            break;
          } catch (error) {
            if (error.code !== "reach") throw error.code === "missing" ? new Trouble("lost") : error;
          }
        }
      }
    }

    _event(turn, { name, data }) {
      if (name === "run") this._busy.run = data.id;
      else if (name === "queued") this._say(turn, this._t("queued", data.position), true);
      else if (name === "started") this._say(turn, this._t("working"), true);
      else if (name === "released") {
        const numbers = [...new Set(data.citations.map((c) => c.n))];
        const text = data.text + numbers.map((n) => ` [${n}]`).join("");
        turn.shown += (turn.shown ? " " : "") + text;
        turn.pending = [...(turn.pending || []), ...data.citations];
        if (turn.said.childNodes.length) turn.said.append(" ");
        this._write(turn.said, text, turn.pending, null);
        this._scroll(false);
      } else if (name === "withdrawn") {
        turn.shown = "";
        turn.said.replaceChildren();
        turn.reply.insertBefore(el("p", { class: "note" }, this._t("withdrawn")), turn.said);
      } else if (name === "finished") return data.answer;
      else if (name === "failed") throw new Trouble(data.code === "cancelled" ? "stopped" : data.status === 503 ? "away" : "failed");
      return null;
    }

    /** A text with its citation marks as buttons. */
    _write(node, text, citations, answer) {
      for (const part of text.split(/(\s?\[\d+\])/)) {
        const number = /^\s?\[(\d+)\]$/.exec(part);
        const cited = number && citations.find((c) => c.n === Number(number[1]));
        if (!cited) { if (part) node.append(part); continue; }
        const open = (e) => { if (answer || node._answer) this._openSource(answer || node._answer, cited, e.currentTarget); };
        node.append(" ", el("button", { class: "cite", type: "button", "aria-label": `${this._t("source")} ${cited.n}: ${cited.title}`, title: cited.title, on: { click: open } }, String(cited.n)));
      }
    }

    _finish(turn, answer) {
      const { reply, said, state } = turn;
      state.remove();
      if (turn.shown !== answer.answer.trim()) {
        said.replaceChildren();
        this._write(said, answer.answer, answer.citations, answer);
      }
      said._answer = answer;
      const word = ["answered", "extracted", "abstained", "blocked"].includes(answer.status) ? answer.status : "blocked";
      reply.append(el("div", { class: `badge ${word}` }, icon(word), this._t(word)));
      if (answer.citations.length) reply.append(this._list(this._t("sources"), answer, answer.citations, true));
      else if (answer.related.length) reply.append(this._list(this._t("related"), answer, answer.related, false));
      reply.append(...this._actions(answer, word));
      this._status.textContent = this._t(word);
      this._turns.push({ question: turn.question, answer: answer.answer, status: answer.status, audit_id: answer.audit_id });
      this._tell("answer", { answer });
    }

    _list(label, answer, citations, numbered) {
      const seen = new Set();
      const distinct = citations.filter((c) => { const key = `${c.document_id} ${c.start} ${c.end}`; return !seen.has(key) && seen.add(key); });
      const items = distinct.map((c) => {
        const place = c.locator ? `${c.title} · ${c.locator}` : c.title;
        return el("li", {}, el("button", { type: "button", on: { click: (e) => this._openSource(answer, c, e.currentTarget) } },
          numbered ? el("span", { class: "n" }, String(c.n)) : icon("text"), el("span", { class: "t" }, place, el("span", { class: "d" }, c.quote))));
      });
      return el("div", {}, el("p", { class: "label" }, label), el("ul", { class: "list" }, ...items));
    }

    _actions(answer, word) {
      const refused = word === "abstained" || word === "blocked";
      const checks = this._checks(answer);
      checks.hidden = true;
      const why = el("button", { class: "small", type: "button", "aria-expanded": "false", on: { click: () => {
        checks.hidden = !checks.hidden;
        why.setAttribute("aria-expanded", String(!checks.hidden));
        if (!checks.hidden) checks.scrollIntoView({ block: "nearest" });
      } } }, this._t(refused ? "why" : "how"), icon("down2", "turn"));
      const thanks = el("span", { class: "note", role: "status" });
      const vote = (name) => {
        const button = el("button", { class: "small", type: "button", "aria-pressed": "false", "aria-label": this._t(name), title: this._t(name), on: { click: () => {
          for (const other of votes) other.setAttribute("aria-pressed", String(other === button));
          thanks.textContent = this._t("thanks");
          this._tell("feedback", { audit_id: answer.audit_id, vote: name });
          this._call("/widget/v1/feedback", { body: { audit_id: answer.audit_id, vote: name } }).catch(() => {});
        } } }, icon(name));
        return button;
      };
      const votes = [vote("up"), vote("down")];
      const person = this.hasAttribute("handover") ? el("button", { class: "small", type: "button", on: { click: () => this._tell("handover", { conversation: this.conversation, audit_id: answer.audit_id }, true) } }, icon("person"), this._t("handover")) : null;
      return [el("div", { class: "row" }, why, el("span", { class: "grow" }), ...votes), checks, person ? el("div", { class: "row" }, person) : null, thanks].filter(Boolean);
    }

    /** Why, in words: the decisive reason first, then each check that said something. */
    _checks(answer) {
      const names = STRINGS[this._language].checks;
      const box = el("div", { class: "checks" });
      if (answer.status === "abstained" || answer.status === "blocked") box.append(el("p", {}, this._t(answer.status === "abstained" ? "whyAbstained" : "whyBlocked")));
      if (answer.reason) box.append(el("p", { class: "detail" }, answer.reason[0].toUpperCase() + answer.reason.slice(1) + (/[.!?]$/.test(answer.reason) ? "" : ".")));
      const refused = answer.status === "abstained" || answer.status === "blocked";
      const shown = (answer.verdicts || []).filter((v) => !refused || v.action !== "pass");
      const seen = new Set();
      const list = el("dl");
      for (const verdict of shown) {
        const key = `${verdict.check} ${verdict.reason}`;
        if (seen.has(key) || verdict.reason === answer.reason) continue;
        seen.add(key);
        const base = verdict.check.split("-")[0];
        list.append(el("div", {}, el("dt", {}, names[verdict.check] || names[ALIASES[verdict.check]] || names[ALIASES[base]] || verdict.check), el("dd", {}, verdict.reason)));
      }
      if (list.childNodes.length) box.append(list);
      if (!box.childNodes.length) box.append(el("p", {}, this._t(answer.status)));
      return box;
    }

    _fail(turn, error, asked) {
      turn.state.remove();
      this._tell("error", { code: error.code });
      if (error.code === "stopped") { turn.reply.append(el("p", { class: "note" }, this._t("stopped"))); return; }
      // What was shown so far was never sealed: it goes.
      turn.said.replaceChildren();
      const key = { lost: "errLost", reach: "errReach", expired: "errExpired", refused: "errRefused", busy: "errBusy", away: "errAway", missing: "errLost" }[error.code] || "errFailed";
      if (error.code === "expired") this._tell("token-expired", {});
      const again = ["expired", "refused"].includes(error.code) ? null : () => { turn.reply.remove(); this._attempt(turn.question, asked); };
      turn.reply.append(this._trouble(key, Math.max(1, Math.round(error.seconds)), again));
    }

    _trouble(key, n, again) {
      const text = el("div", {}, el("p", {}, this._t(key, n)));
      if (again) text.append(el("button", { type: "button", on: { click: () => { if (!this._busy) { again(); this._input.focus(); } } } }, this._t("retry")));
      return el("div", { class: "trouble" }, icon("alert"), text);
    }

    _stop() {
      const { run, abort } = this._busy;
      if (run) this._call(`/widget/v1/runs/${run}`, { method: "DELETE" }).catch(() => {});
      abort.abort();
    }

    /** Begin a new conversation; the server forgets the old one too. */
    async clear() {
      if (this._busy) return;
      this._turns = [];
      this._greet();
      this._input.focus();
      await this._call("/widget/v1/end", {}).catch(() => {});
    }

    // ---------------------------------------------------------------- a source in its context

    async _openSource(answer, cited, opener) {
      this._closeSheet();
      const passage = el("p", { class: "passage" }, el("mark", {}, cited.quote));
      const where = el("p", { class: "where" }, cited.locator || "");
      const note = el("p", { class: "note", role: "status" }, this._t("loading"));
      const back = el("button", { type: "button", on: { click: () => this._closeSheet() } }, icon("back"), this._t("back"));
      const page = el("div", { class: "page", tabindex: "0", role: "group", "aria-label": cited.title }, passage, note);
      this._sheet = el("div", { class: "sheet", role: "group", "aria-label": this._t("source") }, el("div", { class: "bar" }, back), el("div", { class: "about" }, el("h3", {}, cited.title), where), page);
      this._opener = opener;
      for (const node of this._panel.children) node.inert = true;
      this._panel.append(this._sheet);
      back.focus();
      try {
        const response = await this._call("/widget/v1/source", { body: { audit_id: answer.audit_id, start: cited.start, end: cited.end } });
        const told = await response.json();
        const mark = el("mark", {}, told.quote);
        passage.replaceChildren(told.before, mark, told.after);
        where.textContent = [...new Set([told.heading, told.locator])].filter((text) => text && text !== cited.title).join(" · ");
        note.textContent = "";
        mark.scrollIntoView({ block: "center" });
      } catch {
        note.textContent = this._t("noContext");
      }
    }

    _closeSheet() {
      if (!this._sheet) return;
      this._sheet.remove();
      this._sheet = null;
      for (const node of this._panel.children) node.inert = false;
      if (this._opener) this._opener.focus();
    }

    // ---------------------------------------------------------------- the server

    async _token(fresh) {
      if (this._cachedToken && !fresh) return this._cachedToken;
      const source = this.getAttribute("token-src");
      try {
        if (typeof this.tokenProvider === "function") this._cachedToken = String(await this.tokenProvider());
        else if (source) {
          const response = await fetch(source, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" } });
          if (!response.ok) throw new Trouble("expired");
          this._cachedToken = String((await response.json()).token);
        } else if (fresh) throw new Trouble("expired");
      } catch {
        throw new Trouble("expired");
      }
      return this._cachedToken;
    }

    /** One request with a token, which is renewed once where the server says that it has expired. */
    async _call(path, { body, method = "POST", signal, last } = {}) {
      for (let fresh = false; ; fresh = true) {
        const headers = { Authorization: `Bearer ${await this._token(fresh)}` };
        if (body) headers["Content-Type"] = "application/json";
        if (last) headers["Last-Event-ID"] = last;
        let response;
        try {
          response = await fetch(this._server + path, { method, headers, signal, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
        } catch {
          throw new Trouble(signal && signal.aborted ? "stopped" : "reach");
        }
        if (response.ok) return response;
        if (response.status === 401 && !fresh) continue;
        const seconds = Number(response.headers.get("Retry-After")) || 10;
        throw new Trouble({ 401: "expired", 403: "refused", 404: "missing", 429: "busy", 503: "away" }[response.status] || "failed", seconds);
      }
    }
  }

  // What the shipped policies call their checks.
  const ALIASES = { "pii": "redaction", "phi": "redaction", "may": "access", "labels": "access", "inject": "injection", "tone": "toxicity", "toxic": "toxicity", "ground": "grounding", "fair": "fairness", "whose": "persons" };

  customElements.define("assistant-chat", AssistantChat);
})();
