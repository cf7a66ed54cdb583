"""The parts of a joined answer, each shown with its own sources."""

from __future__ import annotations

from dataclasses import replace

from assistant.asking.journey import _by_source
from assistant.policy.joining import UNANSWERED
from assistant.types import Status
from tests.policy.test_joining import answer, citation


def test_each_part_has_its_own_sources_and_what_is_not_answered_none() -> None:
    whole = replace(
        answer("?", "x", Status.EXTRACTED, citations=(citation(1), citation(2))),
        answer=f"Take:\n- one\n- two [1]\n{UNANSWERED} Who pays?\nThird. [2]",
    )
    assert [(said, [c.n for c in cites]) for said, cites in _by_source(whole)] == [
        ("Take:\n- one\n- two", [1]),
        (f"{UNANSWERED} Who pays?", []),
        ("Third.", [2]),
    ]


def test_words_without_marks_are_not_lost() -> None:
    whole = answer("?", "Said without a mark.", Status.EXTRACTED, citations=(citation(1),))
    assert _by_source(whole) == [("Said without a mark.", ())]
