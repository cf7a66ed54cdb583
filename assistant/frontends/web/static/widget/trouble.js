/**
 * Why something did not come, as `assistant-error` tells it:
 * stopped, stalled, lost (the stream broke), reach (the server cannot be reached), origin (it is reached, and does not know this
 * page), route (the token route gave no token), invalid (the token is signed by another secret or for another site), expired,
 * refused, missing, busy, away, failed.
 * @typedef {"stopped" | "stalled" | "lost" | "reach" | "origin" | "route" | "invalid" | "expired" | "refused" | "missing" | "busy"
 *   | "away" | "failed"} Code
 */

/** Something that did not come; `seconds` after which another try may succeed. */
export class Trouble extends Error {
  /**
   * @param {Code} code
   * @param {number} [seconds]
   */
  constructor(code, seconds) {
    super(code);
    this.code = code;
    this.seconds = seconds || 0;
  }
}
