from __future__ import annotations

import pytest

from assistant.language.naming import Run, naming_words, runs


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is the maximum dose of paracetamol?", ["paracetamol"]),
        ("How is type 2 diabetes treated?", ["type 2 diabetes"]),
        ("Which type of inhaler is recommended?", ["inhaler"]),
        ("Is there a late fee for the coffee-maker warranty?", ["coffee-maker"]),
        ("Can they take it with grapefruit juice and milk?", ["grapefruit juice", "milk"]),
        ("What does it cost?", []),
        ("how do you first notice ataxia telangiectasia", ["ataxia telangiectasia"]),
        ("Can I park there?", ["park"]),
        ("Do night nurses sign charts?", ["night nurses", "charts"]),
        ("How long is 14?", []),
        ("", []),
    ],
)
def test_what_a_question_names(question: str, names: list[str]) -> None:
    assert naming_words(question) == names


def test_runs_have_their_place_and_end_at_punctuation() -> None:
    text = "warfarin, aspirin"
    assert runs(text) == [Run(0, 8), Run(10, 17)]
