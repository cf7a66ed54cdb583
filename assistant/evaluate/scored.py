"""Questions of a data set, what came of each, and the rates over all of them."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.evaluate.scoring import interval, is_supported, without_marks
from assistant.language.sentences import sentences
from assistant.types import Answer, Stage, Status

# "Yes: " and "No: " before the sentence that decides are the assistant's, not the source's.
_LEAD = re.compile(r"^(?:yes|no):?\s+", re.I)
SHOWN = (Status.ANSWERED, Status.EXTRACTED)


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a data set; `document` names the gold file where the setting is open."""

    id: str
    question: str
    contexts: tuple[tuple[str, str], ...]
    answers: tuple[str, ...]
    answerable: bool
    document: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of one question."""

    item: Item
    answer: Answer
    ms: float
    right: bool
    found: bool

    @property
    def sure(self) -> float:
        """What the check before writing made of the evidence, 0 to 1; 0 where it did not come to that."""
        return max(
            (v.score for v in self.answer.verdicts if v.stage is Stage.CONTEXT and v.score is not None), default=0.0
        )

    @property
    def supported(self) -> list[bool]:
        """For each released sentence whether its quotes support it, by the scorer's own rule."""
        quotes = [citation.quote for citation in self.answer.citations]
        said = sentences(without_marks(self.answer.answer)) if self.released else []
        return [is_supported(_LEAD.sub("", sentence.text), quotes) for sentence in said]

    @property
    def released(self) -> bool:
        """Whether something was shown as the answer."""
        return self.answer.status in SHOWN


def metrics(scored: Sequence[Scored]) -> dict[str, object]:
    """Totals with 95% bootstrap intervals; rates are fractions, times milliseconds."""
    result: dict[str, object] = {}
    for name, values in _outcomes(scored).items():
        result[name] = round(sum(values) / len(values), 4) if values else 0.0
        result[f"{name}_ci95"] = [round(x, 4) for x in interval(values)]
    result["statuses"] = {str(status): sum(s.answer.status is status for s in scored) for status in Status}
    result["ms"] = _latency(scored)
    return result


# Of which questions a rate is, and what is counted of them.
_RATES: Final[tuple[tuple[str, Callable[[Scored], bool], Callable[[Scored], bool]], ...]] = (
    ("precision_of_released", lambda s: s.released, lambda s: s.right),
    ("coverage_of_right", lambda s: s.item.answerable, lambda s: s.right),
    ("answered_of_answerable", lambda s: s.item.answerable, lambda s: s.released),
    ("refused_of_unanswerable", lambda s: not s.item.answerable, lambda s: not s.released),
)


def _outcomes(scored: Sequence[Scored]) -> dict[str, list[float]]:
    """For each rate the 0 or 1 of every question or sentence that counts in it."""
    rates = {name: [float(value(s)) for s in scored if counts(s)] for name, counts, value in _RATES}
    rates["supported_sentences"] = [float(x) for s in scored if s.released for x in s.supported]
    if any(s.item.document for s in scored):
        rates["right_document_of_answered"] = [float(s.found) for s in scored if s.item.answerable and s.released]
    return rates


def _latency(scored: Sequence[Scored]) -> dict[str, float]:
    stages: dict[str, list[float]] = {}
    for s in scored:
        for stage, ms in s.answer.timings_ms.items():
            stages.setdefault(stage, []).append(ms)
    return {f"{stage}_median": round(statistics.median(values), 1) for stage, values in stages.items()}
