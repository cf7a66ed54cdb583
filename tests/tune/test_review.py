"""Decisions on a training set are kept, hold for what is learned, can be taken back, and let no identifier in by the back door."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ConfigError, UsageError
from assistant.tune.review import REVIEW, BesideFile, Review, State, read_reviewed
from assistant.tune.rows import Answerable, Row, lines_of

from .conftest import row


def _file(folder: Path, rows: list[Row]) -> Path:
    path = folder / "set.jsonl"
    path.write_text(lines_of(rows))
    return path


def _review(path: Path, rows: list[Row]) -> Review:
    return Review(rows, BesideFile(path), lambda text: "555-0142" not in text)


def test_what_was_decided_is_learned_and_outlives_the_session(tmp_path: Path) -> None:
    rows = [row(n) for n in range(4)]
    path = _file(tmp_path, rows)
    review = _review(path, rows)
    review.accept(0)
    review.reject(1)
    review.edit(2, "Opening hour of desk 2?", "It opens at 3 o'clock [1].")
    again = _review(path, rows)
    assert [again.state(at) for at in range(4)] == [State.ACCEPTED, State.REJECTED, State.EDITED, State.OPEN]
    assert again.next_open(0) == 3
    learned = read_reviewed(path)
    assert [r.question for r in learned] == [rows[0].question, "Opening hour of desk 2?", rows[3].question]
    assert (tmp_path / f"set{REVIEW}").stat().st_mode & 0o077 == 0
    again.reopen(1)
    again.reopen(2)
    assert [r.question for r in read_reviewed(path)] == [r.question for r in rows]
    assert again.counts() == {State.OPEN: 3, State.ACCEPTED: 1, State.EDITED: 0, State.REJECTED: 0}


def test_what_nobody_looked_at_counts_only_where_that_is_wanted(tmp_path: Path) -> None:
    rows = [row(n) for n in range(3)]
    path = _file(tmp_path, rows)
    with pytest.raises(ConfigError, match="no row was accepted"):
        read_reviewed(path, decided=True)
    review = _review(path, rows)
    review.accept(1)
    review.reject(2)
    assert read_reviewed(path, decided=True) == [rows[1]]
    assert read_reviewed(path) == rows[:2]


def test_an_answer_that_does_not_fit_its_sources_is_refused(tmp_path: Path) -> None:
    rows = [row(1)]
    review = _review(_file(tmp_path, rows), rows)
    for answer in ("It opens at 2 o'clock [2].", "It opens at 2 o'clock."):
        with pytest.raises(UsageError):
            review.edit(0, "When?", answer)
    assert review.state(0) is State.OPEN
    review.edit(0, "When does desk 9 open?", "NOT IN SOURCES.")
    assert review.row(0).answerable is Answerable.NO and review.row(0).citations == ()


def test_what_may_not_be_learned_cannot_be_typed_in(tmp_path: Path) -> None:
    rows = [row(1)]
    review = _review(_file(tmp_path, rows), rows)
    with pytest.raises(UsageError, match="training checks"):
        review.edit(0, "When does desk 1 open?", "Call 555-0142 [1].")
    assert review.state(0) is State.OPEN


def test_a_set_of_which_nothing_is_left_and_a_broken_review_are_refused(tmp_path: Path) -> None:
    rows = [row(1)]
    path = _file(tmp_path, rows)
    _review(path, rows).reject(0)
    with pytest.raises(ConfigError, match="every row"):
        read_reviewed(path)
    for text in ("no json", "[]", '{"a": {"state": "odd"}}', '{"a": {"state": "edited"}}'):
        (tmp_path / f"set{REVIEW}").write_text(text)
        with pytest.raises(ConfigError, match="cannot be read"):
            read_reviewed(path)
