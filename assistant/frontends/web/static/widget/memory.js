/** @typedef {import("./wire.js").PublicAnswer} PublicAnswer */
/** @typedef {{question: string, answer: PublicAnswer}} Turn */
/** @typedef {{turns: Turn[], open: boolean}} Kept */

// As many as a session of the server has answers whose sources can be opened.
const MOST = 20;

/** The conversation over page loads of one tab: only where the visitor agreed, and gone with the tab. */
export class Memory {
  /** @param {() => string} server whose conversation it is */
  constructor(server) {
    this._server = server;
  }

  get _key() {
    return `assistant-chat ${this._server()}`;
  }

  /**
   * What was kept; null where nothing was, or the visitor did not agree.
   * @returns {Kept | null}
   */
  read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this._key) || "null");
      return kept && Array.isArray(kept.turns) ? kept : null;
    } catch {
      return null;
    }
  }

  /** @param {Kept} kept */
  write(kept) {
    try {
      sessionStorage.setItem(this._key, JSON.stringify({ ...kept, turns: kept.turns.slice(-MOST) }));
    } catch {
      // A page whose storage is full or closed has no history over page loads; the conversation itself goes on.
    }
  }

  /** Forget it. */
  clear() {
    try {
      sessionStorage.removeItem(this._key);
    } catch {
      // Storage that is closed holds nothing.
    }
  }
}
