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
        ("Are you a robot?", "robot"),
        ("are you a bot or a human", "robot"),
        ("Am I talking to a computer?", "robot"),
        ("Are you a real person?", "human"),
        ("who are you?", "human"),
        ("help", "help"),
        ("What can you help me with?", "help"),
        ("thanks, bye", "goodbye"),
        ("Hello! Are you a robot?", "robot"),
        ("Hi, I need help. Talk to a person.", "person"),
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
        "Are you a shop that sells robots?",
        "Is this a robot vacuum with a bin?",
        "What can you do about a late parcel?",
        "Please cancel my order",
        "goodbye letter for a patient",
        "Hello, the dose of paracetamol?",
        "Thanks. Where is it?",
        "thank " * 60,
    ],
)
def test_questions_stay_questions(name: str, message: str) -> None:
    assert load_pack(name).intents.of_message(message) is None


@pytest.mark.parametrize("name", list_packs())
def test_a_robot_says_plainly_that_it_is_one(name: str) -> None:
    intents = load_pack(name).intents
    robot, human = intents.of_message("Are you a robot?"), intents.of_message("Are you a human?")
    assert robot is not None and human is not None
    assert robot.text.startswith("Yes, I am a computer program")
    assert not human.text.startswith("Yes")


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("this is ridiculous, i want to complain", "complaint"),
        ("where is my order 4471-2298", "order-status"),
        ("Where's my parcel no. NV-5550123?", "order-status"),
        ("Hi. Where is my package?", "order-status"),
    ],
)
def test_requests_of_shoppers(message: str, intent: str) -> None:
    found = load_pack("customer-service").intents.of_message(message)
    assert found is not None and found.intent == intent


@pytest.mark.parametrize("message", ["where is my order confirmation", "this is ridiculous, my kettle leaks", "3, 4"])
def test_what_only_begins_as_a_request_is_none(message: str) -> None:
    assert load_pack("customer-service").intents.of_message(message) is None
