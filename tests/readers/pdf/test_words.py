from __future__ import annotations

import pytest

from assistant.readers.pdf.glyphs import Box, Glyph, Sheet
from assistant.readers.pdf.words import Word, body_size, turned_back, turned_box, with_scripts, words_of
from readers.pdf.placed import word


def typed(text: str, x: float = 0, y: float = 100, *, size: float = 10, gap: float = 0, angle: int = 0) -> list[Glyph]:
    """Glyphs five points wide; a blank in the text is a gap and no glyph."""
    found, at, parted = [], x, False
    for character in text:
        if character == " ":
            at, parted = at + 3, True
            continue
        found.append(Glyph(character, Box(at, y - size, at + 5, y), at, y, size, False, angle, parted))
        at, parted = at + 5 + gap, False
    return found


def texts(glyphs: list[Glyph]) -> list[str]:
    (group,) = words_of(Sheet(600, 800, glyphs))
    return [found.text for found in group.words]


def test_a_gap_or_another_line_parts_words_and_a_narrow_gap_does_not() -> None:
    assert texts(typed("the dose")) == ["the", "dose"]
    assert texts(typed("dose", gap=1.5)) == ["dose"], "letters that are set apart a little"
    assert texts([*typed("up"), *typed("down", x=10, y=112)]) == ["up", "down"]


def test_ligatures_and_typographic_hyphens_are_letters_and_hyphens() -> None:
    assert texts(typed("ﬁve")) == ["five"] and texts(typed("co\u2011amoxiclav")) == ["co-amoxiclav"]
    assert texts(typed("e\u0301")) == ["é"], "an accent of its own belongs to its letter"


def test_printed_superscript_digits_behind_a_digit_are_raised() -> None:
    (group,) = words_of(Sheet(600, 800, typed("10⁹/L")))
    assert [(run.text, run.level) for run in group.words[0].runs] == [("10", 0), ("9", 1), ("/L", 0)]
    (marked,) = words_of(Sheet(600, 800, typed("dose²")))[0].words
    assert [run.level for run in marked.runs] == [0], "behind a letter it is a mark as it stands"


def test_a_smaller_raised_or_lowered_word_joins_the_one_beside_it() -> None:
    ten, nine = word("10", 0), word("9", 10, 96, size=6)
    (joined,) = with_scripts([ten, nine])
    assert [(run.text, run.level) for run in joined.runs] == [("10", 0), ("9", 1)]
    (water,) = with_scripts([word("H", 0), word("2", 5, 102, size=6), word("O", 10)])
    assert [(run.text, run.level) for run in water.runs] == [("H", 0), ("2", -1), ("O", 0)]
    assert len(with_scripts([word("dose", 0), word("small", 60, 96, size=6)])) == 2, "what stands far away is its own"


def test_a_raised_mark_before_its_note_takes_its_line() -> None:
    mark, note = word("2", 0, 96, size=6), word("Only", 6)
    first, second = with_scripts([mark, note])
    assert first.lead == 1 and (first.baseline, first.size) == (second.baseline, second.size)


def test_words_by_direction_the_main_one_first_each_upright() -> None:
    along, up = typed("along the line"), typed("margin", angle=90)
    first, second = words_of(Sheet(600, 800, [*up, *along]))
    assert (first.angle, second.angle) == (0, 90) and [w.text for w in first.words] == ["along", "the", "line"]


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_box_that_is_turned_upright_is_turned_back_to_its_place(angle: int) -> None:
    sheet, box = Sheet(600, 800), Box(10, 20, 110, 60)
    there = turned_box(box, angle, sheet)
    assert turned_back(there, angle, sheet) == box
    assert {there.x1 - there.x0, there.y1 - there.y0} == {100, 40} and there.x0 < there.x1 and there.y0 < there.y1


def test_a_drawn_dot_before_a_line_is_a_mark_and_one_within_it_is_not() -> None:
    line = typed("rest in bed", x=40)
    (group,) = words_of(
        Sheet(600, 800, line, dots=[Box(28, 94, 32, 98), Box(60.5, 94, 62.5, 96), Box(300, 94, 304, 98)])
    )
    assert [found.text for found in group.words if found.text == "•"] == ["•"]
    assert min(group.words, key=lambda found: found.x0).text == "•"


def test_the_size_of_the_body_is_that_of_most_characters() -> None:
    assert body_size([word("Heading", 0, size=18), word("the text of the page", 0, size=9.6)]) == 9.5
    assert body_size([]) == 10.0 and Word([], 0, 0, 1, 1, 1, 9).lead == 0
