from __future__ import annotations

from assistant.readers.pdf.hyphens import Vocabulary
from assistant.readers.pdf.layout import Grid, GridCell
from assistant.readers.pdf.lines import Line
from assistant.readers.pdf.tables import grid_lines
from assistant.readers.pdf.words import Word
from readers.pdf.placed import line

KNOWN = Vocabulary.of(["paracetamol tablets", "Paracetamol is a medicine"])


def cell(*lines: str, bold: bool = False, down: int = 1, across: int = 1) -> GridCell:
    return GridCell([line(text, y=100 + 12 * n, bold=bold) for n, text in enumerate(lines)], down, across)


def told(*rows: list[GridCell], notes: frozenset[str] = frozenset()) -> list[str]:
    return grid_lines(Grid(list(rows)), KNOWN, notes)


def test_each_row_is_told_with_the_headers_of_its_cells() -> None:
    said = told(
        [cell("Medicine", bold=True), cell("Dose", bold=True)],
        [cell("Paracetamol"), cell("500 mg", "four times a day")],
        [cell("Ibuprofen"), cell("200 mg")],
    )
    assert len(said) == 2
    assert "Paracetamol" in said[0] and "Dose: 500 mg four times a day" in said[0] and "200" not in said[0]
    assert "Ibuprofen" in said[1] and "Dose: 200 mg" in said[1]


def test_a_word_torn_at_the_end_of_a_line_is_whole_and_a_merged_cell_belongs_to_each_row() -> None:
    said = told(
        [cell("Group", bold=True), cell("Medicine", bold=True)],
        [cell("Pain", down=2), cell("para-", "cetamol")],
        [cell("Ibuprofen")],
    )
    assert "paracetamol" in said[0]
    assert all("Pain" in row for row in said)


def test_a_cell_that_is_struck_through_keeps_its_place_and_says_nothing() -> None:
    struck = GridCell([Line([Word([], 0, 90, 30, 100, 100, 10)])])
    said = told(
        [cell("Medicine", bold=True), cell("Dose", bold=True), cell("Route", bold=True)],
        [cell("Paracetamol"), struck, cell("by mouth")],
        [cell("Ibuprofen"), cell("200 mg"), cell("by mouth")],
    )
    assert "Route: by mouth" in said[0] and "Dose: by mouth" not in said[0] and "200" not in said[0]


def test_no_rows_say_nothing() -> None:
    assert told() == []
