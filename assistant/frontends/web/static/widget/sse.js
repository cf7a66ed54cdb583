import { Trouble } from "./trouble.js";

// The server sends a sign of life every 10 s (ServeOptions.heartbeat_seconds); after three that did not come the wire is dead.
const STALL_MS = 35000;

/**
 * Server-sent events of a fetched stream. Ends when the stream does. Throws Trouble `stalled` where it falls silent.
 * @param {Response} response
 * @returns {AsyncGenerator<{id: string, name: string, data: any}>}
 */
export async function* eventsOf(response) {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let pending = "";
  try {
    for (;;) {
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      /** @type {Promise<never>} */
      const stalled = new Promise((_, failed) => {
        timer = setTimeout(() => failed(new Trouble("stalled")), STALL_MS);
      });
      const { done, value } = await Promise.race([reader.read(), stalled]).finally(() => clearTimeout(timer));
      if (done) return;
      pending += decoder.decode(value, { stream: true });
      for (let end = pending.indexOf("\n\n"); end >= 0; end = pending.indexOf("\n\n")) {
        const event = fieldsOf(pending.slice(0, end));
        pending = pending.slice(end + 2);
        if (event.data) yield { id: event.id, name: event.name, data: JSON.parse(event.data) };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** @param {string} block */
function fieldsOf(block) {
  const event = { id: "", name: "message", data: "" };
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const text = line.slice(at + 1).replace(/^ /, "");
    const field = line.slice(0, at);
    if (field === "id") event.id = text;
    else if (field === "event") event.name = text;
    else if (field === "data") event.data += text;
  }
  return event;
}
