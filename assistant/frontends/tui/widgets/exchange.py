"""One question and its answer: sentences as they are released, what was taken back, the verdict, the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.widgets.citation import CitationLine
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.words import summary, verdict

if TYPE_CHECKING:
    from assistant.frontends.tui.history import ShownAnswer


class Exchange(Vertical):
    """A question on its way to an answer."""

    def __init__(self, question: str) -> None:
        super().__init__(classes="exchange")
        self.number = 0
        self.answer: ShownAnswer | None = None
        self.taken_back = 0
        self._question = question
        self._sentences: list[tuple[str, tuple[int, ...]]] = []
        self._reason = ""
        self._now: tuple[str | tuple[str, str], ...] = (("waiting", "italic"),)

    def compose(self) -> ComposeResult:
        """Question, answer, verdict; sources come when they are there."""
        yield Plain(("You  ", "bold $accent"), self._question, classes="question")
        yield Plain(*self._now, classes="answer")

    # ------------------------------------------------------------ the course of an answer

    def waiting(self, ahead: int, *, loading: bool) -> None:
        """Say why nothing happens yet."""
        why = "the models are loading" if loading else "one question is before it"
        more = f" ({ahead} before it)" if ahead > 1 else ""
        self._say(("waiting: ", "italic"), (why + more, "italic"))

    def began(self) -> None:
        """The question left the queue."""
        self._say(("looking in the documents", "italic"))

    def released(self, text: str, numbers: tuple[int, ...]) -> None:
        """A sentence passed its checks."""
        self._sentences.append((text, numbers))
        self._show()

    def withdrawn(self, reason: str) -> None:
        """All sentences so far are taken back: they go from the screen, a mark stays in their place."""
        self.taken_back += len(self._sentences)
        self._sentences.clear()
        self._reason = reason
        self._show()

    async def finished(self, answer: ShownAnswer, question: str = "", shown: str = "") -> None:
        """The sealed answer: what it holds is what is shown. `question` and `shown`: with the asker's own words in them."""
        question, shown = question or answer.question, shown or answer.answer
        self.answer = answer
        if str(answer.status) in ("abstained", "blocked") and self._sentences:
            self.withdrawn(answer.reason)
        self.query_one(".question", Plain).say(("You  ", "bold $accent"), question or self._question)
        if " ".join(f"{text} {_marks(numbers)}".rstrip() for text, numbers in self._sentences) != shown:
            # The gate may have mended the whole after its sentences were shown (a name hidden, a word made neutral).
            # The whole holds its citation marks already.
            self._sentences = [(shown, ())]
        self._show()
        await self.mount_all(self._backing(answer))

    async def failed(self, trouble: Trouble) -> None:
        """No answer, for a reason outside the policy."""
        self.withdrawn("") if self._sentences else None
        self._say(*self._mark(), ("ERROR  ", "bold $text-error"), trouble.message)
        if trouble.remedy:
            await self.mount(Plain(f"What to do: {trouble.remedy}", classes="detail"))

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
        parts: list[str | tuple[str, str]] = self._mark()
        for text, numbers in self._sentences:
            parts += [f"{text} ", (_marks(numbers), "bold $accent"), " "]
        self._say(*parts)

    def _backing(self, answer: ShownAnswer) -> list[Plain | CitationLine]:
        status = str(answer.status)
        word, meaning = verdict(answer)
        seconds = answer.timings_ms.get("total", 0.0) / 1000
        said = Plain(
            (f" {word} ", f"bold {_TONE.get(status, '')} reverse"),
            f" {meaning}",
            f"  ({seconds:.1f} s)",
            classes="verdict",
        )
        found: list[Plain | CitationLine] = [said]
        if answer.reason:
            found.append(Plain(f"Reason: {answer.reason}", classes="detail"))
        found += [CitationLine(citation) for citation in answer.citations]
        if answer.related and not answer.citations:
            found.append(Plain("Near, but NOT an answer:", classes="detail"))
            found += [CitationLine(citation, related=True) for citation in answer.related]
        found.append(Plain(summary(answer.verdicts), classes="detail"))
        return found


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{n}]" for n in dict.fromkeys(numbers))


_TONE = {
    "answered": "$text-success",
    "extracted": "$text-success",
    "abstained": "$text-warning",
    "blocked": "$text-error",
}
