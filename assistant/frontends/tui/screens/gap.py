"""One group of the gap board: its wordings, the passages that come closest, and a verified answer in one step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input, OptionList
from textual.widgets.option_list import Option

from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain, plain
from assistant.frontends.tui.words import short

if TYPE_CHECKING:
    from assistant.curating.board import Cluster
    from assistant.types import Passage
    from assistant.vault.verified import VerifiedAnswer


class GapScreen(Reading):
    """The answer is given to the wordings that ask the same as the first; what is wrong with it is told before it stands."""

    name_shown = "Gap"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (("Esc", "Back", "screen.back"), ("Tab", "Next field", "app.focus_next"))

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        self._cluster = cluster
        self._near: list[Passage] = []

    def body(self) -> ComposeResult:
        """Wordings, passages, form."""
        cluster = self._cluster
        last = datetime.now(UTC).date() + timedelta(days=host(self).session.assistant.gate.policy.verified.days)
        with VerticalScroll(classes="form", can_focus=False):
            yield Plain((f"Asked {len(cluster.gaps)} times, last {cluster.gaps[-1].at[:10]}", "bold $accent"))
            yield Plain("\n".join(f"- {wording}" for wording in cluster.wordings[:6]))
            reasons = ", ".join(f"{reason} ({count})" for reason, count in cluster.reasons.items())
            yield Plain(f"Held back by: {reasons}", classes="detail")
            yield Plain(("The passage that a verified answer rests on (arrow keys choose)", "bold"), classes="above")
            yield OptionList(id="near")
            yield Plain("Answer, in words that the passage bears")
            yield Input(id="text", compact=True)
            yield Plain("Valid until")
            yield Input(value=last.isoformat(), id="until", compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Vouch for this answer", id="vouch", variant="primary")

    def begin(self) -> None:
        """Look for the passages."""
        assistant, cluster = host(self).session.assistant, self._cluster

        def read() -> list[Passage]:
            from assistant.curating.board import Board

            return Board(assistant).closest(cluster)

        self.query_one("#near", OptionList).focus()
        self.tell("looking for the closest passages")
        host(self).do(read, self._found)

    def _found(self, near: list[Passage]) -> None:
        self._near = near
        listed = self.query_one("#near", OptionList)
        for passage in near:
            head = f"{passage.title}, {passage.heading or passage.locator}"
            listed.add_option(Option(plain((head, "bold"), f"\n{short(passage.text, 300)}")))
        if near:
            listed.highlighted = 0
        self.tell(f"{len(near)} passages come close" if near else "no passage comes near: a document is missing")

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Enter on a passage: its text into the answer, to be cut."""
        self.query_one("#text", Input).value = " ".join(self._near[selected.option_index].text.split())
        self.query_one("#text", Input).focus()

    def on_input_submitted(self) -> None:
        """Enter in a field."""
        self._vouch()

    def on_button_pressed(self) -> None:
        """The button."""
        self._vouch()

    def _vouch(self) -> None:
        chosen = self.query_one("#near", OptionList).highlighted
        text, day = self.query_one("#text", Input).value.strip(), self.query_one("#until", Input).value.strip()
        try:
            until = date.fromisoformat(day)
        except ValueError:
            self.trouble(Trouble("that is no day", "write it like 2027-01-31"))
            return
        if chosen is None or not text:
            self.trouble(Trouble("passage or answer is missing", "choose a passage and write what it says"))
            return
        assistant, cluster, passage = host(self).session.assistant, self._cluster, self._near[chosen]

        def vouch() -> VerifiedAnswer:
            from assistant.curating.board import Board
            from assistant.curating.verified import Source, Vouching

            source = Source(passage.document_id, passage.id)
            return Vouching(assistant).answer(Board(assistant), cluster, text, source, until=until)

        self.tell("checking the answer against its source")
        host(self).do(vouch, self._vouched)

    async def _vouched(self, made: VerifiedAnswer) -> None:
        host(self).say(f"VERIFIED  {made.id} stands until {made.until}; its questions went from the board")
        self.dismiss()
