"""Overlapping spans become one; nothing that any of them hid comes back into view."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from assistant.privacy.spans import resolve
from assistant.types import Span

TEXT = "Ada Lovelace, born 10 December 1815, phone 020 7946 0991."
SPANS = st.builds(
    lambda entity, start, size, score: Span(entity, start, min(len(TEXT), start + size), score),
    st.sampled_from(["PERSON", "DATE", "PHONE_NUMBER", "ID"]),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 20),
    st.floats(0.1, 1.0),
)


@given(st.lists(SPANS, max_size=8))
def test_what_was_covered_stays_covered_and_nothing_overlaps(spans: list[Span]) -> None:
    found = resolve(TEXT, spans)
    before = {i for s in spans for i in range(s.start, s.end)}
    after = {i for s in found for i in range(s.start, s.end)}
    assert before <= after
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_two_parts_of_a_name_are_one_name() -> None:
    assert resolve(TEXT, [Span("PERSON", 0, 3), Span("PERSON", 4, 12)]) == [Span("PERSON", 0, 12)]


def test_a_name_and_a_date_beside_it_stay_two() -> None:
    assert len(resolve(TEXT, [Span("PERSON", 4, 12), Span("DATE", 14, 35)])) == 2


def test_the_more_telling_entity_names_the_stretch() -> None:
    (one,) = resolve(TEXT, [Span("ID", 43, 56, 0.8), Span("PHONE_NUMBER", 43, 56, 0.8)])
    assert one.entity == "PHONE_NUMBER"
