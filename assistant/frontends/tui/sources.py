"""The document behind a citation, read again under the access rules of whoever looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.types import Citation, Document


def source_document(assistant: Assistant, document_id: str) -> Document:
    """The document, where this person may see it. Raises UsageError, in the same words for a hidden and a missing one."""
    if document_id not in {info.id for info in assistant.documents()}:
        raise UsageError(
            "there is no such document for you", remedy="it may have been erased; see the list of documents"
        )
    return assistant.vault.document(document_id)


def quote_place(document: Document, citation: Citation) -> tuple[int, int, bool]:
    """Where the quote stands, and whether the stored words are the quoted ones to the letter.

    They differ where a check hid or mended something between the vault and the answer.
    """
    start, end = int(citation.start), int(citation.end)
    if document.text[start:end] == citation.quote:
        return start, end, True
    found = document.text.find(citation.quote)
    return (found, found + len(citation.quote), True) if found >= 0 else (start, end, False)
