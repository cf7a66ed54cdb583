import { eventsOf } from "./sse.js";
import { Trouble } from "./trouble.js";

/** @typedef {import("./wire.js").PublicAnswer} PublicAnswer */
/** @typedef {import("./wire.js").PublicReleased} PublicReleased */
/** @typedef {import("./server.js").Server} Server */

/**
 * What a question's stream tells while it runs.
 * @typedef {{queued: (position: number) => void, working: () => void, again: (first: boolean) => void,
 *   released: (sentence: PublicReleased) => void, withdrawn: () => void}} Listener
 */

const RETRIES_MS = [300, 1000, 2000, 4000, 6000];

/** One question on its way: asked once, taken up again where the connection breaks. */
export class Stream {
  /**
   * @param {Server} server
   * @param {Listener} listener
   */
  constructor(server, listener) {
    this._server = server;
    this._listener = listener;
    this._abort = new AbortController();
    this._run = "";
  }

  /**
   * The sealed answer. Throws Trouble.
   * @param {string} question
   * @param {boolean} asTyped whether no word of it is taken for a misspelt one
   * @returns {Promise<PublicAnswer>}
   */
  async answer(question, asTyped) {
    const { signal } = this._abort;
    const body = asTyped ? { question, as_typed: true } : { question };
    let response = await this._server.call("/widget/v1/ask", { body, signal });
    let last = "0";
    for (let tries = 0; ; ) {
      try {
        for await (const event of eventsOf(response)) {
          tries = 0;
          if (event.id) last = event.id;
          const answer = this._event(event.name, event.data);
          if (answer) return answer;
        }
      } catch (error) {
        if (error instanceof Trouble && error.code !== "stalled") throw error;
      }
      if (signal.aborted) throw new Trouble("stopped");
      if (!this._run) throw new Trouble("lost");
      // The stream ended without its last event: go on from there, a few times.
      for (;;) {
        if (tries >= RETRIES_MS.length) throw new Trouble("lost");
        this._listener.again(tries === 0);
        await wait(RETRIES_MS[tries++], signal);
        try {
          response = await this._server.call(`/widget/v1/runs/${this._run}`, { signal, last });
          break;
        } catch (error) {
          if (!(error instanceof Trouble)) throw error;
          if (error.code !== "reach") throw error.code === "missing" ? new Trouble("lost") : error;
        }
      }
    }
  }

  /** Give the question up, here and on the server. */
  stop() {
    if (this._run) this._server.call(`/widget/v1/runs/${this._run}`, { method: "DELETE" }).catch(() => {});
    this._abort.abort();
  }

  /**
   * @param {string} name
   * @param {any} data as `replies.py` has it for the event's name
   * @returns {PublicAnswer | null}
   */
  _event(name, data) {
    if (name === "run") this._run = data.id;
    else if (name === "queued") this._listener.queued(data.position);
    else if (name === "started") this._listener.working();
    else if (name === "released") this._listener.released(data);
    else if (name === "withdrawn") this._listener.withdrawn();
    else if (name === "finished") return data.answer;
    else if (name === "failed") {
      throw new Trouble(data.code === "cancelled" ? "stopped" : data.status === 503 ? "away" : "failed");
    }
    return null;
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function wait(ms, signal) {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, ms);
    const ended = () => {
      clearTimeout(timer);
      failed(new Trouble("stopped"));
    };
    signal.addEventListener("abort", ended, { once: true });
  });
}
