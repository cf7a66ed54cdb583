"""A random table with spans, written in each format by the program that people write it with: every cell with its headers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.readers import READERS
from readers import table_making as making

WRITERS: dict[str, Callable[[making.Made], bytes]] = {
    ".html": making.html,
    ".htm": making.unmarked_html,
    ".csv": making.delimited,
    ".docx": making.docx,
    ".pptx": making.pptx,
    ".xlsx": making.xlsx,
}
_QUIET = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


def pairs(block: str) -> list[tuple[str, str]]:
    """What a row says: names and values; one value under several names is said of each."""
    found = []
    for piece in re.split(r"; |\n", block):
        names, _, value = piece.rpartition(": ")
        found += [(name, value) for name in names.split(", ")]
    return found


@pytest.mark.parametrize("ending", WRITERS)
@_QUIET
@given(seed=st.integers(0, 2**32))
def test_every_cell_is_read_with_its_headers(ending: str, seed: int) -> None:
    table = making.made_table(seed)
    (document,) = READERS[ending](WRITERS[ending](table), f"x{ending}")
    blocks = [pairs(block) for block in document.text.split("\n\n") if ": " in block]
    assert blocks == table.rows


@_QUIET
@given(seed=st.integers(0, 2**32))
def test_a_title_above_a_sheet_changes_nothing(seed: int) -> None:
    table = making.made_table(seed)
    (document,) = READERS[".xlsx"](making.xlsx(table, title="Stock of the house"), "x.xlsx")
    assert [pairs(block) for block in document.text.split("\n\n") if ": " in block] == table.rows
    assert all(s.heading == "Sheet > Stock of the house" for s in document.sections[1:])
