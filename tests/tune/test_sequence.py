"""A teacher's texts: believed where the set bears them out, kept across a kill, and never those of another teacher."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.tune.base import load_base
from assistant.tune.rows import Answerable, Row, Split
from assistant.tune.sequence import ANSWERS, Taught, greedy, taught_by

from .conftest import row
from .test_lora import PROMPTS


def _taught(text: str, given: Row, folder: Path) -> Taught:
    return taught_by(lambda _: text, [given, row(8, Split.HELD)], folder, "teacher")


def test_the_same_in_other_words_is_believed(tmp_path: Path) -> None:
    found = _taught("Desk 1 opens at 2 o'clock in the house [1].", row(1), tmp_path)
    assert found.taught == 1
    assert found.rows[0].answer == "Desk 1 opens at 2 o'clock in the house [1]."
    assert found.rows[1] == row(8, Split.HELD)


@pytest.mark.parametrize(
    "text",
    [
        "Desk 1 opens at 3 o'clock [1].",
        "Desk 1 opens at 2 o'clock.",
        "Desk 1 opens at 2 o'clock [4].",
        "Desk 1 opens at 2 o'clock [1]. NOT IN SOURCES.",
        "The house is open [1].",
        "",
    ],
    ids=["another number", "no mark", "a mark of no source", "half a refusal", "something else", "nothing"],
)
def test_what_the_set_does_not_bear_out_is_not(text: str, tmp_path: Path) -> None:
    found = _taught(text, row(1), tmp_path)
    assert (found.taught, found.rows[0]) == (0, row(1))


def test_a_row_that_nothing_answers_keeps_its_refusal(tmp_path: Path) -> None:
    none = row(1, answerable=Answerable.NO, answer="NOT IN SOURCES.", citations=())
    assert _taught("Desk 1 opens at 2 o'clock [1].", none, tmp_path).rows[0] == none


def test_what_was_written_before_a_kill_is_not_written_again(tmp_path: Path) -> None:
    rows = [row(n) for n in range(5)]
    asked: list[str] = []

    def dies(one: Row) -> str:
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(one.question)
        return one.answer

    with pytest.raises(KeyboardInterrupt):
        taught_by(dies, rows, tmp_path, "teacher")
    with (tmp_path / ANSWERS).open("a") as sink:
        sink.write('"half a li')

    def goes_on(one: Row) -> str:
        asked.append(one.question)
        return one.answer

    assert taught_by(goes_on, rows, tmp_path, "teacher").taught == 5
    assert asked == [one.question for one in rows]
    for other, about in ((rows, "another teacher"), ([*rows, row(7)], "teacher")):
        asked.clear()
        taught_by(goes_on, other, tmp_path, about)
        assert len(asked) == len(other)


def test_a_model_writes_a_line_and_nothing_to_what_is_too_long(tiny: Path) -> None:
    write = greedy(replace(load_base(str(tiny), dtype="float32")), PROMPTS)
    found = write(row(1))
    assert found == write(row(1)) and "\n" not in found
    assert write(row(1, question="why " * 400)) == ""
