from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from assistant.readers.pdf.outline import headings_of, title_of


@dataclass
class Entry:
    level: int
    title: str | None
    page: int | None

    def get_title(self) -> str | None:
        return self.title

    def get_dest(self) -> Any:
        return None if self.page is None else self

    def get_index(self) -> int | None:
        return self.page


class File:
    def __init__(self, *entries: Entry, title: str | None = "") -> None:
        self._entries, self._title = entries, title

    def get_toc(self, *, max_depth: int) -> tuple[Entry, ...]:
        return self._entries

    def get_metadata_value(self, key: str) -> str | None:
        return self._title


def test_each_page_has_its_entry_with_the_ones_above_it() -> None:
    found = headings_of(File(Entry(0, "Part", 0), Entry(1, "Dose", 1), Entry(1, "Risks", 3), Entry(0, "End", 4)))  # type: ignore[arg-type]
    assert found == {0: "Part", 1: "Part > Dose", 3: "Part > Risks", 4: "End"}


def test_of_several_entries_on_a_page_the_first_names_it() -> None:
    assert headings_of(File(Entry(0, "One", 2), Entry(0, "Two", 2))) == {2: "One"}  # type: ignore[arg-type]


def test_entries_that_lead_nowhere_or_say_nothing_still_hold_their_place_in_the_tree() -> None:
    found = headings_of(
        File(Entry(0, "Part", None), Entry(1, "Dose", 1), Entry(1, "", 2), Entry(1, None, 3), Entry(0, "Odd", -1))
    )  # type: ignore[arg-type]
    assert found == {1: "Part > Dose"}


def test_an_outline_without_end_is_cut_and_a_long_title_too() -> None:
    many = headings_of(File(*(Entry(0, f"E{n}", n) for n in range(6000))))  # type: ignore[arg-type]
    assert len(many) == 5000
    assert len(headings_of(File(Entry(0, "x" * 999, 0)))[0]) == 200  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "title"),
    [("Care of the kettle", "Care of the kettle"), ("  two\n lines ", "two lines"),
        (None, ""), ("", ""), ("Microsoft Word - draft.doc", ""),
     ("Untitled document", ""), ("final_v3.docx", ""), ("scan001.pdf", ""), ("Version 2.0", "Version 2.0")],
)  # fmt: skip
def test_a_file_name_is_no_title(given: str | None, title: str) -> None:
    assert title_of(File(title=given)) == title  # type: ignore[arg-type]
