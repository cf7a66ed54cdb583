"""What bounds a number, before it and behind it, and what only looks like a bound."""

from __future__ import annotations

import re

import pytest

from assistant.language.bounds import bound_at


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Take up to 4 tablets.", "<="),
        ("No more than 4 tablets.", "<="),
        ("Do not exceed 4 g.", "<="),
        ("a maximum daily dose of 4 g", "<="),
        ("≤4 g", "<="),
        ("at least 4 hours", ">="),
        ("not less than 4 hours", ">="),
        (">= 4", ">="),
        ("less than 4 hours", "<"),
        ("children under the age of 4", "<"),
        ("<4", "<"),
        ("more than 4 hours", ">"),
        ("over 4 years", ">"),
        ("about 4 hours", "~"),
        ("≈ 4", "~"),
        ("aged 4 or over", ">="),
        ("4 or fewer", "<="),
        ("4 at most", "<="),
        ("Take 4 tablets.", ""),
        ("4", ""),
        ("rather than take 4", ""),
    ],
)
def test_the_bound_on_a_number(text: str, bound: str) -> None:
    match = re.search(r"\d", text)
    assert match is not None
    assert bound_at(text, match.start(), match.end()) == bound


def test_a_bound_far_before_the_number_is_none_of_it() -> None:
    text = f"more than {'words ' * 20}4"
    assert bound_at(text, len(text) - 1, len(text)) == ""
