from __future__ import annotations

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.ruled import inside, ruled_tables
from readers.pdf.placed import word


def level(y: float, x0: float = 0, x1: float = 200) -> Box:
    return Box(x0, y, x1, y)


def upright(x: float, y0: float = 0, y1: float = 40) -> Box:
    return Box(x, y0, x, y1)


GRID = [level(0), level(20), level(40), upright(0), upright(100), upright(200)]


def spans(rules: list[Box]) -> list[list[tuple[int, int, int, int]]]:
    return [[(c.row, c.column, c.down, c.across) for c in table.cells] for table in ruled_tables(rules)]


def test_lines_that_enclose_four_places_are_a_table_of_four_cells() -> None:
    (table,) = ruled_tables(GRID)
    assert (table.rows, table.columns) == (2, 2) and table.box == Box(0, 0, 200, 40)
    assert spans(GRID) == [[(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]]


def test_a_wall_that_is_missing_makes_one_cell_of_two() -> None:
    across = [level(0), level(20), level(40), upright(0), upright(100, 20, 40), upright(200)]
    assert spans(across) == [[(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]]
    down = [level(0), level(20, 100, 200), level(40), upright(0), upright(100), upright(200)]
    assert spans(down) == [[(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]]


def test_lines_drawn_in_pieces_or_twice_are_one() -> None:
    pieces = [level(0, 0, 99), level(0.5, 101, 200), level(20), level(20.4), level(40), *GRID[3:]]
    assert spans(pieces) == spans(GRID)


def test_a_frame_an_underline_and_lines_that_do_not_meet_are_no_tables() -> None:
    assert ruled_tables([level(0), level(40), upright(0), upright(200)]) == []
    assert ruled_tables([level(20)]) == [] and ruled_tables([]) == []
    assert ruled_tables([level(0), level(20), level(40), upright(300), upright(400)]) == []


def test_two_tables_of_a_page_are_two() -> None:
    below = [Box(b.x0, b.y0 + 200, b.x1, b.y1 + 200) for b in GRID]
    assert sorted(table.box.y0 for table in ruled_tables([*GRID, *below])) == [0, 200]


def test_a_drawing_of_thousands_of_lines_is_no_table() -> None:
    assert ruled_tables([level(y) for y in range(3_001)]) == []


def test_words_go_to_the_cell_in_which_their_middle_stands_and_those_outside_to_none() -> None:
    (table,) = ruled_tables(GRID)
    first, last, outside = word("a", 10, 15), word("b", 150, 38), word("c", 300, 15)
    assert inside(table, [first, last, outside]) == {0: [first], 3: [last]}
