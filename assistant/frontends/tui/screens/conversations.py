"""Earlier conversations of this person: find, read, go on, erase."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Input

from assistant.frontends.tui.conversations import ConversationSummary, conversations, reopened, turns_of
from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import printable
from assistant.frontends.tui.words import short

if TYPE_CHECKING:
    from assistant.facade import Conversation
    from assistant.frontends.tui.conversations import PastTurn


class ConversationsScreen(Reading):
    """What the policy keeps, and nothing else."""

    name_shown = "Conversations"
    CSS_PATH = "../pages.tcss"
    app_keys: ClassVar[tuple[str, ...]] = ("help", "new", "lock")
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("Enter", "Go on", "screen.open"),
        ("D", "Erase", "screen.erase"),
        ("/", "Search", "screen.search"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "erase", "Erase", show=False),
        Binding("slash", "search", "Search", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: list[ConversationSummary] = []

    def body(self) -> ComposeResult:
        """Search line and table."""
        yield Input(placeholder="Search in questions and answers, then Enter", id="search", select_on_focus=False)
        yield DataTable(cursor_type="row")

    def begin(self) -> None:
        """Read the list."""
        table = self.query_one(DataTable)
        for name, width in (("Begun (UTC)", 16), ("Turns", 5), ("First question", max(30, self.app.size.width - 32))):
            table.add_column(name, width=width)
        table.focus()
        self._look("")

    def _look(self, text: str) -> None:
        assistant = host(self).session.assistant
        host(self).do(lambda: conversations(assistant, text), self._listed)

    def _listed(self, found: list[ConversationSummary]) -> None:
        self._found = found
        table = self.query_one(DataTable)
        table.clear()
        for talk in found:
            question = short(printable(talk.question), max(30, self.app.size.width - 32))
            when = talk.at[:16].replace("T", " ")
            table.add_row(Text(when), Text(str(talk.turns)), Text(question), key=talk.id)
        self.tell(f"{len(found)} conversations of yours; {self._rule()}")

    def _rule(self) -> str:
        history = host(self).session.assistant.gate.policy.history
        if not history.keep or not history.turns:
            return "the policy keeps none"
        return "the policy erases them when the session ends" if history.ends_with_session else "kept until erased"

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Search."""
        self._look(submitted.value.strip())
        self.query_one(DataTable).focus()

    def on_data_table_row_selected(self) -> None:
        """Enter or a click."""
        self.action_open()

    @property
    def _chosen(self) -> ConversationSummary | None:
        row = self.query_one(DataTable).cursor_row
        return self._found[row] if 0 <= row < len(self._found) else None

    def action_open(self) -> None:
        """Show the conversation and go on with it."""
        chosen, session = self._chosen, host(self).session
        if chosen is None:
            return
        if session.conversation is not None and session.conversation.id == chosen.id:
            self.dismiss()
            return

        def work() -> tuple[Conversation, list[PastTurn]]:
            assistant = session.assistant
            return reopened(assistant, chosen.id), turns_of(assistant, chosen.id)

        async def opened(read: tuple[Conversation, list[PastTurn]]) -> None:
            app = host(self)
            session.resume(read[0])
            await app.back_to_chat()
            if app.chat is not None:
                await app.chat.clear()
                for turn in read[1]:
                    await app.chat.remember(turn.question, turn.answer)
                app.chat.tell("an earlier conversation; new questions go on with it")

        host(self).do(work, opened)

    def action_erase(self) -> None:
        """Ask, then erase."""
        from assistant.frontends.tui.screens.confirm import ConfirmScreen

        chosen = self._chosen
        if chosen is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._erase(chosen)

        self.app.push_screen(ConfirmScreen("Erase this conversation and its stand-ins for names?", "Erase"), answered)

    def _erase(self, chosen: ConversationSummary) -> None:
        session = host(self).session

        async def erased(turns: int) -> None:
            app = host(self)
            if session.conversation is not None and session.conversation.id == chosen.id:
                session.conversation = None
                if app.chat is not None:
                    await app.chat.clear()
            self._look("")
            self.tell(f"ERASED  {turns} turns")

        host(self).do(lambda: session.assistant.vault.delete_conversation(chosen.id), erased)

    def action_search(self) -> None:
        """To the search line."""
        self.query_one("#search", Input).focus()
