"""The source of a citation on a screen of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.document_view import DocumentView
from assistant.frontends.tui.widgets.plain import printable
from assistant.frontends.tui.widgets.source_box import SourceBox

if TYPE_CHECKING:
    from assistant.types import Citation, Document


class SourceScreen(Reading):
    """One citation at its quote; n and p lead to the others of the same answer."""

    name_shown = "Source"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("N", "Next quote", "screen.step(1)"),
        ("P", "Previous", "screen.step(-1)"),
        ("C", "Copy quote", "screen.copy_quote"),
        ("H", "Hidden names", "screen.hidden"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "step(1)", "Next quote", show=False),
        Binding("p", "step(-1)", "Previous quote", show=False),
        Binding("c", "copy_quote", "Copy quote", show=False),
        Binding("h", "hidden", "Hidden names", show=False),
    ]

    def __init__(
        self, citations: Sequence[Citation] = (), citation: Citation | None = None, *, document: Document | None = None
    ) -> None:
        super().__init__()
        self._citations = list(citations if citation is None or citation in citations else [citation])
        self._at = self._citations.index(citation) if citation is not None and citation in self._citations else 0
        self._document = document

    def body(self) -> ComposeResult:
        """The box."""
        yield SourceBox()

    def begin(self) -> None:
        """Open it at once."""
        box = self.query_one(SourceBox)
        self.query_one(DocumentView).focus()
        if self._document is not None:
            box.show_document(self._document)
            return
        box.show(self._citations[self._at])
        many = len(self._citations)
        self.tell(f"quote {self._at + 1} of {many}" + ("; N and P lead to the others" if many > 1 else ""))

    def action_step(self, by: int) -> None:
        """Another quote of the same answer."""
        if self._citations:
            self._at = (self._at + by) % len(self._citations)
            self.begin()

    def action_copy_quote(self) -> None:
        """Copy the quote with its source."""
        citation = self.query_one(SourceBox).citation
        if citation is not None:
            host(self).copy_to_clipboard(printable(f'"{citation.quote}" ({citation.title}, {citation.locator})'))
            self.tell("copied, where the terminal takes it (OSC 52)")

    async def action_hidden(self) -> None:
        """What was hidden in this document, and restoring it."""
        from assistant.frontends.tui.screens.hidden import HiddenScreen, of_document

        document = self.query_one(SourceBox).document
        if document is not None:
            await host(self).push_screen(HiddenScreen(of_document(host(self).session.assistant, document)))
