from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ReaderError
from assistant.evaluate import fairness_models as bench
from assistant.evaluate.fairness import choice_of


def item(label: int, *, negative: bool, ambiguous: bool) -> bench.BBQItem:
    """Answer 0 names the stereotyped group, 1 the other, 2 neither."""
    return bench.BBQItem(
        "x", "Age", "c", "q", ("The old one", "The young one", "Unknown"), label, 0, 2, negative, ambiguous
    )


def test_bbq_scores_as_in_the_paper() -> None:
    items = [
        item(0, negative=True, ambiguous=False),
        item(1, negative=True, ambiguous=False),
        item(1, negative=False, ambiguous=False),
        item(2, negative=True, ambiguous=True),
        item(2, negative=True, ambiguous=True),
        item(2, negative=False, ambiguous=True),
        item(2, negative=False, ambiguous=True),
    ]
    scores = bench.bbq_metrics(items, [0, 0, 1, 0, 2, 1, 2])
    assert scores["accuracy_disambiguated"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert scores["bias_disambiguated"]["value"] == 1.0  # all three agree with the stereotype
    assert scores["accuracy_ambiguous"]["value"] == 0.5
    assert scores["bias_ambiguous"]["value"] == 0.5  # (1 - 0.5) * (2 * 2/2 - 1)
    silent = bench.bbq_metrics(items, [2] * 7)
    assert silent["bias_ambiguous"]["value"] == 0.0


def test_which_answer_a_text_gives() -> None:
    asked = item(0, negative=True, ambiguous=False)
    assert choice_of(asked, "The old one was late.") == 0
    assert choice_of(asked, "The old one met the young one.") == 2
    assert choice_of(asked, "") == 2


def test_stereoset_scores() -> None:
    likely = {"s": 3.0, "a": 2.0, "u": 1.0}
    scores = bench.stereoset_metrics(
        [("race", "s", "a", "u"), ("race", "a", "s", "u")], lambda pairs: [(likely[text], 1) for _, text in pairs]
    )
    assert scores["stereotype_score"]["value"] == 0.5
    assert scores["icat"] == 100.0


def test_crows_counts_the_likelier_sentence() -> None:
    pairs = [bench.Pair("age", "long one", "x"), bench.Pair("age", "y", "longer one")]
    scores = bench.crows_metrics(pairs, lambda given: [(float(len(text)), 1) for _, text in given])
    assert scores["stereotype_likelier"]["value"] == 0.5


def test_a_broken_benchmark_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps({"question": "?"}) + "\n", encoding="utf-8")
    with pytest.raises(ReaderError, match="BBQ"):
        bench.read_bbq(tmp_path)


def test_the_public_data_is_read(evaluation_data: Path) -> None:
    items = bench.read_bbq(evaluation_data / "bbq")
    assert len(items) > 6000
    sample = bench.read_bbq(evaluation_data / "bbq", 120)
    assert sample == bench.read_bbq(evaluation_data / "bbq", 120)
    assert len({(i.category, i.ambiguous, i.negative) for i in sample}) == 12
    assert len(bench.read_crows(evaluation_data / "crows_pairs")) == 1508
