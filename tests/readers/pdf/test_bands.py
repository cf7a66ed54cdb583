from __future__ import annotations

from assistant.readers.pdf.bands import Band, Nature, bands_of, nature
from assistant.readers.pdf.lines import Row
from readers.pdf.placed import line

LEFT = [
    "the nurse gives each child a",
    "warm blanket when fever falls",
    "below two degrees over night,",
    "and rest helps them more.",
]
RIGHT = [
    "doctors look at the chart and",
    "write what they have found in",
    "the record before the evening",
    "round begins on the ward.",
]


def row(y: float, *cells: tuple[str, float]) -> Row:
    return [line(text, x0=x, y=y) for text, x in cells]


def columns() -> list[Row]:
    return [row(100 + 12 * n, (a, 0), (b, 200)) for n, (a, b) in enumerate(zip(LEFT, RIGHT, strict=True))]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    (band,) = bands_of(columns())
    assert nature(band) is Nature.COLUMNS
    assert [[found.plain for found in column] for column in band.columns()] == [LEFT, RIGHT]


def test_cells_beside_each_other_are_a_table() -> None:
    doses = {"Paracetamol": "500 mg", "Ibuprofen": "200 mg", "Morphine": "5 mg"}
    (band,) = bands_of([row(100 + 14 * n, (name, 0), (dose, 120)) for n, (name, dose) in enumerate(doses.items())])
    assert nature(band) is Nature.TABLE
    assert nature(Band([row(100, ("Name:", 0), ("Lund", 120))], [(25, 120)])) is Nature.TABLE, "a single row is one"


def test_lines_below_each_other_have_no_gutter() -> None:
    (band,) = bands_of([row(100 + 12 * n, (text, 0)) for n, text in enumerate(LEFT)])
    assert nature(band) is Nature.LINES and band.gutters == []


def test_a_heading_over_the_columns_and_a_note_under_them_are_bands_of_their_own() -> None:
    heading = [line("Care at night", x0=0, y=80, size=16)]
    note = [line("Printed by the ward on a busy day and never looked at since then by anybody", x0=0, y=190)]
    found = bands_of([heading, *columns(), note])
    assert [nature(band) for band in found] == [Nature.LINES, Nature.COLUMNS, Nature.LINES]
    assert found[0].rows == [heading] and found[2].rows == [note]


def test_prose_beside_figures_cannot_be_told() -> None:
    rows = [row(100 + 12 * n, (text, 0), (f"{n} mg", 200)) for n, text in enumerate(LEFT)]
    (band,) = bands_of(rows)
    assert nature(band) is Nature.UNSURE


def test_what_is_far_below_does_not_go_on_with_the_columns() -> None:
    far = [row(400 + 12 * n, (a, 0), (b, 200)) for n, (a, b) in enumerate(zip(LEFT, RIGHT, strict=True))]
    assert len(bands_of([*columns(), *far])) == 2


def test_lines_of_columns_that_are_not_level_are_one_row() -> None:
    shifted = [row(y, cell) for n, (a, b) in enumerate(zip(LEFT, RIGHT, strict=True))
               for y, cell in ((100 + 12 * n, (a, 0)), (104 + 12 * n, (b, 200)))]  # fmt: skip
    (band,) = bands_of(shifted)
    assert nature(band) is Nature.COLUMNS and [line_of.plain for line_of in band.columns()[1]] == RIGHT


def test_nothing_has_no_bands() -> None:
    assert bands_of([]) == []
