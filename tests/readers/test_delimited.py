from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from assistant.errors import ReaderError
from assistant.readers.delimited import read_csv, read_tsv
from assistant.readers.identifiers import entity_of


def test_each_row_is_a_section_with_its_headers() -> None:
    data = b'Name,MRN,Note\nAnn Lee,12345,"Feels well, walks."\nBob Ray,777,\n'
    (document,) = read_csv(data, "visits.csv")
    assert [(s.locator, document.text[s.start : s.end]) for s in document.sections] == [
        ("row 2", "Name: Ann Lee\nMRN: 12345\nNote: Feels well, walks."),
        ("row 3", "Name: Bob Ray\nMRN: 777"),
    ]
    assert document.fields == {"PERSON": ("Ann Lee", "Bob Ray"), "MRN": ("12345", "777")}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(mark: str) -> None:
    rows = [["Drug", "Dose, usual"], ["Aspirin", "100 mg, daily"], ["Ibuprofen", "400 mg"]]
    data = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows).encode()
    (document,) = read_csv(data, "a.csv")
    assert (
        document.text[document.sections[0].start : document.sections[0].end]
        == "Drug: Aspirin\nDose, usual: 100 mg, daily"
    )


def test_without_a_header_columns_are_numbered() -> None:
    (document,) = read_csv(b"1,2.5,2020-01-01\n2,3.5,2020-01-02\n", "a.csv")
    assert document.text.startswith("column 1: 1\ncolumn 2: 2.5")
    assert [s.locator for s in document.sections] == ["row 1", "row 2"]


def test_tabs() -> None:
    (document,) = read_tsv(b"a b\tc d\nx\ty\n", "a.tsv")
    assert document.text.endswith("a b: x\nc d: y")


@pytest.fixture(params=[131_072, 1 << 24])
def _any_limit(request: pytest.FixtureRequest) -> Iterator[None]:
    before = csv.field_size_limit(request.param)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("_any_limit")
def test_a_huge_cell_is_a_problem_with_a_line() -> None:
    with pytest.raises(ReaderError) as caught:
        read_csv(b"a,b\n1,2\n3," + b"x" * 200_000, "a.csv")
    assert caught.value.line == 3
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("field", "entity"),
    [
        ("Date of Birth", "DATE_OF_BIRTH"),
        ("e-mail", "EMAIL_ADDRESS"),
        ("patient_name", "PERSON"),
        ("Dose", ""),
        ("ssn", "US_SSN"),
    ],
)
def test_fields_that_identify(field: str, entity: str) -> None:
    assert entity_of(field) == entity


def test_lines_above_a_table_are_no_column_of_it() -> None:
    (document,) = read_tsv(b"Report of stock 2025\nprinted 3 May\n\nItem\tQty\nBolt\t5\n", "a.tsv")
    assert "Report of stock 2025: printed" not in document.text
    assert document.text.startswith("Report of stock 2025")
    assert "printed 3 May" in document.text
    assert "Item: Bolt\nQty: 5" in document.text
    # A file of one column is still a list under its name.
    (document,) = read_csv(b"Name\nAda\n\nBob\n", "b.csv")
    assert "Name: Ada" in document.text
