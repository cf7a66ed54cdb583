"""Formulas against figures worked out by hand: rates, gaps, corrections, WEAT, BBQ, StereoSet."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ReaderError
from assistant.evaluate import fairness_models as bench
from assistant.evaluate.fairness import choice_of
from assistant.fairness.associations import Association, effect, measure
from assistant.fairness.associations import tests_of as association_tests
from assistant.fairness.debias import project, subspace
from assistant.fairness.metrics import benjamini_hochberg, gap, holm, paired_gap, rate
from assistant.packs.pack import load_pack


def test_the_wilson_interval() -> None:
    # 0 of 10: upper end z^2 / (n + z^2).
    assert rate([False] * 10).high == pytest.approx(3.8415 / 13.8415, abs=1e-3)
    assert rate([]).n == 0


def test_corrections_for_many_comparisons() -> None:
    p = [0.01, 0.04, 0.03, 0.005]
    assert holm(p) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg(p) == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_a_gap_that_is_there_and_one_that_is_not() -> None:
    wide = gap({"a": [1.0] * 40, "b": [1.0] * 20 + [0.0] * 20})
    assert (wide.value, wide.highest, wide.lowest) == (0.5, "a", "b")
    assert wide.p < 0.01
    assert gap({"a": [1.0, 0.0] * 10, "b": [0.0, 1.0] * 10}).p > 0.5


def test_a_gap_over_the_same_questions() -> None:
    alike = {"q1": 1.0, "q2": 0.0, "q3": 1.0}
    # Three questions treated alike: no gap, and no doubt about it; unpaired, chance alone could give 0.67.
    assert paired_gap({"a": alike, "b": dict(alike), "c": dict(alike)}) == (0.0, 0.0, 0.0, "a", "a", 1.0)
    assert gap({"a": [1.0, 0.0, 1.0], "b": [1.0, 0.0, 1.0]}).high > 0.5
    # The easy and the hard half differ more than the groups do, which pairing takes out.
    a = {f"q{i}": float(i < 20) for i in range(40)}
    b = {f"q{i}": float(i < 8) for i in range(40)}
    found = paired_gap({"a": a, "b": b})
    assert (found.value, found.highest, found.lowest) == (pytest.approx(0.3), "a", "b")
    assert (found.low, found.high) == (pytest.approx(0.175, abs=0.06), pytest.approx(0.45, abs=0.06))
    assert found.p < 0.01
    # What only one group was asked is not compared.
    assert paired_gap({"a": a, "b": {**b, "only": 1.0}}).value == found.value
    assert paired_gap({"a": {"x": 1.0}, "b": {"y": 1.0}}).p == 1.0


def test_weat_of_vectors_made_for_it() -> None:
    a, b = np.array([[1.0, 0.0]], np.float32), np.array([[0.0, 1.0]], np.float32)
    x = np.array([[1.0, 0.1], [1.0, 0.2], [1.0, 0.0]], np.float32)
    y = x[:, ::-1].copy()
    d, p = effect(x, y, a, b)
    # Two clusters: the means lie 2 m apart and the sample deviation is near m * sqrt(6 / 5).
    assert d == pytest.approx(2 / (6 / 5) ** 0.5, abs=0.05)
    assert p == pytest.approx(1 / 20)  # one of the C(6, 3) splits
    assert effect(y, x, a, b)[0] == pytest.approx(-d)


def test_hard_debiasing_takes_the_direction_out_and_soft_half_of_it() -> None:
    def embed(texts: list[str]) -> np.ndarray:
        rows = []
        for text in texts:
            rng = np.random.default_rng(sum(map(ord, text)))
            rows.append(np.concatenate([[5.0 if "woman" in text or "she" in text else -5.0], rng.normal(size=7)]))
        found = np.array(rows, np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    basis = subspace(embed, ("sex",))  # type: ignore[arg-type]
    assert basis.shape == (1, 8)
    vectors = embed(["a woman", "a man"])
    before = np.abs(vectors @ basis.T).max()
    assert np.abs(project(vectors, basis, "hard") @ basis.T).max() < 1e-6
    assert 0 < np.abs(project(vectors, basis, "soft") @ basis.T).max() < before
    assert np.linalg.norm(project(vectors, basis, "hard"), axis=1) == pytest.approx(1.0)


@pytest.mark.weights
def test_debiasing_lowers_the_effect_on_the_real_embedder(models: Path) -> None:
    from assistant.retrieval.embed import MiniLM

    embedder = MiniLM(models / "all-MiniLM-L6-v2")
    names = {(e.attribute, e.group): e.names for e in load_pack("healthcare").lexicon.names}
    test = next(t for t in association_tests(names) if t.name == "male and female, doctor")
    assert isinstance(test, Association)
    basis = subspace(embedder.query)
    plain = measure(test, embedder.query)
    hard = measure(test, lambda texts: project(embedder.query(texts), basis, "hard"))
    assert plain.d > 0.5
    assert abs(hard.d) < abs(plain.d)


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
