/* What the server sends to the widget. Made by tools/make_widget_types.py from the server's own classes: do not edit. */
export {};

/**
 * How a person is reached, as the pack says; what there is not is empty. `reachable`: whether there is any way.
 * @typedef {{reachable: boolean, phone: string, mail: string, form: string, hours: string}} ContactReply
 */

/**
 * Every answer other than the one asked for.
 * @typedef {{error: ErrorDetail}} Error
 */

/**
 * What went wrong. `code` is for programs, `message` and `remedy` for people, `param` names the field that is wrong.
 * @typedef {{code: string, message: string, remedy: string, type: "invalid_request_error" | "authentication_error" | "permission_error" | "rate_limit_error" | "server_error", param: string | null}} ErrorDetail
 */

/**
 * `failed`, the last event where there is no answer; `status` is what HTTP would have said.
 * @typedef {{status: number, code: string, message: string}} FailedEvent
 */

/**
 * That a wish for a person was recorded, and under which number: it holds no text, and finds the answer before it.
 * @typedef {{reference: string}} HandoverReply
 */

/**
 * Whether the server knows the page's origin: what a browser keeps from a page that a preflight refused.
 * @typedef {{origin_known: boolean}} Hello
 */

/**
 * What an abstention leaves the asker with; `""` for everything else. `closest`: passages that may bear on the question, for the asker to judge; no claim is made. `nothing`: none is near. `retry`: a part had no time or is missing, so nothing was decided.
 * @typedef {"" | "closest" | "nothing" | "retry"} Level
 */

/**
 * A passage beside an abstention: its text as it may be shown, and the sentence in it that is likeliest to answer.
 * @typedef {{document_id: string, title: string, locator: string, text: string, quote: string}} Near
 */

/**
 * An answer for visitors: its words, sources, level and reason.
 * @typedef {{question: string, answer: string, status: Status, level: Level, intent: string, action: string, verified: PublicVouched | null, reason: string, spelling: Record<string, string>, followed: boolean, citations: readonly PublicCitation[], related: readonly PublicCitation[], closest: readonly Near[], audit_id: string}} PublicAnswer
 */

/**
 * A quote with its place: characters `start` to `end` (exclusive) of the document.
 * @typedef {{n: number, document_id: string, title: string, locator: string, quote: string, start: number, end: number, heading: string}} PublicCitation
 */

/**
 * `finished`, as visitors get it.
 * @typedef {{answer: PublicAnswer}} PublicFinished
 */

/**
 * `released`, as visitors get it.
 * @typedef {{text: string, citations: readonly PublicCitation[]}} PublicReleased
 */

/**
 * That somebody vouches for an answer, and until which day ("2027-01-31").
 * @typedef {{until: string}} PublicVouched
 */

/**
 * `queued`: the place in the queue, from 1.
 * @typedef {{position: number}} QueuedEvent
 */

/**
 * A cited quote with the text before and after it, under the same rules as the answer.
 * @typedef {{title: string, heading: string, locator: string, before: string, quote: string, after: string}} QuoteInContext
 */

/**
 * `run`: the question was taken; its id takes a broken stream up again.
 * @typedef {{id: string}} RunEvent
 */

/**
 * How an answer came to be.
 * @typedef {"answered" | "extracted" | "abstained" | "blocked"} Status
 */

/**
 * `withdrawn`: all sentences shown so far are taken back.
 * @typedef {{reason: string}} WithdrawnEvent
 */
