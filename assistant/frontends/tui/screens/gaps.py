"""The gap board: groups of questions that got no answer, most asked first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import printable
from assistant.frontends.tui.words import short

if TYPE_CHECKING:
    from assistant.curating.board import Cluster


class GapsScreen(Reading):
    """Enter opens a group: its wordings, the passages that come closest, and the form for a verified answer."""

    name_shown = "Gap board"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("Enter", "Open", "screen.open"),
        ("D", "Dismiss", "screen.dismiss_group"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("d,delete", "dismiss_group", "Dismiss", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Cluster] = []

    def body(self) -> ComposeResult:
        """The table."""
        yield DataTable(cursor_type="row")

    def begin(self) -> None:
        """Read the board."""
        table = self.query_one(DataTable)
        for name, width in (
            ("Asked", 5),
            ("Last", 10),
            ("Left with", 16),
            ("Question", max(24, self.app.size.width - 46)),
        ):
            table.add_column(name, width=width)
        table.focus()
        self.reload()

    def reload(self) -> None:
        """Read the board again."""
        assistant = host(self).session.assistant

        def read() -> tuple[list[Cluster], bool]:
            from assistant.curating.board import Board

            board = Board(assistant)
            return board.clusters(), board.keeps

        self.tell("reading the board")
        host(self).do(read, self._listed)

    def _listed(self, read: tuple[list[Cluster], bool]) -> None:
        self._found, keeps = read
        table = self.query_one(DataTable)
        table.clear()
        for cluster in self._found:
            kinds = ", ".join(f"{kind} {count}" for kind, count in cluster.kinds.items())
            question = short(printable(cluster.wording), max(24, self.app.size.width - 46))
            cells = (str(len(cluster.gaps)), cluster.gaps[-1].at[:10], short(kinds, 16), question)
            table.add_row(*(Text(cell) for cell in cells), key=str(cluster.id))
        count = sum(len(cluster.gaps) for cluster in self._found)
        kept = "" if keeps else "; the policy keeps no questions"
        self.tell(f"{count} questions in {len(self._found)} groups{kept}")

    def on_data_table_row_selected(self) -> None:
        """Enter."""
        self.action_open()

    @property
    def _chosen(self) -> Cluster | None:
        row = self.query_one(DataTable).cursor_row
        return self._found[row] if 0 <= row < len(self._found) else None

    def action_open(self) -> None:
        """The group in hand."""
        from assistant.frontends.tui.screens.gap import GapScreen

        if self._chosen is not None:
            self.app.push_screen(GapScreen(self._chosen), lambda _: self.reload())

    def action_dismiss_group(self) -> None:
        """Ask, then erase a group that needs no answer."""
        from assistant.frontends.tui.screens.confirm import ConfirmScreen

        chosen, assistant = self._chosen, host(self).session.assistant
        if chosen is None:
            return

        def erase() -> int:
            from assistant.curating.board import Board

            return Board(assistant).dismiss(chosen.id)

        def answered(yes: bool | None) -> None:
            if yes:
                host(self).do(erase, lambda _: self.reload())

        words = f"Erase these {len(chosen.gaps)} questions without an answer? That is recorded.\n\n{chosen.wording}"
        self.app.push_screen(ConfirmScreen(words, "Erase"), answered)
