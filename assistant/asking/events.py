"""What a front end is told while an answer is made."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.asking.reidentification import NONE, Reidentification
from assistant.types import Answer, Citation


@dataclass(frozen=True, slots=True)
class Released:
    """A sentence that passed its checks and may be shown. `own`: what its asker typed where it has stand-ins."""

    text: str
    citations: tuple[Citation, ...]
    own: Reidentification = NONE

    @property
    def shown(self) -> str:
        """The sentence for the asker's eyes, with the asker's own words marked; never stored."""
        return self.own.marked(self.text)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All sentences shown so far are taken back: a check on the whole answer failed, or the sources are quoted instead."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The sealed answer; what it holds is what counts. `asked` are the words that were typed, `own` those that its text may show."""

    answer: Answer
    own: Reidentification = NONE
    asked: Reidentification = NONE

    @property
    def shown(self) -> str:
        """The answer's text for the asker's eyes, with the asker's own words marked; never stored."""
        return self.own.marked(self.answer.answer)

    @property
    def question(self) -> str:
        """The question that was asked, for the asker's eyes."""
        return self.asked.marked(self.answer.question)


Event = Released | Withdrawn | Finished
