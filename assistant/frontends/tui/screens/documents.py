"""The documents that this person may see: find, open, erase."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Input

from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import printable
from assistant.frontends.tui.words import short

if TYPE_CHECKING:
    from assistant.types import Document
    from assistant.vault.records import DocumentInfo, Erasure


class DocumentsScreen(Reading):
    """A table with a line to filter it."""

    name_shown = "Documents"
    CSS_PATH = "../pages.tcss"
    app_keys: ClassVar[tuple[str, ...]] = ("help", "lock")
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("Enter", "Open", "screen.open"),
        ("D", "Erase", "screen.erase"),
        ("I", "Take in", "screen.take_in"),
        ("/", "Filter", "screen.filter"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "erase", "Erase", show=False),
        Binding("i", "take_in", "Take in", show=False),
        Binding("slash", "filter", "Filter", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: list[DocumentInfo] = []

    def body(self) -> ComposeResult:
        """Filter and table."""
        yield Input(placeholder="Filter by title, collection, label or source", id="filter", select_on_focus=False)
        yield DataTable(cursor_type="row", zebra_stripes=False)

    def begin(self) -> None:
        """Read the list."""
        table = self.query_one(DataTable)
        for name, width in self._columns():
            table.add_column(name, width=width, key=name)
        table.focus()
        self.reload()

    def reload(self) -> None:
        """Read the list again."""
        assistant = host(self).session.assistant
        host(self).do(assistant.documents, self._listed)

    def _columns(self) -> tuple[tuple[str, int], ...]:
        title = max(24, self.app.size.width - 46)
        return (("Title", title), ("Collection", 12), ("Labels", 12), ("Passages", 8))

    def _listed(self, found: list[DocumentInfo]) -> None:
        self._found = found
        self._fill()

    def _fill(self) -> None:
        table, wanted = self.query_one(DataTable), self.query_one("#filter", Input).value.casefold()
        table.clear()
        shown = 0
        for info in self._found:
            labels = ", ".join(sorted(info.labels))
            if wanted in f"{info.title} {info.collection} {labels} {info.source}".casefold():
                shown += 1
                width = self._columns()[0][1]
                cells = (short(info.title, width), info.collection, labels)
                # Rich Text, not a string: a table would read markup in a string.
                table.add_row(*(Text(printable(cell)) for cell in cells), Text(str(info.passages)), key=info.id)
        self.tell(
            f"{shown} of {len(self._found)} documents" if wanted else f"{len(self._found)} documents that you may see"
        )

    def on_input_changed(self) -> None:
        """Filter while typing."""
        self._fill()

    def on_input_submitted(self) -> None:
        """Back to the table."""
        self.query_one(DataTable).focus()

    def on_data_table_row_selected(self) -> None:
        """Enter or a click."""
        self.action_open()

    @property
    def _chosen(self) -> DocumentInfo | None:
        table = self.query_one(DataTable)
        if not table.is_valid_row_index(table.cursor_row):
            return None
        key = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        return next((info for info in self._found if info.id == key), None)

    def action_open(self) -> None:
        """Read the document."""
        from assistant.frontends.tui.screens.source import SourceScreen
        from assistant.frontends.tui.sources import source_document

        chosen, assistant = self._chosen, host(self).session.assistant
        if chosen is None:
            return

        def opened(document: Document) -> None:
            self.app.push_screen(SourceScreen(document=document))

        host(self).do(lambda: source_document(assistant, chosen.id), opened)

    def action_erase(self) -> None:
        """Ask, then erase the document and everything made of it."""
        from assistant.frontends.tui.screens.confirm import ConfirmScreen

        chosen = self._chosen
        if chosen is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._erase(chosen)

        words = (
            f"Erase this document for good, with its passages, index and mentions in conversations?\n\n{chosen.title}"
        )
        self.app.push_screen(ConfirmScreen(words, "Erase"), answered)

    def _erase(self, chosen: DocumentInfo) -> None:
        assistant = host(self).session.assistant

        def erased(erasure: Erasure) -> None:
            self._found = [info for info in self._found if info.id != chosen.id]
            self._fill()
            self.tell(
                f"ERASED  {erasure.passages} passages, {erasure.vectors} vectors, {erasure.turns} turns; recorded"
            )

        host(self).do(lambda: assistant.delete(chosen.id), erased)

    async def action_take_in(self) -> None:
        """To the screen that takes files in."""
        await host(self).action_act("ingest")

    def action_filter(self) -> None:
        """To the filter."""
        self.query_one("#filter", Input).focus()
