from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.reading.centrality import central_sentences

TOPICS = ("delivery", "return", "lamp")


class ByTopic:
    """An embedder whose dimensions are topics: what is central and what repeats can be reckoned by hand."""

    name, dimension = "topics", 4

    def query(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.array([[text.lower().count(topic) for topic in TOPICS] + [0.1] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    passages = query


TEXT = (
    "# Delivery\n\nThe delivery takes three days. A delivery to islands takes a week. Every delivery is insured by us.\n\n"
    "You may return a thing within thirty days. Too short.\n\n| lamp | lamp lamp lamp |\n"
)


def test_sentences_come_in_reading_order_with_offsets_into_the_text() -> None:
    found = central_sentences(TEXT, ByTopic(), limit=3)
    assert [TEXT[q.start : q.end] for q in found] == [q.text for q in found]
    assert [q.start for q in found] == sorted(q.start for q in found)


def test_the_first_choice_is_what_most_of_the_text_speaks_of() -> None:
    (only,) = central_sentences(TEXT, ByTopic(), limit=1)
    assert "delivery" in only.text


def test_the_second_does_not_say_the_first_again() -> None:
    both = "Your delivery takes three days. Our delivery is insured. Each return is free. Any return takes a week."
    found = central_sentences(both, ByTopic(), limit=2)
    assert any("return" in q.text for q in found) and any("delivery" in q.text for q in found)


def test_headings_table_rows_and_fragments_are_left_out() -> None:
    found = " ".join(q.text for q in central_sentences(TEXT, ByTopic(), limit=99))
    assert "#" not in found and "|" not in found and "Too short" not in found


@pytest.mark.parametrize("text", ["", "# Only a heading", "Too short."])
def test_a_text_without_sentences_gives_none(text: str) -> None:
    assert central_sentences(text, ByTopic(), limit=3) == []


def test_a_long_text_is_thinned_evenly_and_its_end_is_looked_at_too() -> None:
    text = " ".join(f"The lamp of number {n} is a good one." for n in range(1000))
    found = central_sentences(text, ByTopic(), limit=5)
    assert len(found) == 5
    text += " " + " ".join("Every return of anything at all is free." for _ in range(1000))
    assert any("return" in q.text for q in central_sentences(text, ByTopic(), limit=3))
