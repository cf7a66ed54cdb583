"""The main screen: questions below, the talk above, on a wide terminal the source beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from assistant.frontends.tui.answer_worker import AnswerEvent, Began, Failed, Loading, Note, Ready
from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Page
from assistant.frontends.tui.widgets.citation import CitationLine
from assistant.frontends.tui.widgets.exchange import Exchange
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.widgets.source_box import SourceBox

if TYPE_CHECKING:
    from assistant.facade import Event

WIDE = 110
"""Columns from which the source stands beside the talk: both then have 50 or more."""


class ChatScreen(Page):
    """The talk. Questions may be typed at any time; they are answered in their order."""

    name_shown = "Assistant"
    app_keys: ClassVar[tuple[str, ...]] = ("help", "source", "why", "hidden", "lock", "palette", "quit", "documents")
    own_keys: ClassVar[tuple[Hint, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "talk(-1)", "Page up", show=False),
        Binding("pagedown", "talk(1)", "Page down", show=False),
        Binding("escape", "to_question", "To the question", show=False),
        Binding("up", "cite(-1)", "To the source above", show=False),
        Binding("down", "cite(1)", "To the source below", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._exchanges: dict[int, Exchange] = {}
        self._loading = True

    def body(self) -> ComposeResult:
        """Talk, source, question."""
        with Horizontal(id="main"):
            with VerticalScroll(id="talk", can_focus=False):
                yield Plain("", id="welcome")
            yield SourceBox(id="pane")
        yield Input(placeholder="Ask the documents, then Enter", id="question", select_on_focus=False)

    def begin(self) -> None:
        """Ready for typing."""
        self.query_one("#question", Input).focus()
        self.tell("opening the vault")

    def on_resize(self, event: events.Resize) -> None:  # type: ignore[override]
        """Show the source beside the talk where there is room for both."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.banner()

    # ------------------------------------------------------------ asking

    async def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Queue a question."""
        question = submitted.value.strip()
        if not question:
            return
        submitted.input.value = ""
        desk = host(self).desk
        if desk is None:
            submitted.input.value = question
            self.tell("the vault is still being opened; press Enter again in a moment")
            return
        ahead = [e for e in self._exchanges.values() if e.answer is None and not e.has_class("over")]
        exchange = Exchange(question)
        # Mounted before it is submitted: what the desk says of it must find it on the screen.
        await self.query_one("#talk").mount(exchange)
        exchange.number = desk.submit(question)
        self._exchanges[exchange.number] = exchange
        exchange.waiting(len(ahead), loading=self._loading)
        self._to_end()

    async def note(self, note: Note) -> None:
        """What the desk says."""
        if isinstance(note, Loading):
            self.tell(f"{note.text}; you may type your question already")
        elif isinstance(note, Ready):
            self._loading = False
            if note.trouble is not None:
                self.trouble(note.trouble)
            else:
                self.tell(note.text)
        else:
            exchange = self._exchanges.get(note.number)
            if exchange is not None:
                talk = self.query_one("#talk")
                fitted = talk.max_scroll_y == 0
                await self._progress(exchange, note)
                if fitted:  # once it does not fit any more, it is followed; who has scrolled up since is left alone
                    self.call_after_refresh(self._to_end)

    async def _progress(self, exchange: Exchange, note: Began | AnswerEvent | Failed) -> None:
        if isinstance(note, Began):
            exchange.began()
        elif isinstance(note, Failed):
            exchange.add_class("over")
            await exchange.failed(note.trouble)
        else:
            await self._event(exchange, note.event)

    async def _event(self, exchange: Exchange, event: Event) -> None:
        from assistant.facade import Released, Withdrawn

        if isinstance(event, Released):
            exchange.released(event.shown, tuple(citation.n for citation in event.citations))
        elif isinstance(event, Withdrawn):
            exchange.withdrawn(event.reason)
        else:
            exchange.add_class("over")
            await exchange.finished(event.answer, event.question, event.shown)
            if self.has_class("-wide") and event.answer.citations:
                self.query_one(SourceBox).show(event.answer.citations[0])

    async def remember(self, question: str, answer: Mapping[str, object]) -> None:
        """Show a turn of an earlier conversation."""
        from assistant.frontends.tui.history import past_answer

        exchange = Exchange(question)
        self._exchanges[-len(self._exchanges) - 1] = exchange
        await self.query_one("#talk").mount(exchange)
        exchange.add_class("over")
        await exchange.finished(past_answer(answer))
        self._to_end()

    async def clear(self) -> None:
        """An empty talk."""
        self._exchanges.clear()
        self.query_one(SourceBox).clear()
        await self.query(Exchange).remove()

    def welcome(self, *lines: str | tuple[str, str]) -> None:
        """What stands at the head of the talk."""
        self.query_one("#welcome", Plain).say(*lines)

    # ------------------------------------------------------------ what is in hand

    @property
    def last(self) -> Exchange | None:
        """The exchange that holds the focus, else the latest that has an answer."""
        for node in self.focused.ancestors if self.focused else ():
            if isinstance(node, Exchange) and node.answer is not None:
                return node
        done = [exchange for exchange in self._exchanges.values() if exchange.answer is not None]
        return done[-1] if done else None

    def on_citation_line_opened(self, opened: CitationLine.Opened) -> None:
        """Enter or a click on a citation: beside the talk where there is room, else on a screen of its own."""
        if self.has_class("-wide"):
            self.query_one(SourceBox).show(opened.citation)
        else:
            host(self).open_source(opened.citation)

    def action_talk(self, pages: int) -> None:
        """Scroll the talk while the question keeps the focus."""
        talk = self.query_one("#talk")
        talk.scroll_page_up(animate=False) if pages < 0 else talk.scroll_page_down(animate=False)

    def action_cite(self, by: int) -> None:
        """From the question line up into the sources, from the last source down into the question line."""
        stops = [*self.query(CitationLine), self.query_one("#question", Input)]
        if self.focused in stops:
            at = stops.index(self.focused) + by
            if 0 <= at < len(stops):
                stops[at].focus()

    def on_key(self, event: events.Key) -> None:
        """What is typed while a source has the focus goes into the question line: no letter is lost."""
        line = self.query_one("#question", Input)
        if event.is_printable and event.character and event.character != " " and self.focused is not line:
            event.stop()
            line.focus()
            line.insert_text_at_cursor(event.character)

    def action_to_question(self) -> None:
        """Back to the question line."""
        self.query_one("#question", Input).focus()

    def action_back(self) -> None:
        """There is nothing behind this screen."""
        self.action_to_question()

    def _to_end(self) -> None:
        """Stay at the end, as lines come, until somebody scrolls up. A talk that fits stays at the top."""
        talk = self.query_one("#talk")
        if talk.max_scroll_y > 0:
            talk.anchor()
