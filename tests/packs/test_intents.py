"""Which messages are small talk or a request, and which are questions that only begin so."""

from __future__ import annotations

import pytest

from assistant.packs.pack import list_packs, load_pack


@pytest.mark.parametrize("name", list_packs())
@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("thank you", "thanks"),
        ("Thanks so much!", "thanks"),
        ("Ok, thank you very much.", "thanks"),
        ("Hello", "greeting"),
        ("Answer me!", "greeting"),
        ("Good evening", "greeting"),
        ("bye", "goodbye"),
        ("talk to a human", "person"),
        ("Can I speak to a person, please?", "person"),
        ("I'd like to talk to someone now", "person"),
    ],
)
def test_messages_of_a_kind(name: str, message: str, intent: str) -> None:
    found = load_pack(name).intents.of_message(message)
    assert found is not None
    assert found.intent == intent


@pytest.mark.parametrize("name", list_packs())
@pytest.mark.parametrize(
    "message",
    [
        "",
        "Thank you, and how do I return a lamp?",
        "Hello, when does the clinic open?",
        "Who may talk to a person's relatives?",
        "What is done in an emergency?",
        "How do I complain about a bill?",
        "What is a person in charge?",
        "Please cancel my order",
        "goodbye letter for a patient",
        "thank " * 60,
    ],
)
def test_questions_stay_questions(name: str, message: str) -> None:
    assert load_pack(name).intents.of_message(message) is None
