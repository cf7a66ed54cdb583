from __future__ import annotations

import pytest

from assistant.language.words import content_stems, estimate_tokens, is_negated, stem


def test_stems_meet_across_inflections_and_leave_function_words_out() -> None:
    assert content_stems("Is dosing of the tablets safe?") == [stem("dose"), stem("tablet"), stem("safe")]
    assert content_stems("the and of") == []


@pytest.mark.parametrize(("text", "negated"), [("Do not give it", True), ("It isn't safe", True), ("Give it", False)])
def test_negation(text: str, negated: bool) -> None:
    assert is_negated(text) is negated


def test_token_estimate_grows_with_the_text() -> None:
    assert estimate_tokens("") < estimate_tokens("one two") < estimate_tokens("one two three four five, six.")


def test_tokens_are_one_and_a_third_a_word_and_one_a_mark() -> None:
    assert estimate_tokens("Ab, cd-ef 5.5 mg/kg naïve _x") == int(8 * 1.3 + 5) + 1
    assert estimate_tokens("") == 1
    assert estimate_tokens("日本語 ≥ 5") == int(2 * 1.3 + 1) + 1
