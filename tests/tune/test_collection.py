"""Passages that are searched in memory as a vault searches."""

from __future__ import annotations

from assistant.tune.collection import FOUND, Collection
from tests.tune.test_written_questions import Letters


def test_the_passage_with_the_words_comes_first_and_one_can_be_left_out() -> None:
    texts = {"Refunds take five days.": "Returns", "The shop opens at nine.": "Hours", "Zebras eat grass.": "Animals"}
    collection = Collection(texts, Letters())
    best, *_ = collection.search("when does the shop open")
    assert best[0] == "The shop opens at nine."
    assert "The shop opens at nine." not in [text for text, _ in collection.search("when does the shop open", best[0])]


def test_no_more_than_the_reader_reads_are_found() -> None:
    collection = Collection({f"Rule {n} says so.": "Rules" for n in range(30)}, Letters())
    found = collection.search("which rule says so")
    assert len(found) == FOUND
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
