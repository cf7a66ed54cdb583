from __future__ import annotations

import pytest

from assistant.charts.rounded import rounded


@pytest.mark.parametrize(
    ("value", "limits", "shown"),
    [
        ("160.0", {}, "160"),
        ("5.80", {}, "5.8"),
        ("100", {}, "100"),
        (7.1, {}, "7.1"),
        ("0.123456", {}, "≈ 0.12"),
        ("138.4871", {"low": "135", "high": "145"}, "≈ 138.49"),
        # Rounding would carry it onto the limit, and the mark beside it would then look wrong: as it is written.
        ("5.3009", {"high": "5.3"}, "5.3009"),
        ("3.4996", {"low": "3.5"}, "3.4996"),
        ("0.0004", {}, "0.0004"),
        ("<0.5", {}, "<0.5"),
        ("positive", {}, "positive"),
        ("1e3", {}, "1e3"),
        ("", {}, ""),
    ],
)
def test_digits_that_say_nothing_go_and_no_limit_is_crossed(value: object, limits: dict[str, str], shown: str) -> None:
    assert rounded(value, limits) == shown
