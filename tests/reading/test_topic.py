"""What an overview question is about, and whether a passage's title or heading names it."""

from __future__ import annotations

import pytest

from assistant.reading.topic import topic_of, topic_share
from assistant.types import Passage


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What are the symptoms of Lennox-Gastaut syndrome?", "Lennox-Gastaut syndrome?"),
        ("What are the common side effects of amlodipine?", "amlodipine?"),
        ("Who is at risk for peripheral artery disease??", "peripheral artery disease??"),
        ("How to diagnose skin cancer?", "skin cancer?"),
        ("How is type 2 diabetes treated?", "type 2 diabetes"),
        ("what research (or clinical trials) is being done for narcolepsy?", "narcolepsy?"),
        ("What is a stent?", "stent?"),
    ],
)
def test_an_overview_question_has_one_subject(question: str, named: str) -> None:
    assert topic_of(question) == named


@pytest.mark.parametrize(
    "question",
    [
        "What is the dose of apixaban?",
        "What is the fee for late returns?",
        "What is the target INR for a mechanical mitral valve?",
        "How many days do I have to return an unused item?",
        "When is my card charged?",
        "What is it?",
    ],
)
def test_a_question_for_a_detail_has_none(question: str) -> None:
    assert topic_of(question) == ""


def passage(title: str, heading: str = "", text: str = "Text.") -> Passage:
    return Passage(1, "d", title, text, 0, len(text), heading, "", frozenset())


def test_rare_words_name_a_subject_and_common_ones_do_not() -> None:
    rarity = {"kearn": 1.0, "sayr": 1.0, "syndrom": 0.2}
    assert topic_share("Kearns-Sayre syndrome", passage("Kearns-Sayre Syndrome"), rarity) == 1.0
    assert topic_share("Kearns-Sayre syndrome", passage("Nephrotic syndrome"), rarity) < 0.2
    assert topic_share("Kearns-Sayre syndrome", passage("Eyes", text="Kearns-Sayre syndrome harms eyes."), rarity) == 0


def test_a_heading_or_another_name_will_do() -> None:
    assert topic_share("anaemia", passage("Blood", "Anaemia"), {}) == 1.0
    assert topic_share("heart attack", passage("Myocardial infarction"), {}, ["myocardial infarction"]) == 1.0
    assert topic_share("heart attack", passage("Myocardial infarction"), {}) == 0.0
