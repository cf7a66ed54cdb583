from __future__ import annotations

import pytest

from assistant.language.lists import is_item, is_lines, laid_out


@pytest.mark.parametrize("line", ["- By post: 4.95.", "  * two", "1. Fill it.", "12) Wait.", "• one", "3. 5 ml twice"])
def test_lines_that_begin_as_items(line: str) -> None:
    assert is_item(line)


@pytest.mark.parametrize(
    "line",
    ["-5 degrees is too cold.", "4.95 is the price.", "1.5 L of water.", "Step: 1; What happens: it ends", "", "- "],
)
def test_lines_that_only_look_like_it(line: str) -> None:
    assert not is_item(line)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Aspirin: go on.\nApixaban: stop 48 hours before.", True),
        ("- By post: 4.95\n- In a shop: free", True),
        ("code: BR-20\nmeaning: Sensor dirty.\nrma: no", False),
        ("Drug: aspirin; Dose: 75 mg", False),
        ("One sentence: it ends.", False),
        ("", False),
    ],
)
def test_lines_that_stand_for_themselves(text: str, lines: bool) -> None:
    assert is_lines(text) is lines


def test_lists_keep_their_lines_and_sentences_run_on() -> None:
    assert laid_out(["A label is sent. [1]", "It is free. [2]"]) == "A label is sent. [1] It is free. [2]"
    assert laid_out(["Two ways:", "- In a shop.\n- By post. [1]", "Keep the receipt. [2]"]) == (
        "Two ways:\n- In a shop.\n- By post. [1]\nKeep the receipt. [2]"
    )
    assert laid_out([]) == ""
