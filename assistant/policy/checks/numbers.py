"""Every quantity of a sentence must stand in the sources it cites: the same value, the same unit, the same bound.

A dose that is off by a factor of ten reads as well as the right one, so numbers are compared exactly and not by
likeness; see `assistant.language.quantities`.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from assistant.language.quantities import quantities, stands
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject


class Params(BaseModel):
    """`from_question`: quantities that the question names may be repeated. `bounds`: "up to 4 g" and "2 to 4 g" are not "4 g"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_question: bool = True
    bounds: bool = True


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:  # noqa: ARG001 - one signature for all checks
    """Fails where a quantity of the sentence stands in none of the cited sources with its unit and bound."""
    stated = quantities(subject.text)
    if not stated:
        return Outcome(True, "no quantities", score=1.0)
    sources = [q for item in subject.evidence for q in quantities(item.text)]
    sources += [q for item in subject.evidence for q in quantities(f"{item.passage.title}. {item.passage.heading}")]
    asked = quantities(subject.question) if params.from_question else []
    missing = [q for q in stated if not stands(q, sources, bounds=params.bounds) and not stands(q, asked, bounds=False)]
    if missing:
        return Outcome(
            False,
            f"{len(missing)} of {len(stated)} quantities are not in the cited source",
            score=1 - len(missing) / len(stated),
        )
    return Outcome(True, f"{len(stated)} quantities stand in the cited source", score=1.0)
