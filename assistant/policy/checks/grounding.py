"""Is a sentence of the model supported by the sources it cites?

Hard disagreements first: a quantity, a name, a negation or a direction ("increases" against "decreases") that the sources
do not have ends it. What is left is scored by the share of content words that a source holds (stems, with the pack's
synonyms) and by the nearness in meaning to its best sentence. bench/calibrate_grounding.py measures it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject
from assistant.reading.support import Support, support

Score = Annotated[float, Field(ge=0.0, le=1.0)]


class Params(BaseModel):
    """`min_support`: the least score that counts as supported; bench/calibrate_grounding.py prints what each value passes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_support: Score = 0.75


@dataclass(frozen=True, slots=True)
class Supported:
    """How well the best of the cited sources supports a sentence, 0 to 1, and the numbers of those that do."""

    score: float
    by: tuple[int, ...]


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails where no cited source alone, nor all of them together, supports the sentence well enough."""
    if not subject.evidence:
        return Outcome(False, "the sentence cites no source", score=0.0)
    lexicon = getattr(tools.pack, "lexicon", None)
    found: list[tuple[Support, tuple[int, ...]]] = [
        (support(subject.text, subject.question, (item,), lexicon, tools.embedder), (item.n,))
        for item in subject.evidence
    ]
    if len(subject.evidence) > 1 and max(pair[0].score for pair in found) < params.min_support:
        together = support(subject.text, subject.question, subject.evidence, lexicon, tools.embedder)
        found.append((together, tuple(item.n for item in subject.evidence)))
    best, numbers = max(found, key=lambda pair: pair[0].score)
    backed = Supported(round(best.score, 4), numbers)
    if best.score < params.min_support:
        return Outcome(False, f"not supported by its source: {best.reason}", score=best.score, handed=backed)
    return Outcome(True, "supported by its source", score=best.score, handed=backed)
