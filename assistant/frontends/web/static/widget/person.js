import { button, el } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./wire.js").ContactReply} ContactReply */
/** @typedef {import("./server.js").Server} Server */
/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {import("./words.js").Words} Words */

/**
 * What the hand-over needs of the element: whether the page takes visitors over itself, the words said so far, and a way to tell
 * the page, which says whether it took the visitor.
 * @typedef {{pageTakes: boolean, transcript: () => string, hand: (consented: boolean, reference: string) => boolean}} Handing
 */

// What mail programs take of a link; longer texts are copied instead.
const MOST_MAILED = 1500;

/**
 * The ways to a person, the conversation taken along only where the visitor says so, and a reference to name there.
 * @param {{server: Server, sheet: Sheet, words: Words}} parts
 * @param {ContactReply | null} contact null where it could not be had
 * @param {string} auditId of the answer before, or ""
 * @param {HTMLElement} opener
 * @param {Handing} handing
 */
export async function openPerson({ server, sheet, words }, contact, auditId, opener, handing) {
  const done = el("p", { class: "done", role: "status" });
  const agree = el("input", { type: "checkbox", id: "agree" });
  const ways = el("div", { class: "ways" });
  const copy = button("way", async () => {
    try {
      await navigator.clipboard.writeText(handing.transcript());
      done.textContent = words.t("copied");
    } catch {
      done.textContent = handing.transcript();
    }
  }, icon("copy"), words.t("copy"));
  copy.hidden = true;
  const named = await referenceOf(server, auditId, handing.pageTakes ? "host" : "contact");
  const links = contact && contact.reachable ? linksOf(words, contact) : [];
  const reference = named ? words.t("reference", named) : "";
  for (const link of links) link.addEventListener("click", () => (done.textContent = reference));
  const here = handing.pageTakes ? button("way", () => {
    handing.hand(agree.checked, named);
    done.textContent = [words.t("handed"), reference].filter(Boolean).join(" ");
  }, icon("person"), words.t("here")) : null;
  agree.addEventListener("change", () => {
    copy.hidden = !agree.checked || !links.length;
    for (const link of links) if (link.protocol === "mailto:") link.href = mailOf(words, contact?.mail || "", named, agree.checked ? handing.transcript() : "");
  });
  for (const link of links) if (link.protocol === "mailto:") link.href = mailOf(words, contact?.mail || "", named, "");
  const any = links.length || here;
  ways.append(
    el("p", {}, words.t(any ? "personIntro" : "noPerson")),
    ...(contact && contact.hours ? [el("p", { class: "note" }, contact.hours)] : []),
    ...(any ? [el("label", { class: "agree", for: "agree" }, agree, words.t("transcript"))] : []),
    ...(here ? [here] : []), ...links, copy, done,
  );
  sheet.open(words.t("handover"), opener, el("div", { class: "about" }, el("h3", {}, words.t("handover"))), el("div", { class: "scroll", tabindex: 0 }, ways));
}

/**
 * A number for this wish, which the server notes without a word of text; "" where it cannot be had.
 * @param {Server} server
 * @param {string} auditId
 * @param {"host" | "contact"} channel
 */
async function referenceOf(server, auditId, channel) {
  try {
    const response = await server.call("/widget/v1/handover", { body: { channel, audit_id: auditId } });
    /** @type {import("./wire.js").HandoverReply} */
    const told = await response.json();
    return told.reference;
  } catch {
    return "";
  }
}

/**
 * @param {Words} words
 * @param {ContactReply} contact
 */
function linksOf(words, contact) {
  const links = [];
  if (contact.phone) links.push(el("a", { class: "way", href: `tel:${contact.phone.replace(/[^+\d]/g, "")}` }, icon("phone"), words.t("phone", contact.phone)));
  if (contact.mail) links.push(el("a", { class: "way", href: mailOf(words, contact.mail, "", "") }, icon("mail"), words.t("mail", contact.mail)));
  if (contact.form) links.push(el("a", { class: "way", href: contact.form, target: "_blank", rel: "noopener noreferrer" }, icon("form"), words.t("form")));
  return links;
}

/**
 * @param {Words} words
 * @param {string} mail
 * @param {string} reference
 * @param {string} transcript
 */
function mailOf(words, mail, reference, transcript) {
  const head = reference ? [`subject=${encodeURIComponent(words.t("subject", reference))}`] : [];
  const body = transcript ? [`body=${encodeURIComponent(transcript.slice(0, MOST_MAILED))}`] : [];
  const tail = [...head, ...body].join("&");
  return `mailto:${mail}${tail ? `?${tail}` : ""}`;
}
