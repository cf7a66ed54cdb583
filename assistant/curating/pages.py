"""A cited page as it is printed: drawn from the kept file for who may see the document, the quote marked, and recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.errors import UsageError
from assistant.readers.process import ReaderProcess

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.types import Document, Passage

_PAGE: Final = re.compile(r"\bpages? (\d{1,6})\b")
# Drawing takes under a second; a file that takes longer was made to.
_TIMEOUT_S: Final = 30.0
_MOST_QUOTED: Final = 4000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page's number, from 1, and its picture (PNG)."""

    page: int
    picture: bytes


def cited_page(assistant: Assistant, document_id: str, start: int, end: int) -> Drawn:
    """The page on which a stretch of a document's text begins, that stretch marked.

    Raises UsageError where the person may not see the document, its file was not kept, or the stretch is on no page.
    """
    document = _visible(assistant, document_id)
    if not 0 <= start < end <= len(document.text) or end - start > _MOST_QUOTED:
        raise UsageError("there is no such stretch in the document", remedy="give the offsets of a citation")
    return _draw(assistant, document, page_at(document, start), document.text[start:end])


def document_page(assistant: Assistant, document_id: str, page: int, quote: str = "") -> Drawn:
    """A page of a document, a quote on it marked. Raises UsageError and ReaderError as `cited_page` does."""
    return _draw(assistant, _visible(assistant, document_id), page, quote[:_MOST_QUOTED])


def page_of(assistant: Assistant, passage: Passage) -> int:
    """The page on which a passage begins, where its file was kept and can be drawn; 0 where not."""
    found = _PAGE.search(passage.locator)
    return int(found[1]) if found is not None and assistant.vault.has_file(passage.document_id) else 0


def page_at(document: Document, offset: int) -> int:
    """The page that holds a place of the text. Raises UsageError where its locator names none."""
    inside = next((section for section in document.sections if section.start <= offset < section.end), None)
    found = _PAGE.search(inside.locator) if inside is not None else None
    if found is None:
        raise UsageError("that place is on no page", remedy="name a page")
    return int(found[1])


def _visible(assistant: Assistant, document_id: str) -> Document:
    return assistant.vault.document(assistant.visible_info(document_id).id)


def _draw(assistant: Assistant, document: Document, page: int, quote: str) -> Drawn:
    data = assistant.vault.file(document.id)
    process = ReaderProcess(timeout_s=_TIMEOUT_S)
    try:
        picture = process.draw(data, document.title, page, quote)
    finally:
        process.close()
    who = assistant.principal
    record = {"principal": who.name, "roles": sorted(who.roles), "document": document.id, "page": page}
    assistant.vault.audit.append("page", record)
    return Drawn(page, picture)
