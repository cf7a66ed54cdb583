"""Other wordings keep what is asked, are the same for the same seed, and swap groups only where the answer names none."""

from __future__ import annotations

import pytest

from assistant.packs.pack import load_pack
from assistant.tune.rows import Style
from assistant.tune.wordings import Wordings


@pytest.fixture(scope="module")
def pack() -> object:
    return load_pack("healthcare")


def test_the_same_seed_gives_the_same_wordings(pack: object) -> None:
    questions = [f"Is hypertension treated on ward {n}?" for n in range(40)]
    first = [list(Wordings(pack, 1).of(q, "Yes.")) for q in questions]
    assert first == [list(Wordings(pack, 1).of(q, "Yes.")) for q in questions]
    assert first != [list(Wordings(pack, 2).of(q, "Yes.")) for q in questions]
    lay = [text for found in first for style, text in found if style is Style.LAY]
    assert lay
    assert all("hypertension" not in text for text in lay)


def test_a_group_is_swapped_where_the_answer_does_not_turn_on_it(pack: object) -> None:
    wordings = Wordings(pack, 1)
    swapped = {
        text for style, text in wordings.of("Can a woman visit?", "Yes, from 2 to 8.") if style == "counterfactual"
    }
    assert "Can a man visit?" in swapped
    kept = [style for style, _ in wordings.of("What is the dose for a woman?", "Women take half.")]
    assert Style.COUNTERFACTUAL not in kept
