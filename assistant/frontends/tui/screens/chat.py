"""The main screen: questions below, the talk above, on a wide terminal the source beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from assistant.frontends.presented import way_to_person
from assistant.frontends.tui.answer_worker import AnswerEvent, Began, Doing, Failed, Loading, Note, Ready, Stopped
from assistant.frontends.tui.error_text import Trouble, explained
from assistant.frontends.tui.host import host
from assistant.frontends.tui.keys import key_words
from assistant.frontends.tui.screens.base import Hint, Page
from assistant.frontends.tui.widgets.citation import CitationLine
from assistant.frontends.tui.widgets.exchange import Exchange
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.widgets.question_box import QuestionBox
from assistant.frontends.tui.widgets.source_box import SourceBox

if TYPE_CHECKING:
    from assistant.facade import Event
    from assistant.frontends.tui.conversations import PastTurn
    from assistant.packs.pack import Pack
    from assistant.types import Citation

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
        Binding("escape", "stop", "Stop the answer, or to the question", show=False),
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
        yield QuestionBox("Ask the documents, then Enter. Ctrl+J begins a new line", id="question")

    def begin(self) -> None:
        """Ready for typing."""
        self.box.focus()
        self.tell("opening the vault")

    def on_resize(self, event: events.Resize) -> None:  # type: ignore[override]
        """Show the source beside the talk where there is room for both."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.banner()

    # ------------------------------------------------------------ asking

    @property
    def box(self) -> QuestionBox:
        """Where questions are typed."""
        return self.query_one("#question", QuestionBox)

    async def on_question_box_submitted(self, submitted: QuestionBox.Submitted) -> None:
        """Queue a question, or do what a line with a slash says."""
        text = submitted.text.strip()
        if not text:
            return
        if text.startswith("/") and "\n" not in text:
            await self._command(text)
        elif not await self.put(text) and not self.box.text:
            self.box.put(text)

    async def _command(self, line: str) -> None:
        """Do what a line with a slash says; what is wrong with it is told."""
        from assistant.frontends.tui.commands import run_line

        try:
            await run_line(host(self), line)
        except Exception as error:  # noqa: BLE001 - as an action that fails
            self.trouble(explained(error))

    async def put(self, question: str, *, as_typed: bool = False) -> bool:
        """Queue a question; False while the vault is still being opened."""
        desk = host(self).desk
        if desk is None:
            self.tell("the vault is still being opened; press Enter again in a moment")
            return False
        ahead = [e for e in self._exchanges.values() if e.answer is None and not e.over]
        exchange = Exchange(question, as_typed=as_typed, keys=self._reading_keys)
        # Mounted before it is submitted: what the desk says of it must find it on the screen.
        await self.query_one("#talk").mount(exchange)
        exchange.number = desk.submit(question, as_typed=as_typed)
        self._exchanges[exchange.number] = exchange
        exchange.waiting(len(ahead), loading=self._loading)
        self._to_end()
        return True

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

    async def _progress(self, exchange: Exchange, note: Began | Doing | AnswerEvent | Stopped | Failed) -> None:
        if exchange.over:
            return  # it was stopped here: what is still said of it is not shown
        if isinstance(note, Began):
            exchange.began()
        elif isinstance(note, Doing):
            exchange.doing(note.stage)
        elif isinstance(note, Stopped):
            exchange.stopping()
        elif isinstance(note, Failed):
            await exchange.failed(note.trouble)
        else:
            await self._event(exchange, note.event)

    async def _event(self, exchange: Exchange, event: Event) -> None:
        from assistant.facade import Released, Withdrawn

        if isinstance(event, Released):
            exchange.released(event.shown, event.citations)
        elif isinstance(event, Withdrawn):
            exchange.withdrawn(event.reason)
        else:
            person = way_to_person(host(self).session.assistant.pack.contact)
            await exchange.finished(event.answer, event.question, event.shown, workings=self._workings, person=person)
            self._beside(exchange)

    @property
    def _workings(self) -> bool:
        assistant = host(self).session.assistant
        return assistant.gate.policy.shows_workings(assistant.principal)

    @property
    def _reading_keys(self) -> tuple[str, str]:
        settings = host(self).settings
        return key_words(settings.key("as_typed")), key_words(settings.key("correct"))

    def _beside(self, exchange: Exchange) -> None:
        """The source of the answer that was shown last stands beside the talk; that of one before it would mislead."""
        box = self.query_one(SourceBox)
        if not self.has_class("-wide"):
            return
        if exchange.sources and exchange.answer is not None and exchange.answer.citations:
            box.show(exchange.sources[0], of=exchange.question)
        else:
            box.clear()

    async def remember(self, question: str, answer: Mapping[str, object]) -> None:
        """Show a turn of an earlier conversation."""
        from assistant.frontends.tui.history import past_answer

        exchange = Exchange(question, keys=self._reading_keys)
        self._exchanges[-len(self._exchanges) - 1] = exchange
        await self.query_one("#talk").mount(exchange)
        await exchange.finished(past_answer(answer), workings=self._workings)
        self._beside(exchange)
        self._to_end()

    async def clear(self) -> None:
        """An empty talk."""
        self._exchanges.clear()
        self.query_one(SourceBox).clear()
        await self.query(Exchange).remove()
        # What followed the end of the talk would leave the greeting at the foot of an empty one.
        talk = self.query_one("#talk", VerticalScroll)
        talk.anchor(False)
        talk.scroll_home(animate=False)

    def greet(self, pack: Pack) -> None:
        """Say what it is for at the head of the talk, take up a talk that a lock interrupted, then begin to answer."""
        lines = "\n".join(f"  {question}" for question in pack.scope.inside[:3])
        welcome = self.query_one("#welcome", Plain)
        welcome.say((pack.title, "bold $accent"), f". {pack.description}\n\nFor example:\n{lines}")
        # Taken up before the first question, which would begin another conversation.
        host(self).do(host(self).session.take_up, self._taken_up, self._not_taken_up)

    def _not_taken_up(self, trouble: Trouble) -> None:
        self.trouble(trouble)
        host(self).start_desk()

    async def _taken_up(self, turns: list[PastTurn]) -> None:
        host(self).start_desk()
        for turn in turns:
            await self.remember(turn.question, turn.answer)
        if turns:
            self.tell("the talk goes on where it was locked; Ctrl+N begins a new one")

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
            self._reached(opened.citation)
        else:
            host(self).open_source(opened.citation)

    def on_citation_line_reached(self, reached: CitationLine.Reached) -> None:
        """Where the source stands beside the talk, it is that of the line in hand."""
        if self.has_class("-wide"):
            self._reached(reached.citation)

    def _reached(self, citation: Citation) -> None:
        of = self.last.question if self.last is not None else ""
        self.query_one(SourceBox).show(citation, of=of)

    def action_talk(self, pages: int) -> None:
        """Scroll the talk while the question keeps the focus."""
        talk = self.query_one("#talk")
        talk.scroll_page_up(animate=False) if pages < 0 else talk.scroll_page_down(animate=False)

    def on_question_box_left(self) -> None:
        """Up, from the first line of the question."""
        self.action_cite(-1)

    def action_cite(self, by: int) -> None:
        """From the question up into the sources, from the last source down into the question."""
        stops = [*self.query(CitationLine), self.box]
        if self.focused in stops:
            at = stops.index(self.focused) + by
            if 0 <= at < len(stops):
                stops[at].focus()

    def on_key(self, event: events.Key) -> None:
        """What is typed while a source has the focus goes into the question: no letter is lost."""
        if event.is_printable and event.character and event.character != " " and self.focused is not self.box:
            event.stop()
            self.box.focus()
            self.box.insert(event.character)

    def action_stop(self) -> None:
        """Stop the answer that is being made; where there is none, back to the question."""
        desk = host(self).desk
        now = next((e for e in self._exchanges.values() if e.number > 0 and not e.over), None)
        if now is None or desk is None:
            self.box.focus()
            return
        desk.stop(now.number)
        now.stopping()
        self.tell("stopped; questions that wait go on")

    def action_back(self) -> None:
        """There is nothing behind this screen."""
        self.box.focus()

    def _to_end(self) -> None:
        """Stay at the end, as lines come, until somebody scrolls up. A talk that fits stays at the top."""
        talk = self.query_one("#talk")
        if talk.max_scroll_y > 0:
            talk.anchor()
