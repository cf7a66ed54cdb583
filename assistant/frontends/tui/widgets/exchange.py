"""One question and its answer: sentences as they are released, what was taken back, the verdict, the sources."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical

from assistant.frontends.presented import DOING, Numbers, around, in_shown_numbers, read_as, reason_in_words
from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.widgets.citation import CitationLine
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.words import summary, verdict
from assistant.language.lists import laid_out

if TYPE_CHECKING:
    from textual.timer import Timer

    from assistant.frontends.tui.history import ShownAnswer
    from assistant.types import Citation, Near

_MARK: Final = re.compile(r"(\[\d{1,3}\])")


class Exchange(Vertical):
    """A question on its way to an answer. `as_typed`: no word of it was to be taken for a misspelt one."""

    def __init__(
        self, question: str, *, as_typed: bool = False, keys: tuple[str, str] = ("/typed", "/correct")
    ) -> None:
        """`keys`: what takes the question as typed, and what puts it back to be corrected."""
        super().__init__(classes="exchange")
        self.number = 0
        self.answer: ShownAnswer | None = None
        self.sources: list[Citation] = []
        """What can be opened, under the numbers that are shown: cited quotes, or those of the closest passages."""
        self.taken_back = 0
        self.question = question
        self.as_typed = as_typed
        self._keys = keys
        self._numbers = Numbers()
        self._sentences: list[str] = []
        self._reason = ""
        self._now: tuple[str | tuple[str, str], ...] = (("waiting", "italic"),)
        self._doing, self._since = "", 0.0
        self._ticking: Timer | None = None

    def compose(self) -> ComposeResult:
        """Question, answer, verdict; sources come when they are there."""
        yield Plain(("You  ", "bold $accent"), self.question, classes="question")
        yield Plain(*self._now, classes="answer")

    @property
    def said(self) -> str:
        """The text of the answer as it stands on the screen."""
        return laid_out(self._sentences)

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.has_class("over")

    # ------------------------------------------------------------ the course of an answer

    def waiting(self, ahead: int, *, loading: bool) -> None:
        """Say why nothing happens yet."""
        why = "the models are loading" if loading else "one question is before it"
        more = f" ({ahead} before it)" if ahead > 1 else ""
        self._say(("waiting: ", "italic"), (why + more, "italic"))

    def began(self) -> None:
        """The question left the queue."""
        self._doing, self._since = DOING["admit"], time.monotonic()
        self._ticking = self.set_interval(0.5, self._tick)
        self._tick()

    def doing(self, stage: str) -> None:
        """A stage of the answer begins."""
        self._doing = DOING.get(stage, self._doing)
        self._tick()

    def _tick(self) -> None:
        if not self._sentences and not self.over:
            seconds = time.monotonic() - self._since
            self._say(
                *self._mark(), (f"{self._doing}, {seconds:.0f} s", "italic"), ("   Esc stops it", "$foreground 60%")
            )

    def released(self, text: str, citations: Sequence[Citation]) -> None:
        """A sentence passed its checks."""
        marks = "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in citations))
        self._sentences.append(self._numbers.marked(f"{text} {marks}".rstrip(), citations))
        self._show()

    def withdrawn(self, reason: str) -> None:
        """All sentences so far are taken back: they go from the screen, a mark stays in their place."""
        self.taken_back += len(self._sentences)
        self._sentences.clear()
        self._numbers = Numbers()
        self._reason = reason
        self._show()

    async def finished(
        self, answer: ShownAnswer, question: str = "", shown: str = "", *, workings: bool = False, person: str = ""
    ) -> None:
        """The sealed answer: what it holds is what is shown. `question` and `shown`: with the asker's own words in them.

        `workings` shows which check did what; `person` tells who got no answer how a person is reached.
        """
        self._end()
        question, shown = question or answer.question, shown or answer.answer
        self.answer = answer
        if str(answer.status) in ("abstained", "blocked") and self._sentences:
            self.withdrawn(answer.reason)
        self.query_one(".question", Plain).say(("You  ", "bold $accent"), question or self.question)
        # The gate may have mended the whole after its sentences were shown (a name hidden, a word made neutral).
        self._sentences = [Numbers().marked(shown, answer.citations)]
        cited = in_shown_numbers(answer.citations, shown)
        self.sources = cited or list(answer.related)
        self._show()
        await self.mount_all(
            self._backing(
                answer, cited, read_as(question, answer.spelling, followed=answer.followed), workings=workings
            )
        )
        if person and str(answer.status) in ("abstained", "blocked"):
            await self.mount(Plain(person, classes="detail"))

    async def failed(self, trouble: Trouble) -> None:
        """No answer, for a reason outside the policy."""
        self._end()
        self.withdrawn("") if self._sentences else None
        self._say(*self._mark(), ("ERROR  ", "bold $text-error"), trouble.message)
        if trouble.remedy:
            await self.mount(Plain(f"What to do: {trouble.remedy}", classes="detail"))

    def stopping(self) -> None:
        """It was stopped here; what goes on behind it ends at its next step."""
        self._end()
        self.withdrawn("") if self._sentences else None
        self._say(*self._mark(), ("STOPPED  ", "bold $text-warning"), "by you; no answer was released")

    def _end(self) -> None:
        self.add_class("over")
        if self._ticking is not None:
            self._ticking.stop()

    # ------------------------------------------------------------ what is shown

    def _say(self, *parts: str | tuple[str, str]) -> None:
        self._now = parts
        for shown in self.query(".answer").results(Plain):
            shown.say(*parts)

    def _mark(self) -> list[str | tuple[str, str]]:
        if not self.taken_back:
            return []
        what = "1 sentence was" if self.taken_back == 1 else f"{self.taken_back} sentences were"
        why = f": {self._reason}" if self._reason else ""
        return [(f"[WITHDRAWN: {what} shown and taken back{why}]\n", "italic $text-warning")]

    def _show(self) -> None:
        parts = self._mark()
        for part in _MARK.split(self.said):
            parts.append((part, "bold $accent") if _MARK.fullmatch(part) else part)
        self._say(*parts)

    def _backing(
        self, answer: ShownAnswer, cited: Sequence[Citation], read: str, *, workings: bool
    ) -> list[Plain | CitationLine]:
        word, meaning = verdict(answer)
        seconds = f"  ({answer.timings_ms.get('total', 0.0) / 1000:.1f} s)" if workings else ""
        tone = _TONE.get(str(answer.status), "")
        found: list[Plain | CitationLine] = []
        if read:
            found.append(Plain(("I read this as: ", "bold"), read, classes="read detail"))
            found.append(Plain("{} takes it as typed, {} corrects it".format(*self._keys), classes="detail"))
        found.append(Plain((f" {word} ", f"bold {tone} reverse"), f" {meaning}{seconds}", classes="verdict"))
        if answer.reason:
            reason = answer.reason if workings else reason_in_words(answer.reason)
            found.append(Plain(f"Reason: {reason}", classes="detail"))
        found += [CitationLine(citation) for citation in cited]
        if answer.closest and not cited:
            found.append(Plain("Near, but NOT an answer. I do not vouch for it, read it yourself:", classes="detail"))
            for near in answer.closest:
                found += [CitationLine(near.citation, related=True), _passage(near)]
        if workings:
            found.append(Plain(summary(answer.verdicts), classes="detail"))
        return found


def _passage(near: Near) -> Plain:
    """The likeliest sentence of a near passage between » and «, with its neighbours; its source has the whole."""
    before, likeliest, after = around(near)
    if not likeliest:
        return Plain(before, classes="passage")
    return Plain(before, (f"»{likeliest}«", "bold"), after, classes="passage")


_TONE = {
    "answered": "$text-success",
    "extracted": "$text-success",
    "abstained": "$text-warning",
    "blocked": "$text-error",
}
