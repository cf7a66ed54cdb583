from __future__ import annotations

import pytest

from assistant.readers.grids import BLANK, Cell, plain, spread
from assistant.readers.tables import Part, Table, follows, spread_lines, table_items, table_lines, written


def lines(*rows: str) -> list[str]:
    """The lines of a table written as rows of cells parted by a bar; a cell that begins with ! is marked as a header."""
    grid = [
        [Cell(c.lstrip("!").strip(), head=c.startswith("!")) if c.strip("! ") else BLANK for c in row.split("|")]
        for row in rows
    ]
    return spread_lines(grid)


def test_a_cell_over_several_rows_belongs_to_each() -> None:
    rows = [
        [Cell("Ward", head=True), Cell("Meal", head=True), Cell("Served", head=True)],
        [Cell("North", down=2), Cell("lunch"), Cell("12:00")],
        [Cell("supper"), Cell("18:00")],
        [Cell("South"), Cell("any", across=2)],
    ]
    assert spread_lines(rows) == [
        "Ward: North; Meal: lunch; Served: 12:00",
        "Ward: North; Meal: supper; Served: 18:00",
        "Ward: South; Meal, Served: any",
    ]


def test_two_header_rows_are_joined() -> None:
    rows = [
        [Cell("Line", down=2), Cell("Weekdays", across=2), Cell("Sundays", across=2)],
        [Cell("First"), Cell("Last"), Cell("First"), Cell("Last")],
        [Cell("7"), Cell("05:10"), Cell("23:50"), Cell("07:00"), Cell("22:15")],
    ]
    assert spread_lines(rows) == [
        "Line: 7; Weekdays / First: 05:10; Weekdays / Last: 23:50; Sundays / First: 07:00; Sundays / Last: 22:15"
    ]


def test_two_header_rows_without_merged_cells() -> None:
    rows = [
        ["", "Inside", "", "Outside", ""],
        ["Site", "Min", "Max", "Min", "Max"],
        ["Hut", "3 °C", "9 °C", "1 °C", "20 °C"],
    ]
    assert written(rows) == [
        "Site: Hut; Inside / Min: 3 °C; Inside / Max: 9 °C; Outside / Min: 1 °C; Outside / Max: 20 °C"
    ]


def test_a_row_of_units_belongs_to_the_header() -> None:
    assert (
        lines("Tank|Volume|Weight", "|litres|kg", "A|40|12", "B|60|18")[0]
        == "Tank: A; Volume / litres: 40; Weight / kg: 12"
    )


@pytest.mark.parametrize(
    "head",
    ["Plan|2021|2022|2023", "Site|Week 1|Week 2|Week 3", "Sieve|0.5|1|2", "Desk|2024-01-05|2024-01-12|2024-01-19"],
)
def test_numbers_can_head_columns(head: str) -> None:
    names = head.split("|")
    assert lines(head, "Basic|30 kg|9 kg|7 kg", "Plus|60 kg|8 kg|none")[0] == "; ".join(
        f"{name}: {value}" for name, value in zip(names, ["Basic", "30 kg", "9 kg", "7 kg"], strict=True)
    )


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (["Monday|closed", "Tuesday|open"], "Monday: closed"),
        (["Name:|Ann Lee", "Rooms:|4", "Beds:|7"], "Name: Ann Lee"),
        (["North|14 days|30 days", "South|10 days|28 days"], "North | 14 days | 30 days"),
        (["2019|Ng|4", "2020|Obi|5"], "2019 | Ng | 4"),
        (["A1|oak|open", "B2|elm|open"], "A1 | oak | open"),
    ],
)
def test_a_data_row_is_no_header(rows: list[str], first: str) -> None:
    assert lines(*rows)[0] == first


def test_words_over_words_are_a_header_where_three_columns_have_it_or_the_cells_look_so() -> None:
    assert (
        lines("Drug|Route|Note", "Iron|oral|with juice", "Zinc|oral|alone")[0]
        == "Drug: Iron; Route: oral; Note: with juice"
    )
    bold = [[Cell("Drug", strong=True), Cell("Route", strong=True)], [Cell("Iron"), Cell("oral")]]
    assert spread_lines(bold) == ["Drug: Iron; Route: oral"]
    assert lines("!Drug|!Route", "Iron|oral") == ["Drug: Iron; Route: oral"]


def test_a_row_across_the_table_heads_the_rows_below_it() -> None:
    rows = [
        [Cell("Route"), Cell("Dose")],
        [Cell("Adults", across=2)],
        [Cell("oral"), Cell("1 g")],
        [Cell("Children", across=2)],
        [Cell("oral"), Cell("250 mg")],
        [Cell("By mouth with water.", across=2)],
    ]
    assert spread_lines(rows) == [
        "Adults; Route: oral; Dose: 1 g",
        "Children; Route: oral; Dose: 250 mg",
        "By mouth with water.",
    ]


