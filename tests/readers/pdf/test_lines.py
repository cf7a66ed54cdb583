from __future__ import annotations

import pytest

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.lines import MARKER, rows_of
from assistant.readers.pdf.words import Run, Word


def word(
    text: str, x0: float, y: float = 100.0, *, width: float | None = None, size: float = 10.0, bold: bool = False
) -> Word:
    return Word([Run(text)], x0, y - size, x0 + (width or 5.0 * len(text)), y, y, size, bold)


def texts(words: list[Word], rules: list[Box] | None = None) -> list[list[str]]:
    return [[line.plain for line in row] for row in rows_of(words, rules or ())]


def test_words_of_one_baseline_are_one_line_whatever_order_they_come_in() -> None:
    assert texts([word("dose", 33), word("the", 0), word("usual", 18, width=13)]) == [["the usual dose"]]


def test_lines_come_from_top_to_bottom() -> None:
    assert texts([word("second", 0, 120), word("first", 0, 100)]) == [["first"], ["second"]]


def test_a_wide_gap_parts_a_line() -> None:
    assert texts([word("left", 0), word("right", 120)]) == [["left", "right"]]


def test_a_ruling_line_between_words_parts_them() -> None:
    near = [word("left", 0), word("right", 24)]
    assert texts(near) == [["left right"]]
    assert texts(near, [Box(22, 80, 22, 120)]) == [["left", "right"]]


def test_a_line_knows_its_edges_size_and_weight() -> None:
    ((line,),) = rows_of([word("a", 0, size=8), word("larger", 8, size=12, bold=True)])
    assert (line.x0, line.size, line.bold) == (0, 12, False)
    assert line.x1 == 8 + 30 and line.y0 == 88 and line.y1 == 100


@pytest.mark.parametrize("text", ["-", "•", "1.", "12)", "(a)", "iv.", "[3]", "2.1.3", "–"])
def test_what_stands_before_an_item(text: str) -> None:
    assert MARKER.fullmatch(text)


@pytest.mark.parametrize("text", ["1", "2020", "word.", "1.5mg", "(see)", "--"])
def test_what_is_no_mark_of_an_item(text: str) -> None:
    assert not MARKER.fullmatch(text)


def test_no_words_no_rows() -> None:
    assert rows_of([]) == []
