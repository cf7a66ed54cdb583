"""The calibration's own parts, with the stand-in embedder of the search tests."""

from __future__ import annotations

import numpy as np

from assistant.reading.confidence import Candidate
from assistant.tune.release_calibrate import Collection, ReadQuestion, lines, measured
from tests.retrieval.test_search import Stems

PASSAGES = {
    "Shoes can be returned within thirty days.": "Returns",
    "Visitors park behind the east wing.": "Parking",
    "The first hour of parking is free.": "Parking",
}


def one(answerable: bool, right: bool, sure: float) -> ReadQuestion:
    return ReadQuestion("made", answerable, (Candidate(sure, 0.6), Candidate(0.1, 0.4)), (right, False))


def test_a_collection_is_searched_and_a_passage_can_be_withheld() -> None:
    collection = Collection(PASSAGES, Stems())
    first = "Shoes can be returned within thirty days."
    found = collection.search("When can shoes be returned?")
    assert found[0][0] == first
    assert 0 < found[0][1] <= 1
    assert all(text != first for text, _ in collection.search("When can shoes be returned?", first))


def test_the_chosen_candidate_is_measured() -> None:
    rows, labels = measured([one(True, True, 0.9), one(False, False, 0.4)])
    assert rows.shape == (2, 4)
    assert labels.tolist() == [1.0, 0.0]
    assert rows[0, 1] > rows[1, 1]


def test_lines_tell_precision_and_refusals() -> None:
    found = [one(True, True, 0.95), one(True, False, 0.9), one(False, False, 0.05)]
    table = lines(found, np.array([0.0, 1.0, 0.0, 0.0]))
    at = {row["line"]: row for row in table}
    assert at[0.5] == {"line": 0.5, "precision": 0.5, "right": 0.5, "refused": 1.0}
    assert at[0.9]["precision"] in (0.5, 1.0)
