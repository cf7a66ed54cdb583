"""Cells that cover several places of a grid."""

from __future__ import annotations

from assistant.readers.grids import BLANK, MAX_AREA, MAX_SPAN, Cell, distinct, is_across, lone, plain, spread, turned


def texts(grid: list[list[Cell]]) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid]


def test_a_cell_stands_in_every_place_it_covers() -> None:
    grid = spread([[Cell("a", down=2), Cell("b", across=2)], [Cell("c"), Cell("d")], [Cell("e")]])
    assert texts(grid) == [["a", "b", "b"], ["a", "c", "d"], ["e", "", ""]]
    assert grid[0][0] is grid[1][0]
    assert grid[2][1] is BLANK


def test_a_span_ends_where_a_cell_reaches_down() -> None:
    grid = spread([[Cell("a"), Cell("b", down=2)], [Cell("c", across=5)]])
    assert texts(grid) == [["a", "b"], ["c", "b"]]


def test_hostile_spans_are_bounded() -> None:
    (row,) = spread([[Cell("a", across=10**9)]])
    assert len(row) == MAX_SPAN
    many = spread([[Cell("a", down=1000, across=1000) for _ in range(3)]])
    assert sum(len(line) for line in many) <= MAX_AREA
    assert texts(spread([[Cell("a", down=0, across=-5)]])) == [["a"]]
    assert spread([]) == []


def test_equal_neighbours_are_two_cells_and_one_cell_in_two_places_is_one() -> None:
    one = Cell("x")
    assert len(distinct([one, one])) == 1
    assert len(distinct([Cell("x"), Cell("x")])) == 2
    assert distinct([BLANK, Cell()]) == []


def test_rows_of_one_cell() -> None:
    across, first = spread([[Cell("a", across=2)], [Cell("b"), BLANK]])
    assert lone(across) is across[0] and is_across(across)
    assert lone(first) is first[0] and not is_across(first)
    assert lone([Cell("a")]) is None
    assert lone([BLANK, Cell("a")]) is None
    assert not is_across([Cell("a"), Cell("b")])


def test_a_grid_turns_on_its_side() -> None:
    grid = plain([["a", "b", ""], ["c"]])
    assert texts(turned(grid)) == [["a", "c"], ["b", ""], ["", ""]]
    assert texts(turned(turned(grid))) == texts(grid)
