"""Texts that FHIR resources carry: notes, compositions and attachments. Pictures and PDFs inside are named, not read."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from assistant.readers.compose import squeeze
from assistant.readers.fhir_sentence import sentence, tagged
from assistant.records.fhir.bundle import Names
from assistant.records.fhir.values import Resource, as_dict, as_list, code, concept, day, string

_READABLE: Final = ("text/plain", "text/html", "application/xhtml+xml", "text/markdown", "text/rtf")
_MAX_NOTE: Final = 4 * 1024 * 1024
_CUT: Final = "The attachment is longer than 4 MiB: its end is not read."


def note(r: Resource, _: Names) -> str:
    """A document's kind, date and standing, and its words where they lie in the resource."""
    content = [as_dict(c).get("attachment") for c in as_list(r.get("content"))]
    standing = string(r, "docStatus") or string(r, "status")
    head = sentence(
        f"Note: {concept(r.get('type')) or 'clinical note'}",
        tagged("dated", day(string(r, "date"))),
        tagged("status", standing if standing not in ("current", "final") else ""),
        string(r, "description"),
    )
    return "\n\n".join([head, *attachments(content)])


def attachments(values: list[object]) -> list[str]:
    """The texts of attachments that carry text; what cannot be read is named."""
    return [text for value in values if (text := _attachment(value))]


def _attachment(value: object) -> str:
    from assistant.readers.html import fragment

    attachment = as_dict(value)
    kind, data = string(attachment, "contentType").split(";")[0].strip().lower(), string(attachment, "data")
    if not data:
        return ""
    if kind not in _READABLE and kind:
        return sentence("Attachment not read", kind)
    # Four characters stand for three bytes; cut elsewhere, the rest would be no Base64.
    whole, most = "".join(data.split()), _MAX_NOTE // 3 * 4
    try:
        text = base64.b64decode(whole[:most], validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        text = ""
    if not text:
        return sentence("Attachment not read", "its encoding is damaged")
    text = fragment(text)[0] if "html" in kind else squeeze(text.replace("\r\n", "\n"))
    return f"{text}\n\n{_CUT}" if len(whole) > most else text


def composition(r: Resource, _: Names) -> str:
    """A document's sections, those inside others too."""
    status = string(r, "status")
    head = sentence(
        f"Note: {string(r, 'title') or concept(r.get('type'))}",
        tagged("dated", day(string(r, "date"))),
        tagged("status", status if status != "final" else ""),
    )
    return "\n\n".join(filter(None, [head, *_sections(r, 0)]))


def _sections(holder: Resource, depth: int) -> list[str]:
    from assistant.readers.html import fragment

    found: list[str] = []
    for section in as_list(holder.get("section")) if depth < 6 else ():
        entry = as_dict(section)
        text = fragment(string(as_dict(entry.get("text")), "div"))[0] if entry.get("text") else ""
        nothing = "The record states that there is none known." if code(entry.get("emptyReason")) == "nilknown" else ""
        found.append("\n".join(filter(None, [string(entry, "title"), text or nothing])))
        found += _sections(entry, depth + 1)
    return found
