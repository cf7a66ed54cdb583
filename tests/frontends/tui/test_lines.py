from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies
from rich.cells import cell_len

from assistant.frontends.tui.lines import line_at, visible, wrap

TEXTS = strategies.text(strategies.sampled_from("ab \n—漢字é"), max_size=200)


@hypothesis.given(TEXTS, strategies.integers(1, 40))
def test_every_line_fits_and_no_character_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines
    for line in lines:
        assert cell_len(text[line.start : line.end]) <= max(8, width)
    kept = "".join(text[line.start : line.end] for line in lines)
    assert kept.replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_lines_break_between_words_and_only_long_words_are_cut() -> None:
    text = "one two three"
    assert [text[a.start : a.end] for a in wrap(text, 8)] == ["one two", "three"]
    long = "x" * 20 + " end"
    assert [len(long[a.start : a.end]) for a in wrap(long, 8)] == [8, 8, 8]


def test_wide_characters_count_two_cells() -> None:
    assert [a.end - a.start for a in wrap("漢字漢字漢字", 8)] == [4, 2]


def test_empty_paragraphs_stay_empty_lines() -> None:
    assert [(a.start, a.end) for a in wrap("a\n\nb", 20)] == [(0, 1), (2, 2), (3, 4)]
    assert len(wrap("", 20)) == 1


@pytest.mark.parametrize("text", ["plain", "tab\there", "\x1b[31mred", "a\x00b\u200bc", "two\nlines"])
def test_what_could_drive_a_terminal_is_one_mark_each_and_offsets_stay(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text) and "\x1b" not in shown and "\x00" not in shown and "\t" not in shown
    assert shown.count("\n") == text.count("\n")


def test_the_line_of_a_place() -> None:
    lines = wrap("one two three", 8)
    assert [line_at(lines, at) for at in (0, 6, 8, 12, 99)] == [0, 0, 1, 1, 1]
    assert line_at(lines, -1) == 0
