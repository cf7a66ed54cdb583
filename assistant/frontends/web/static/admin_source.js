/* A passage where it stands: its text, and for a PDF that was kept the page as it is printed, the words marked. */
import { el } from "./admin_dom.js";

/** A passage as a card; `pageOf` marks the words on the printed page. */
export function passageCard(passage, ...more) {
  const place = [...new Set([passage.heading, passage.locator])].filter(Boolean).join(", ");
  return el("article", { class: "passage" },
    el("h3", {}, passage.title, place ? el("span", { class: "sub" }, place) : null),
    el("p", {}, passage.text),
    passage.page ? printed(passage) : null,
    ...more);
}

function printed(passage) {
  const query = new URLSearchParams({ start: passage.start, end: passage.end });
  const frame = el("div", { class: "printed" });
  return el("details", { on: { toggle: (event) => {
    if (!event.target.open || frame.childNodes.length) return;
    const picture = el("img", { alt: `Page ${passage.page} of ${passage.title}, the passage marked`, src: `/admin/api/documents/${encodeURIComponent(passage.document_id)}/page?${query}` });
    picture.addEventListener("error", () => frame.replaceChildren(el("p", { class: "muted" }, "The page cannot be drawn.")));
    frame.append(picture);
  } } }, el("summary", {}, `Show page ${passage.page} as it is printed`), frame);
}
