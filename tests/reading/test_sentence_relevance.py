from __future__ import annotations

import numpy as np
import pytest

from assistant.reading.sentence_relevance import (
    FEATURES,
    WEIGHTS,
    Candidate,
    features,
    probabilities,
    question_features,
    utility,
)
from assistant.types import Passage


def candidate(text: str, *, before: str = "", rank: int = 0, title: str = "Leaflet", heading: str = "") -> Candidate:
    return Candidate(text, Passage(1, "d", title, text, 0, len(text), heading), before, rank)


def row(question: str, *candidates: Candidate) -> list[dict[str, float]]:
    found = features(question_features(question), candidates, [0.0] * len(candidates))
    return [dict(zip(FEATURES, values.tolist(), strict=True)) for values in found]


def test_a_question_is_taken_apart_once() -> None:
    asked = question_features("How many mg of Amoxil may Ann take in 2 days?")
    assert "quantity" in asked.kinds and {"amoxil", "ann"} <= asked.names
    assert question_features("Why is the sky blue?").kinds == {"reason"}
    assert question_features("").terms == ()


def test_a_word_that_all_sentences_have_tells_less_than_one_that_only_one_has() -> None:
    rows = row(
        "Where is the lamp repaired?",
        candidate("The lamp is green."), candidate("The lamp is old."), candidate("It is repaired in Bergen."),
    )  # fmt: skip
    assert rows[2]["coverage"] > rows[0]["coverage"] == rows[1]["coverage"] > 0


def test_what_the_sentence_before_names_counts_beside_and_not_twice() -> None:
    alone, led = row(
        "When is amoxicillin taken?",
        candidate("It is taken at night."), candidate("It is taken at night.", before="Amoxicillin is an antibiotic."),
    )  # fmt: skip
    assert (alone["beside"], alone["coverage"]) == (0.0, led["coverage"]) and led["beside"] > 0
    (named,) = row(
        "When is amoxicillin taken?", candidate("Amoxicillin is taken at night.", before="Amoxicillin helps.")
    )
    assert named["beside"] == 0.0


@pytest.mark.parametrize(
    ("question", "fitting", "other"),
    [
        ("How much does it cost?", "It costs 5 euros.", "It is cheap."),
        ("When does it open?", "It opens on Monday.", "It opens late."),
        ("Why is it closed?", "It is closed because of the snow.", "It is closed now."),
        ("Where is the clinic?", "It is in Bergen.", "It is large."),
    ],
)
def test_a_sentence_of_the_kind_that_is_asked_for_is_told(question: str, fitting: str, other: str) -> None:
    one, two = row(question, candidate(fitting), candidate(other))
    assert one["kind"] > two["kind"]


def test_a_quantity_that_the_question_itself_names_is_no_answer() -> None:
    repeated, new = row("How much is 5 mg diluted?", candidate("The 5 mg are diluted."), candidate("Add 20 ml."))
    assert (repeated["kind"] < new["kind"]) and new["numbers"] == 0.0 < repeated["numbers"]


def test_place_and_form_of_a_sentence() -> None:
    opening, later = row("What?", candidate("One two."), candidate("Is it so?", before="One two.", rank=3))
    assert (opening["opening"], later["opening"]) == (1.0, 0.0)
    assert (opening["question"], later["question"]) == (0.0, 1.0)
    assert opening["rank"] == 0.0 < later["rank"]
    (headed,) = row("What are the symptoms?", candidate("Itching.", heading="Symptoms"))
    assert headed["heading"] == 1.0


def test_a_denial_counts_only_where_both_deny() -> None:
    rows = row("Who must not take it?", candidate("Children must not take it."), candidate("Children take it."))
    assert [r["denial"] for r in rows] == [1.0, 0.0]
    assert row("Who takes it?", candidate("Children must not take it."))[0]["denial"] == 0.0


def test_utilities_follow_the_weights_and_chances_sum_to_one() -> None:
    rows = np.eye(len(FEATURES))
    assert utility(rows).tolist() == [WEIGHTS[name] for name in FEATURES]
    chances = probabilities(np.array([1.0, 3.0, 800.0]))
    assert chances.sum() == pytest.approx(1.0) and chances.argmax() == 2, "large utilities do not overflow"
    assert probabilities(np.zeros(0)).size == 0


def test_the_sentence_that_answers_has_the_highest_utility() -> None:
    offered = (
        candidate("Amoxicillin is a penicillin."), candidate("Adults take 500 mg of amoxicillin."),
        candidate("How much should I take?"), candidate("Store it in a refrigerator."),
    )  # fmt: skip
    asked = question_features("How much amoxicillin do adults take?")
    assert int(utility(features(asked, offered, [0.0] * 4)).argmax()) == 1
