"""The pinned models: what is installed and verified, and which one writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import DataTable

from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.words import MODEL_STATES

if TYPE_CHECKING:
    from assistant.models.catalog import ModelState

QUOTES_ONLY = "quotes only"


class ModelsScreen(Reading):
    """Every model of the catalog, hashed anew; Enter on an installed writer takes it into use."""

    name_shown = "Models"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (("Esc", "Back", "screen.back"), ("Enter", "Use as writer", "screen.use"))

    def __init__(self) -> None:
        super().__init__()
        self._found: list[ModelState] = []

    def body(self) -> ComposeResult:
        """Table and a word on the chosen one."""
        yield DataTable(cursor_type="row")
        yield Plain("", id="about", classes="detail padded")

    def begin(self) -> None:
        """Hash the files, in a thread."""
        from assistant.models.catalog import states

        table = self.query_one(DataTable)
        for name, width in (("Model", max(30, self.app.size.width - 48)), ("Role", 9), ("State", 14), ("Memory", 9)):
            table.add_column(name, width=width)
        table.focus()
        self.tell("checking every file against the catalog")
        host(self).do(states, self._listed)

    def _listed(self, found: list[ModelState]) -> None:
        self._found = found
        table, session = self.query_one(DataTable), host(self).session
        writers = [s.entry.name for s in found if s.entry.role == "writer"]
        used = "" if session.engine == "extractive" else session.model or (writers[0] if writers else "")
        for state in found:
            entry = state.entry
            word = MODEL_STATES["verified" if state.verified else "changed" if state.present else "missing"]
            mark = "* " if entry.name == used else "  "
            memory = f"{entry.ram_mb} MB"
            table.add_row(Text(mark + entry.name), Text(entry.role), Text(word), Text(memory), key=entry.name)
        mark = "* " if session.engine == "extractive" else "  "
        table.add_row(Text(mark + QUOTES_ONLY), Text("none"), Text("always there"), Text(""), key=QUOTES_ONLY)
        self.tell("* is the writer in use; each answer names its model")

    def on_data_table_row_highlighted(self, row: DataTable.RowHighlighted) -> None:
        """A word on the model under the cursor."""
        state = next((s for s in self._found if s.entry.name == row.row_key.value), None)
        if state is None:
            words = "No model writes: answers are sentences of the sources, word for word."
        else:
            entry = state.entry
            trouble = f"\nPROBLEM  {state.problem}; {state.remedy}" if state.problem else ""
            words = (
                f"{entry.summary}\nLicence {entry.licence}; {entry.parameters / 1e6:.0f} million parameters.{trouble}"
            )
        self.query_one("#about", Plain).say(words)

    def on_data_table_row_selected(self, row: DataTable.RowSelected) -> None:
        """Enter or a click."""
        self._use(str(row.row_key.value))

    def action_use(self) -> None:
        """The one under the cursor."""
        table = self.query_one(DataTable)
        self._use(str(table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value))

    def _use(self, name: str) -> None:
        state = next((s for s in self._found if s.entry.name == name), None)
        if state is not None and state.entry.role != "writer":
            self.trouble(Trouble(f"{name} does not write: its role is {state.entry.role}", "choose a writer"))
            return
        if state is not None and not state.verified:
            self.trouble(Trouble(state.problem, state.remedy))
            return
        app = host(self)
        engine, model = ("extractive", None) if state is None else ("llamacpp", name)
        if app.session.opening.engine not in (None, "extractive") and state is not None:
            engine = app.session.opening.engine or engine

        async def changed(_: None) -> None:
            await app.back_to_chat()
            if app.chat is not None:
                await app.chat.clear()
            app.start_desk()

        app.do(lambda: app.session.use_model(engine, model), changed)
