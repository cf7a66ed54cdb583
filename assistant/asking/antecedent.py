"""Which of the things named before a follow-up means: the one that the documents speak of in the follow-up's own words.

Rules give what it may mean, the latest first. Each reading is compared with all passages that the asker may see, by the cosine of
its embedding; an earlier thing is taken only where its reading lies clearly nearer to some passage than that of the latest does
("descale the receipt" is near to none, "descale the kettle" to one). Nothing of a passage leaves here but how near it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from assistant.asking.followup import candidates

if TYPE_CHECKING:
    from assistant.asking.parts import Parts
    from assistant.types import Principal, Turn

# How much nearer another reading must lie, as a difference of cosines; from `bench/calibrate_antecedent.py`.
AHEAD: Final = 0.1
# Candidates of the search that are looked at; only the nearest counts.
_DEPTH: Final = 4


def whole_question(question: str, history: Sequence[Turn], parts: Parts, who: Principal) -> str:
    """The question as it would be asked on its own; as typed where nothing is carried over."""
    readings = candidates(question, history)
    if len(readings) == 1:
        return readings[0]
    allowed = parts.gate.visible(who, parts.vault.label_sets())

    def nearness(reading: str) -> float:
        found = parts.retriever.rank(reading, allowed=allowed, depth=_DEPTH)
        return max((item.cosine for item in found), default=0.0)

    return chosen(readings, nearness)


def chosen(readings: Sequence[str], nearness: Callable[[str], float], ahead: float = AHEAD) -> str:
    """The first reading, unless one after it is nearer by `ahead`; one after that must be nearer still by half as much.

    An earlier thing so never wins by a little over one of the question before, which is what people mean mostly.
    """
    near = [nearness(reading) for reading in readings]
    taken = 0
    for at, value in enumerate(near):
        if value - near[taken] >= (ahead / 2 if taken else ahead):
            taken = at
    return readings[taken]
