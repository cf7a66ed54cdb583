from __future__ import annotations

import pytest

from assistant.readers.pdf.headings import LARGER, is_heading, levels, size_of
from assistant.readers.pdf.lines import Line
from assistant.readers.pdf.prose import Paragraph
from assistant.readers.pdf.words import Run, Word


def printed(text: str, size: float = 10.0, *, bold: bool = False, lines: int = 1) -> Paragraph:
    words = [Word([Run(part)], 0, 0, 10, 10, 10, size, bold) for part in text.split()] or [
        Word([Run("")], 0, 0, 1, 1, 1, size, bold)
    ]
    return Paragraph([Line(words) for _ in range(lines)])


def heading(text: str, size: float = 14.0, **more: bool | int) -> bool:
    return is_heading(printed(text, size, **more), text, 10.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["Introduction", "3.2 Dose in renal failure", "Chapter 4 Side effects", "IV. Results", "A) Aims"]
)
def test_large_print_above_something_is_a_heading(text: str) -> None:
    assert heading(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is taken with food.", "Dose:", "Really?", "Emergency call 2222", "3.2 Dose of 500 mg", "• an item", "",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    ],
)  # fmt: skip
def test_sentences_figures_items_and_long_lines_are_content_however_large(text: str) -> None:
    assert not heading(text)


def test_bold_print_of_the_text_s_own_size_is_a_heading_where_it_is_short() -> None:
    assert heading("Side effects", 10.0, bold=True) and not heading("Side effects", 10.0)
    assert not heading("one two three four five six seven eight nine", 10.0, bold=True)
    assert not heading("Side effects", 9.0, bold=True), "a bold note at the foot is smaller"


def test_the_least_difference_in_size() -> None:
    assert heading("Dose", 10.0 * LARGER) and not heading("Dose", 10.0 * LARGER - 0.1)


def test_a_heading_has_two_lines_at_most() -> None:
    assert heading("Side effects", lines=2) and not heading("Side effects", lines=3)


def test_the_largest_size_is_the_first_level_and_nearly_equal_ones_are_one() -> None:
    found = [printed("a", size) for size in (14.0, 20.1, 19.9, 12.2, 12.0)]
    order = levels(found)
    assert [order[size_of(one)] for one in found] == [2, 1, 1, 3, 3]
    assert levels([]) == {}
