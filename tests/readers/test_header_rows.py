from __future__ import annotations

import pytest

from assistant.readers.grids import Cell, Row
from assistant.readers.header_rows import Kind, head_rows, kind, names


def rows(*lines: str, head: int = 0, strong: int = 0) -> list[Row]:
    """Rows written as "a | b"; the first ones marked or bold."""
    return [
        [Cell(text.strip(), head=n < head, strong=n < strong) for text in line.split("|")]
        for n, line in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Kind.BLANK), ("12", Kind.NUMBER), ("1,000.5", Kind.NUMBER), ("€ 5", Kind.NUMBER), ("< 5 %", Kind.NUMBER),
        ("2020-01-02", Kind.NUMBER),
        ("30 days", Kind.FIGURE), ("B2", Kind.FIGURE), ("Dose", Kind.TEXT), ("It is taken with food at night.", Kind.PROSE),
        ("x" * 81, Kind.PROSE), ("Dr. Lee", Kind.TEXT),
    ],
)  # fmt: skip
def test_the_kind_of_a_cell(text: str, found: Kind) -> None:
    assert kind(text) is found


def test_words_over_numbers_are_a_header_and_words_over_words_only_where_tables_usually_have_one() -> None:
    assert head_rows(rows("Drug | Dose", "Aspirin | 75", "Codeine | 30"), usual=False) == 1
    forms = rows("Clinic | Town", "Podiatry | Bergen", "Eyes | Oslo")
    assert head_rows(forms, usual=True) == 1 and head_rows(forms, usual=False) == 0


def test_numbers_over_numbers_are_no_header() -> None:
    assert head_rows(rows("1 | 2", "3 | 4", "5 | 6")) == 0
    assert head_rows(rows("30 days | 5 mg", "7 hours | 3 mg")) == 0


def test_a_name_that_stands_again_below_is_no_name_of_a_column() -> None:
    assert head_rows(rows("yes | no", "no | yes", "yes | yes"), usual=False) == 0


def test_a_row_that_is_set_off_by_its_looks_is_a_header() -> None:
    plain, bold = rows("Clinic | Town", "Podiatry | Bergen"), rows("Clinic | Town", "Podiatry | Bergen", strong=1)
    assert (head_rows(plain, usual=False), head_rows(bold, usual=False)) == (0, 1)


def test_years_and_weeks_may_head_columns() -> None:
    assert head_rows(rows("Ward | 2023 | 2024 | 2025", "A | 12 | 14 | 15", "B | 7 | 9 | 8"), usual=False) == 1


def test_a_form_of_two_columns_has_no_header() -> None:
    assert head_rows(rows("Name: | Ann", "Born: | 1950", "Ward: | 3")) == 0


def test_a_group_over_names_makes_two_header_rows() -> None:
    table = rows(" | Adults | ", "Drug | Dose | Route", "Aspirin | 75 | oral", "Codeine | 30 | oral")
    assert head_rows(table) == 2
    assert names(table[:2], 3) == ["Drug", "Adults / Dose", "Adults / Route"]


def test_what_the_format_marks_is_believed_up_to_the_table_s_end() -> None:
    table = rows("1 | 2", "3 | 4", head=1)
    assert head_rows(table, declared=1) == 1 and head_rows(table, declared=9) == 2
    assert head_rows([]) == 0 and head_rows(rows("only | one")) == 0


def test_prose_is_no_name() -> None:
    assert head_rows(rows("It is taken with food at night. | Dose", "Aspirin | 75", "Codeine | 30")) == 0


def test_one_cell_over_several_rows_names_its_column_once() -> None:
    drug = Cell("Drug", down=2)
    heads: list[Row] = [[drug, Cell("Dose:")], [drug, Cell("adult")]]
    assert names(heads, 3) == ["Drug", "Dose / adult", ""]
