import { Trouble } from "./trouble.js";

/** @typedef {import("./trouble.js").Code} Code */
/** @typedef {{body?: object, method?: string, signal?: AbortSignal, last?: string}} Call */
/** @typedef {HTMLElement & {tokenProvider: null | (() => Promise<string> | string)}} Host */

/** @type {Record<number, Code>} */
const CODES = { 401: "invalid", 403: "refused", 404: "missing", 429: "busy", 503: "away" };

// For who builds the page: said once each, in the browser's console.
/** @type {Partial<Record<Code, string>>} */
const HINTS = {
  origin: "the server does not know this page's origin: assistant serve new-site NAME --origin ORIGIN --role ROLE",
  route: "token-src must answer a POST with {\"token\": \"…\"}; or set tokenProvider or token",
  invalid: "the token is not signed by the secret of a site of this server, or it is malformed: see `assistant serve access`",
  reach: "the server cannot be reached: is it running, does this page's Content-Security-Policy permit connect-src to it?",
  refused: "the token is of another origin than this page",
};

/** The assistant's server, as this page may call it. */
export class Server {
  /**
   * @param {Host} host the element
   * @param {string} home where the script came from
   */
  constructor(host, home) {
    this._host = host;
    this._home = home;
    /** @type {Promise<string> | null} */
    this._token = null;
    /** @type {Set<Code>} */
    this._hinted = new Set();
  }

  /** Its address. */
  get address() {
    return (this._host.getAttribute("server") || this._home).replace(/\/+$/, "");
  }

  /** Forget the token, so that the next call asks for one. */
  forget() {
    this._token = null;
  }

  /**
   * One request with a token, which is renewed once where the server says that it is not good.
   * @param {string} path
   * @param {Call} [call]
   * @returns {Promise<Response>}
   */
  async call(path, call = {}) {
    for (let bad = ""; ; ) {
      const token = await this._ticket(bad);
      const response = await this._send(path, token, call);
      if (response.ok) return response;
      const told = await codeOf(response);
      // A token that was given as an attribute cannot be renewed: then the first refusal stands.
      if (response.status === 401 && !bad && this._renewable) {
        bad = token;
        continue;
      }
      const seconds = Number(response.headers.get("Retry-After")) || 10;
      const code = told === "token_expired" ? "expired" : told === "origin_refused" ? "origin" : CODES[response.status] || "failed";
      throw this._told(new Trouble(code, seconds));
    }
  }

  get _renewable() {
    return typeof this._host.tokenProvider === "function" || this._host.hasAttribute("token-src");
  }

  /**
   * @param {string} path
   * @param {string} token
   * @param {Call} call
   */
  async _send(path, token, { body, method = "POST", signal, last }) {
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Bearer ${token}` };
    if (body) headers["Content-Type"] = "application/json";
    if (last) headers["Last-Event-ID"] = last;
    const sent = body ? JSON.stringify(body) : undefined;
    try {
      return await fetch(this.address + path, { method, headers, signal, body: sent, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
    } catch {
      if (signal && signal.aborted) throw new Trouble("stopped");
      throw this._told(new Trouble((await this._knowsPage()) ? "reach" : "origin"));
    }
  }

  /** Whether the server knows this page's origin; true also where it does not answer at all. */
  async _knowsPage() {
    try {
      const response = await fetch(`${this.address}/widget/v1/hello`, { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
      /** @type {import("./wire.js").Hello} */
      const told = await response.json();
      return told.origin_known !== false;
    } catch {
      return true;
    }
  }

  /**
   * The token, asked for where there is none, or where it is the one that was refused: calls at once ask for one between them.
   * @param {string} bad
   */
  async _ticket(bad) {
    try {
      if (!this._token || (bad && (await this._token) === bad)) this._token = this._given();
      return await this._token;
    } catch {
      this._token = null;
      throw this._told(new Trouble("route"));
    }
  }

  async _given() {
    const source = this._host.getAttribute("token-src");
    if (typeof this._host.tokenProvider === "function") return named(await this._host.tokenProvider());
    if (!source) return named(this._host.getAttribute("token"));
    const response = await fetch(source, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("no token");
    return named((await response.json()).token);
  }

  /** @param {Trouble} trouble */
  _told(trouble) {
    const hint = HINTS[trouble.code];
    if (hint && !this._hinted.has(trouble.code)) {
      this._hinted.add(trouble.code);
      console.warn(`assistant-chat: ${hint} (assistant serve doctor --site NAME looks for the cause)`);
    }
    return trouble;
  }
}

/**
 * The server's own word for what went wrong, or nothing.
 * @param {Response} response
 * @returns {Promise<string>}
 */
async function codeOf(response) {
  try {
    return String((await response.json()).error.code);
  } catch {
    return "";
  }
}

/** @param {unknown} token */
function named(token) {
  if (typeof token !== "string" || !token) throw new Error("no token");
  return token;
}
