from __future__ import annotations

import pytest

from assistant.readers.pdf.hyphens import Vocabulary
from assistant.readers.pdf.lines import Line
from assistant.readers.pdf.prose import line_text, notes_of, paragraphs_of, said
from readers.pdf.placed import line, word

NONE = Vocabulary.of([])
LONG = "the nurse gives each child a warm blanket when fever falls"


def texts(*lines: Line) -> list[str]:
    return [said(paragraph, NONE, frozenset())[0] for paragraph in paragraphs_of(lines)]


def test_lines_at_the_usual_distance_are_one_paragraph_and_a_wide_step_parts_them() -> None:
    assert texts(line(LONG, y=100), line(LONG, y=112)) == [f"{LONG} {LONG}"]
    assert texts(line(LONG, y=100), line(LONG, y=112), line(LONG, y=140)) == [f"{LONG} {LONG}", LONG]


def test_another_size_and_a_bold_heading_begin_a_paragraph() -> None:
    assert texts(line("Fever", y=100, size=14), line(LONG, y=114)) == ["Fever", LONG]
    assert texts(line("Fever", y=100, bold=True), line(LONG, y=112)) == ["Fever", LONG]
    whole = line(LONG, y=100, bold=True)
    assert texts(whole, line(LONG, y=112)) == [f"{LONG} {LONG}"], "a bold line as wide as the column is no heading"


def test_a_sentence_that_ends_short_of_the_edge_ends_its_paragraph() -> None:
    assert texts(line(LONG, y=100), line("and rest helps.", y=112), line(LONG, y=124)) == [
        f"{LONG} and rest helps.",
        LONG,
    ]
    assert len(texts(line(LONG, y=100), line(f"{LONG}.", y=112), line(LONG, y=124))) == 1


@pytest.mark.parametrize("marker", ["-", "•", "1.", "(a)", "iv)"])
def test_each_item_of_a_list_is_a_paragraph_with_the_lines_that_go_on_with_it(marker: str) -> None:
    found = paragraphs_of(
        [line(f"{marker} rest in bed and", y=100), line("drink tea", x0=20, y=112), line(f"{marker} sleep", y=124)]
    )
    assert [p.item for p in found] == [True, True]
    assert [len(p.lines) for p in found] == [2, 1]


def test_a_range_after_a_line_end_is_no_item_and_what_stands_left_of_an_item_is_not_its_part() -> None:
    assert len(paragraphs_of([line("give between 2 mg", y=100), line("- 5 mg at night", y=112)])) == 1
    found = paragraphs_of([line("- rest in bed and", x0=20, y=100), line("the nurse looks", x0=0, y=112)])
    assert [p.item for p in found] == [True, False]


def test_a_paragraph_knows_whether_it_fills_its_column() -> None:
    full, short = paragraphs_of([line(LONG, y=100), line("rest.", y=140)])
    assert full.full and not short.full and full.size == 10 and not full.bold
    assert paragraphs_of([]) == []


def test_the_mark_of_a_note_goes_behind_the_word_that_says_what_is_counted() -> None:
    dose = Line([word("500", 0), word("a", 15, level=1), word("mg", 25), word("daily.", 40)])
    assert line_text(dose, frozenset("a")).startswith("500")
    assert notes_of([word("a", 0, level=1), word("mg", 10), word("b", 20, level=1)]) == {"a", "b"}


def test_a_struck_word_leaves_no_gap() -> None:
    struck = word("ten", 15)
    struck.runs = []
    assert line_text(Line([word("take", 0), struck, word("five", 40)]), ()) == "take five"
