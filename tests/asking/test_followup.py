"""Follow-ups are made whole from the question before, and left as typed where no rule is sure."""

from __future__ import annotations

import pytest

from assistant.asking.followup import candidates, resolve, topic
from assistant.types import Turn


@pytest.mark.parametrize(
    ("before", "typed", "whole"),
    [
        ("What is the dose of amlodipine?", "and in children?", "What is the dose of amlodipine in children?"),
        (
            "What is the dose of amlodipine in adults?",
            "and in children?",
            "What is the dose of amlodipine in children?",
        ),
        ("What is the refund period for hardware?", "for software?", "What is the refund period for software?"),
        ("What is amlodipine used for?", "What are its side effects?", "What are amlodipine's side effects?"),
        ("What is amlodipine used for?", "And the side effects?", "What are the side effects of amlodipine?"),
        ("What is amlodipine used for?", "what about ibuprofen?", "What is ibuprofen used for?"),
        ("What is amlodipine used for?", "Is it safe in pregnancy?", "Is amlodipine safe in pregnancy?"),
        ("When does Amara Okonkwo come back?", "What dose does she take?", "What dose does Amara Okonkwo take?"),
        ("When does Amara Okonkwo come back?", "Who is her doctor?", "Who is Amara Okonkwo's doctor?"),
        ("How do I return a damaged laptop?", "and a phone?", "How do I return a phone?"),
        (
            "What are the symptoms of type 2 diabetes?",
            "Can this disease be prevented?",
            "Can type 2 diabetes be prevented?",
        ),
        (
            "What are the symptoms of type 2 diabetes?",
            "And the treatment?",
            "What is the treatment of type 2 diabetes?",
        ),
        ("Should warfarin be lowered in the elderly?", "Why?", "Why should warfarin be lowered in the elderly?"),
        (
            "Who can cancel a subscription?",
            "how about during the trial?",
            "Who can cancel a subscription during the trial?",
        ),
        ("Who is at risk of a fall in hospital?", "and at home?", "Who is at risk of a fall at home?"),
        ("Who is at risk of a clot in hospital?", "and on a flight?", "Who is at risk of a clot on a flight?"),
        ("Can I return a laptop bought online?", "what about phones?", "Can I return phones bought online?"),
        ("Is a laptop covered by the warranty?", "what about phones?", "Are phones covered by the warranty?"),
        ("Does the kettle have a filter?", "and the speakers?", "Do the speakers have a filter?"),
        ("Can I return a kettle?", "what about oven?", "Can I return an oven?"),
        ("Is ibuprofen safe with warfarin?", "and without it?", "Is ibuprofen safe without it?"),
        ("Is the ward open in the morning?", "and after lunch?", "Is the ward open in the morning after lunch?"),
        ("How do I descale the kettle?", "how often?", "How often do I descale the kettle?"),
        ("When can I visit my mother?", "How long", "How long can I visit my mother?"),
    ],
)
def test_made_whole(before: str, typed: str, whole: str) -> None:
    assert resolve(typed, [Turn("Something else?", ""), Turn(before, "an answer")]) == whole


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("What is amlodipine used for?", "Is it safe to drink alcohol?"),
        ("What is amlodipine used for?", "What is the dose of metformin?"),
        ("What is amlodipine used for?", "Does metformin cause nausea and is it serious?"),
        ("What is amlodipine used for?", "Why?"),
        ("How much is delivery?", "how often?"),
        ("What is amlodipine used for?", "What should he eat?"),
        ("When does Amara Okonkwo come back?", "What did Doctor Osei give her?"),
        ("What is amlodipine used for?", "What is amlodipine's dose if it is given to adults?"),
        ("How do I return a laptop?", "Who pays the shipping?"),
        ("Can I cancel an order placed by phone?", "what about lamps?"),
        ("Who pays for a return by post?", "what about lamps?"),
        ("?", "and in children?"),
        ("What is amlodipine used for?", "  "),
    ],
)
def test_left_as_typed(before: str, typed: str) -> None:
    assert resolve(typed, [Turn(before, "an answer")]) == typed


TALK = [Turn("Is my kettle covered after 14 months?", ""), Turn("Do I need the receipt?", "")]


def test_what_a_pointing_word_may_mean_the_latest_first() -> None:
    found = candidates("how do I descale it", TALK)
    assert found[0] == "how do I descale it", "what stands before it in its own sentence is what rules take"
    assert {"how do I descale the receipt", "how do I descale the kettle"} <= set(found)


@pytest.mark.parametrize(
    "typed", ["How long is the warranty?", "Who pays the shipping?", "and for a lamp?", "how often?"]
)
def test_where_nothing_points_back_there_is_no_doubt(typed: str) -> None:
    assert len(candidates(typed, TALK)) == 1


@pytest.mark.parametrize(
    ("before", "typed", "offered"),
    [
        ("do you ship to Norway", "how much is it?", "how much is it to ship to Norway?"),
        (
            "Can I bring a kettle back by post?",
            "how long does it take",
            "how long does it take to bring a kettle back by post?",
        ),
        ("Do you sell gift cards?", "when do they expire", "when do gift cards expire"),
    ],
)
def test_readings_that_are_offered(before: str, typed: str, offered: str) -> None:
    assert offered in candidates(typed, [Turn(before, "")])


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("do you ship to Norway", "how much is the kettle?"),
        ("How is sepsis treated?", "what is gentamicin"),
        ("How is sepsis treated?", "which antibiotic is given for pneumonia?"),
        ("How is sepsis treated?", "what then?"),
        # A thing of a kind was tried: joined to what was asked before, it drew answers that were about that alone.
        ("How is sepsis treated?", "which antibiotic"),
    ],
)
def test_what_asks_by_itself_is_offered_as_typed_alone(before: str, typed: str) -> None:
    assert candidates(typed, [Turn(before, "")]) == (typed,)


def test_a_verb_is_no_thing() -> None:
    found = candidates("how heavy is it", [Turn("do u ship to Norway", "")])
    assert not any("u ship" in one for one in found) and any("Norway" in one for one in found)


def test_it_reaches_three_questions_back_and_no_further() -> None:
    talk = [Turn("How do I clean the lamp?", ""), *[Turn(f"Where is shop {n}?", "") for n in range(3)]]
    assert not any("lamp" in one for one in candidates("how heavy is it", talk))
    assert any("lamp" in one for one in candidates("how heavy is it", talk[:3]))


def test_without_history_nothing_changes() -> None:
    assert resolve("and in children?", []) == "and in children?"


def test_topic() -> None:
    assert topic("What are the side effects of ibuprofen in adults?") == "ibuprofen"
    assert topic("How is type 1 diabetes treated?") == "type 1 diabetes"
    assert topic("Why is that?") == ""
