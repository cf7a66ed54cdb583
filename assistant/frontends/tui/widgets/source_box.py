"""The source of a citation: title, place, and the text with the quote marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from assistant.frontends.presented import place
from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.host import host
from assistant.frontends.tui.sources import quote_place, source_document
from assistant.frontends.tui.widgets.document_view import DocumentView
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.words import short

if TYPE_CHECKING:
    from assistant.types import Citation, Document


class SourceBox(Vertical):
    """Shows one citation at a time; reads the document in a thread, under the reader's access rules."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes="source")
        self.citation: Citation | None = None
        self.document: Document | None = None
        self._of = ""

    def compose(self) -> ComposeResult:
        """Head and text."""
        yield Plain("Source", classes="source-title")
        yield Plain("The source of an answer opens here, at its quote.", classes="detail")
        yield DocumentView()

    def show(self, citation: Citation, *, of: str = "") -> None:
        """Open the source of a citation; `of` is the question whose answer it belongs to."""
        self.citation, self._of = citation, of
        assistant = host(self).session.assistant
        host(self).do(lambda: source_document(assistant, citation.document_id), self._opened, self._not_opened)

    def show_document(self, document: Document) -> None:
        """Open a document at its beginning."""
        self.citation, self.document = None, document
        self._head(document.title, f"{len(document.text):,} characters; labels: {', '.join(sorted(document.labels))}")
        self.query_one(DocumentView).show(document.text)

    def clear(self) -> None:
        """Hold nothing."""
        self.citation = self.document = None
        self._head("Source", "The source of an answer opens here, at its quote.")
        self.query_one(DocumentView).clear()

    def _opened(self, document: Document) -> None:
        if self.citation is None:
            return
        self.document = document
        start, end, same = quote_place(document, self.citation)
        view = self.query_one(DocumentView)
        view.show(document.text, start, end)
        note = "the quote is marked by > and by colour"
        if not same:
            note = "the marked words were mended by a check before they were quoted"
        self._head(
            f"[{self.citation.n}] {place(self.citation)}",
            f"line {view.marked_line} of {view.line_count}; {note}"
            + (f"\nto: {short(self._of, 200)}" if self._of else ""),
        )

    def _not_opened(self, trouble: Trouble) -> None:
        self._head("Source", f"ERROR  {trouble}")
        self.query_one(DocumentView).clear()

    def _head(self, title: str, note: str) -> None:
        self.query_one(".source-title", Plain).say((title, "bold $accent"))
        self.query_one(".detail", Plain).say(note)
