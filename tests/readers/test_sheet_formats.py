from __future__ import annotations

import pytest

from assistant.readers.sheet_formats import shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (2.5, '0.0" mg"', "2.5 mg"),
        (12, "0 \\k\\g", "12 kg"),
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (19.9, "[$€-407]#,##0.00", "€19.90"),
        (5, "#,##0.00 [$kr-406]", "5.00 kr"),
        (5, "_($* #,##0.00_)", "$5.00"),
        (0.125, "0%", "13%"),
        (0.5, "# ?/?", "1/2"),
        (2.25, "# ??/??", "2 1/4"),
        (12000, '0,"k"', "12k"),
        (2_500_000, '0.0,,"M"', "2.5M"),
        (0.4, '[<1]"below 1";0.0', "below 1"),
        (2, '[<1]"below 1";0.0', "2.0"),
        (123456789, "000-00-0000", "123-45-6789"),
        (2139, "00000", "02139"),
        (1234.5678, "0.00E+00", "1.23E+03"),
        (3, 'General" mg"', "3 mg"),
        (45658, "d-mmm-yy", "2025-01-01"),
        (1.5, "[h]:mm", "36:00"),
    ],
)
def test_numbers_are_as_shown(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (-300, "#,##0;(#,##0)", "(300)"),
        (-5, "0;[Red]0", "-5"),
        (-5, "0.0", "-5.0"),
        (-2, '[<1]0.0" C";0', "-2.0 C"),
        (0.5, ".0", "0.5"),
        (0.5, "#.##", "0.5"),
        (0, '0;-0;"none"', "none"),
    ],
)
def test_what_a_number_means_is_not_lost(value: float, code: str, text: str) -> None:
    """A sign that is a colour only, and a leading point, would be read as another number."""
    assert shown(value, code) == text


@pytest.mark.parametrize(
    "code", ["", ";;;", '"', "[", "\\", "0" * 400, "#" * 100 + "/" + "?" * 100, "[<x]0;0", "E+", "0.E+00", ","]
)
def test_any_format_gives_a_text(code: str) -> None:
    for value in (0.0, -1.5, 1e300, 5e-324, 123456.789):
        assert isinstance(shown(value, code), str)
