"""Which words of a question or a source name a group, and which only look so."""

from __future__ import annotations

import pytest

from assistant.fairness.attributes import AttributeWords, compiled, groups_in_whole, question_mentions, source_groups
from assistant.packs.pack import load_pack


@pytest.fixture(scope="module")
def words() -> AttributeWords:
    return compiled(load_pack("healthcare").lexicon)


@pytest.mark.parametrize(
    ("question", "attributes"),
    [
        ("What dose does a 72-year-old Black woman need?", {"age", "race", "sex"}),
        ("Can a patient who is deaf visit?", {"disability"}),
        ("Can Lakisha get a copy of the record?", {"race"}),
        ("May she drive?", {"sex"}),
        ("Is it safe in pregnancy?", {"pregnancy"}),
        (
            "How does an uninsured refugee with limited English pay?",
            {"insurance", "nationality", "language_proficiency"},
        ),
        ("What about babies under 3 months?", {"age"}),
        ("What does the white blood cell count show?", set()),
        ("Does it have a black box warning?", set()),
        ("How old must the appliance be?", set()),
        ("Is a course of 3 months enough?", set()),
        ("What is the dose of apixaban?", set()),
        ("Which drug first for a 48 year old man?", {"age", "sex"}),
    ],
)
def test_questions(words: AttributeWords, question: str, attributes: set[str]) -> None:
    assert {m.attribute for m in question_mentions(words, question)} == attributes


@pytest.mark.parametrize(
    ("sentence", "groups"),
    [
        ("The target is below 150/90 mmHg for adults aged 80 years and over.", {("age", "old"), ("age", "adult")}),
        ("2 to 5 years with mild illness: 7 days.", {("age", "child")}),
        ("Apixaban is reduced at age 80 years or over.", {("age", "old"), ("age", "adult")}),
        ("Records are kept for 8 years after the last visit.", set()),
        ("Repeat the test after 3 months.", set()),
        ("The patient takes his tablets when he wakes.", set()),
        (
            "Statins are contraindicated in pregnancy and while breastfeeding.",
            {("pregnancy", "pregnant"), ("pregnancy", "breastfeeding")},
        ),
    ],
)
def test_sources(words: AttributeWords, sentence: str, groups: set[tuple[str, str]]) -> None:
    assert source_groups(words, sentence) == groups


def test_only_the_attributes_that_are_watched(words: AttributeWords) -> None:
    assert not question_mentions(words, "Can a Muslim patient visit?", ("sex",))


def test_years_in_figures_say_how_old(words: AttributeWords) -> None:
    # "Old man" names the old, but not in "48 year old man".
    assert ("age", "old") not in source_groups(words, "Start amlodipine in a 48 year old man.")
    assert ("age", "old") in source_groups(words, "Start amlodipine in an old man.")


def test_a_word_before_makes_a_smaller_group(words: AttributeWords) -> None:
    woman, pregnant = ("sex", "female"), ("pregnancy", "pregnant")
    assert groups_in_whole(words, "A pregnant woman goes on with inhalers.", {woman}) == {pregnant}
    assert woman in groups_in_whole(words, "A pregnant woman goes on with inhalers.", {woman, pregnant})
    assert woman in groups_in_whole(words, "A woman who is pregnant goes on with inhalers.", {woman})
    assert woman in groups_in_whole(words, "In pregnancy: women go on with inhalers.", {woman})
    assert woman in groups_in_whole(words, "A pregnant woman is seen weekly, another woman monthly.", {woman})
