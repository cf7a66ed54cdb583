"""Kinds of messages by meaning, with the real embedder and the shipped packs."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.asking.intents import intent_of
from assistant.packs.pack import Pack, load_pack
from assistant.retrieval.embed import MiniLM


@pytest.fixture(scope="module")
def shop() -> Pack:
    return load_pack("customer-service")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("thank you", "thanks"),
        ("hello, good evening, is somebody around to help?", "greeting"),
        ("pls put me through to a real person", "person"),
        ("where's my parcel got to", "order-status"),
    ],
)
def test_a_message_in_other_words_is_of_its_kind(models: Path, shop: Pack, message: str, kind: str) -> None:
    found = intent_of(message, shop, MiniLM())
    assert found is not None
    assert found.intent == kind


@pytest.mark.parametrize(
    "message",
    [
        "How long do I have to return a lamp?",
        "May somebody else collect my order with the code?",
        "thank you, and how do I return a lamp?",
        "Which countries are parcels sent to?",
        "",
    ],
)
def test_a_question_of_the_documents_is_of_no_kind(models: Path, shop: Pack, message: str) -> None:
    assert intent_of(message, shop, MiniLM()) is None


def test_a_long_message_says_something_of_its_own(models: Path, shop: Pack) -> None:
    assert intent_of("I want to talk to a real person " * 5, shop, MiniLM()) is None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("he is not bleeding", None),
        ("what if it is above 8 but he is not bleeding?", None),
        ("he is bleeding out, help", "emergency"),
        # What is denied may be the emergency.
        ("he is not breathing", "emergency"),
        ("she has no pulse", "emergency"),
    ],
)
def test_what_denies_an_example_is_not_of_its_kind(models: Path, message: str, kind: str | None) -> None:
    found = intent_of(message, load_pack("healthcare"), MiniLM())
    assert (found.intent if found is not None else None) == kind
