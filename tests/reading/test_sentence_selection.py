"""Which sentence of a passage answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.reading.reader import ENCODER, SIGNALS, Reader
from assistant.reading.sentence_selection import NAMES, WEIGHTS

CARDS = (
    "Gift cards are sold for any amount between 10.00 and 500.00. A gift card is valid for 24 months from purchase. "
    "It cannot be paid out."
)


@pytest.fixture(scope="module")
def reader(models: Path) -> Reader:
    return Reader.load(encoder=models / ENCODER)


def test_the_sentence_with_the_kind_of_answer_asked_for_is_chosen(reader: Reader) -> None:
    assert reader.read("How long is a gift card good for?", [CARDS])[0].text in CARDS[61:110]
    assert "500.00" in reader.read("Which amounts can a gift card have?", [CARDS])[0].text


def test_signals_are_as_many_as_their_names(reader: Reader) -> None:
    seen = reader.see("How long is a gift card good for?", CARDS)
    assert seen.choosing().shape == (3, len(NAMES)) == (3, len(WEIGHTS))
    assert seen.signals().shape == (len(SIGNALS),)
    assert np.isfinite(seen.signals()).all()
    assert len(seen.scores()) == len(seen.spans()) == 3
