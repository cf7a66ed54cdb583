from __future__ import annotations

from assistant.readers.pdf.aligned import cells_of, columns_of, span_of
from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.lines import Row
from readers.pdf.placed import line


def row(y: float, *cells: tuple[str, float]) -> Row:
    return [line(text, x0=x, y=y) for text, x in cells]


TABLE = [
    row(100, ("Medicine", 0), ("Dose", 100), ("Route", 200)),
    row(120, ("Paracetamol", 0), ("500 mg", 100), ("mouth", 200)),
    row(140, ("Ibuprofen", 0), ("200 mg", 100), ("mouth", 200)),
    row(160, ("Morphine", 0), ("5 mg", 100), ("vein", 200)),
]


def told(rows: list[Row], rules: list[Box] = []) -> tuple[list[list[str]], bool]:  # noqa: B006 - read only
    cells, sure = cells_of(rows, columns_of(rows), rules)
    return [[" ".join(part.plain for part in cell) for cell in line_of] for line_of in cells], sure


def test_gutters_are_what_no_cell_covers() -> None:
    (first, second) = columns_of(TABLE)
    assert first == (55, 100) and second == (130, 200)
    assert told(TABLE) == (
        [["Medicine", "Dose", "Route"], ["Paracetamol", "500 mg", "mouth"], ["Ibuprofen", "200 mg", "mouth"],
         ["Morphine", "5 mg", "vein"]],
        True,
    )  # fmt: skip


def test_a_heading_over_two_columns_closes_no_gutter_and_prose_has_none() -> None:
    spanning = row(80, ("How medicines are given to people on this ward", 20))
    assert len(columns_of([spanning, *TABLE])) == 2
    assert span_of(spanning[0], columns_of(TABLE)) == 3 and span_of(TABLE[0][0], columns_of(TABLE)) == 1
    prose = [row(y, ("one sentence after the other stands here on its line", 0)) for y in (100, 112, 124)]
    assert columns_of(prose) == []


def test_a_cell_that_runs_over_two_lines_stays_one() -> None:
    rows = [
        *TABLE[:2],
        row(132, ("every six hours", 100)),
        row(152, ("Ibuprofen", 0), ("200 mg", 100), ("mouth", 200)),
    ]
    cells, _ = told(rows)
    assert cells[1] == ["Paracetamol", "500 mg every six hours", "mouth"] and cells[2][0] == "Ibuprofen"


def test_rules_tell_the_rows_whatever_the_distances_are() -> None:
    rows = [
        row(100, ("Medicine", 0), ("Dose", 100), ("Route", 200)),
        row(120, ("Paracetamol", 0), ("500 mg", 100), ("mouth", 200)),
        row(140, ("Syrup", 0), ("or less", 100)),
        row(160, ("Ibuprofen", 0), ("200 mg", 100), ("mouth", 200)),
    ]
    walls = [Box(0, 105, 230, 105), Box(0, 145, 230, 145)]
    cells, sure = told(rows, walls)
    assert cells[1] == ["Paracetamol Syrup", "500 mg or less", "mouth"] and len(cells) == 3 and sure
    assert len(told(rows)[0]) == 4, "without rules nothing says that the two belong together"


def test_a_row_without_a_first_cell_may_be_either_and_that_is_told() -> None:
    rows = [
        row(100, ("Paracetamol", 0), ("500 mg", 100), ("mouth", 200)),
        row(112, ("Tablets", 100)),
        row(124, ("Ibuprofen", 0), ("200 mg", 100), ("mouth", 200)),
    ]
    cells, sure = cells_of(rows, [(55, 100), (130, 200)], [])
    assert not sure and [c.plain for row_of in cells for cell in row_of for c in cell if c.plain == "Tablets"]
