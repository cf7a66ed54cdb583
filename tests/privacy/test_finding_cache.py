"""Findings are remembered by text and entities, boundedly, without the text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.privacy.finding_cache import FindingCache
from assistant.types import Span


class Looker:
    """Finds each text's first word, and counts what it was given."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[list[Span]]:
        self.seen += texts
        return [[Span("PERSON", 0, len(text.split()[0]), 0.9)] for text in texts]


def test_a_text_is_looked_through_once_for_the_same_entities() -> None:
    memory, look = FindingCache(), Looker()
    first = memory.find(["Grace was seen", "Tomas left", "Grace was seen"], None, look)
    assert [spans[0].end for spans in first] == [5, 5, 5]
    assert look.seen == ["Grace was seen", "Tomas left"]
    assert memory.find(["Tomas left"], None, look) == [first[1]]
    assert len(look.seen) == 2
    memory.find(["Tomas left"], frozenset({"MRN"}), look)
    assert len(look.seen) == 3, "other entities are another question"


def test_what_is_handed_out_is_one_s_own() -> None:
    memory, look = FindingCache(), Looker()
    memory.find(["Grace was seen"], None, look)[0].clear()
    assert memory.find(["Grace was seen"], None, look)[0]


def test_it_is_bounded_and_forgets_the_oldest() -> None:
    memory, look = FindingCache(2), Looker()
    memory.find(["a b", "c d"], None, look)
    memory.find(["a b"], None, look)
    memory.find(["e f"], None, look)
    assert look.seen == ["a b", "c d", "e f"]
    memory.find(["a b"], None, look)
    memory.find(["c d"], None, look)
    assert look.seen == ["a b", "c d", "e f", "c d"]


def test_a_failure_goes_on_and_is_not_remembered() -> None:
    memory = FindingCache()

    def broken(texts: Sequence[str]) -> list[list[Span]]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        memory.find(["Grace was seen"], None, broken)
    assert memory.find(["Grace was seen"], None, Looker())[0]