def test_rows_of_one_word_are_groups_only_where_their_rows_repeat_themselves() -> None:
    grouped = [
        "Route|Dose|Max",
        "Adults||",
        "oral|1 g|4 g",
        "iv|2 g|8 g",
        "Children||",
        "oral|5 mg|9 mg",
        "iv|7 mg|8 mg",
    ]
    assert lines(*grouped)[3] == "Children; Route: iv; Dose: 7 mg; Max: 8 mg"
    sparse = ["Drug|Dose|Max", "Iron|1 g|4 g", "Zinc||", "Lead|5 mg|9 mg", "Tin|6 mg|7 mg"]
    assert lines(*sparse)[1:3] == ["Drug: Zinc", "Drug: Lead; Dose: 5 mg; Max: 9 mg"]
    patients = ["MRN|Diet|Bed", "4711||", "4712|soft|2", "4713||", "4714|soft|4"]
    assert lines(*patients)[0] == "MRN: 4711"


def test_titles_stand_above_and_repeated_headers_go() -> None:
    items = table_items(
        plain(
            [
                ["Ward list", "", ""],
                ["Bed", "Age", "Diet"],
                ["1", "40", "soft"],
                ["Bed", "Age", "Diet"],
                ["2", "51", "any"],
            ]
        )
    )
    assert [(item.part, item.line) for item in items] == [
        (Part.TITLE, "Ward list"),
        (Part.HEAD, "Bed | Age | Diet"),
        (Part.RECORD, "Bed: 1; Age: 40; Diet: soft"),
        (Part.RECORD, "Bed: 2; Age: 51; Diet: any"),
    ]


def test_equal_neighbours_are_two_values_and_repeated_names_stay() -> None:
    assert (
        lines("Drug|Dose|Unit|Dose|Unit", "Iron|5|mg|5|mg", "Zinc|1|g|2|g")[0]
        == "Drug: Iron; Dose: 5; Unit: mg; Dose: 5; Unit: mg"
    )


def test_a_table_whose_rows_are_named_is_read_by_columns() -> None:
    assert lines("!Size|small|large", "!Price|4 EUR|7 EUR") == [
        "Size: small; Price: 4 EUR",
        "Size: large; Price: 7 EUR",
    ]
    assert lines("!Colour|red") == ["Colour: red"]


def test_a_header_in_the_middle_names_the_rows_below_it() -> None:
    assert lines("!Drug|!Dose", "Iron|1 g", "!Drug|!Shelf", "Iron|B2") == [
        "Drug: Iron; Dose: 1 g",
        "Drug: Iron; Shelf: B2",
    ]


def _follow(*tables: list[list[str]]) -> Table:
    before = None
    for rows in tables:
        before = follows(before, plain(rows))
    assert before is not None
    return before


def test_a_table_below_another_one_has_its_own_names_those_above_or_none() -> None:
    doses = [["Drug", "Dose"], ["Iron", "1 g"], ["Zinc", "2 g"]]
    assert _follow(doses, [["Drug", "Shelf"], ["Iron", "B2"]]).column_names == ["Drug", "Shelf"]
    assert _follow(doses, [["Tin", "7 mg"], ["Lead", "1 mg"]]).column_names == ["Drug", "Dose"]
    assert _follow(doses, [["Nurse", "Town"], ["Ann", "Ribe"]]).column_names == []


def test_no_table_is_no_line() -> None:
    assert table_lines([]) == []
    assert written([["", ""], ["", ""]]) == []
    assert written([["a"], ["b"]]) == ["a", "b"]


def test_spans_of_a_hostile_table_are_bounded() -> None:
    grid = spread([[Cell("x", down=65_000, across=1_000)] for _ in range(50)])
    assert sum(len(row) for row in grid) < 3_000_000


def test_a_word_alone_below_full_rows_is_a_note_and_within_them_a_row_with_gaps() -> None:
    full = ["Drug|Dose|Max", "Iron|1 g|4 g", "Zinc|2 g|5 g"]
    assert lines(*full, "Source: audit||")[2:] == ["Source: audit"]
    assert lines(*full, "Lead||", "Tin|6 mg|7 mg")[2:] == ["Drug: Lead", "Drug: Tin; Dose: 6 mg; Max: 7 mg"]


def test_a_row_whose_name_is_struck_holds_nothing() -> None:
    head = [Cell("Drug"), Cell("Dose")]
    rows = [head, [Cell(struck=True), Cell("5 mg")], [Cell("Zinc"), Cell(struck=True)], [Cell(), Cell("7 mg")]]
    assert table_lines(rows, declared=1) == ["Drug: Zinc", "Dose: 7 mg"]
    # The struck name of a column takes the column with it.
    rows = [[Cell("Drug"), Cell(struck=True), Cell("Dose")], [Cell("Iron"), Cell("9 mg"), Cell("5 mg")]]
    assert table_lines(rows, declared=1) == ["Drug: Iron; Dose: 5 mg"]
