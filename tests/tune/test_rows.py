"""Rows: what is written is read back, and a wrong line is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import ConfigError
from assistant.tune.rows import Answerable, Row, Split, counted, lines_of, parse_rows, read_rows

from .conftest import row


def test_rows_are_read_back_as_they_were_written(tmp_path: Path, rows: list[Row]) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(lines_of(rows), encoding="utf-8")
    assert read_rows(file) == rows
    assert counted(rows)["split"] == {"held": 4, "train": 12}


def test_a_wrong_line_is_named() -> None:
    good = lines_of([row(1)])
    bad = json.dumps({**json.loads(good), "anser": "typo"})
    with pytest.raises(ConfigError) as told:
        parse_rows(f"{good}{bad}\n", "set.jsonl")
    assert told.value.line == 2
    assert "anser" in told.value.message


def test_what_a_row_cites_must_be_there() -> None:
    with pytest.raises(ValidationError, match="source 2"):
        row(1, citations=(1, 2))
    with pytest.raises(ValidationError, match="cites none"):
        row(1, answerable=Answerable.NO)


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(ConfigError, match="empty"):
        parse_rows("\n", "set.jsonl")


def test_splits_are_part_of_a_row() -> None:
    assert json.loads(lines_of([row(1, Split.HELD)]))["split"] == "held"
