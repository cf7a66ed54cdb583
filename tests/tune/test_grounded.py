"""The grounded score: a supported right answer counts, an invented one is not shown, and silence is right where nothing answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import EngineError
from assistant.evaluate.answers import throwaway
from assistant.policy.tools import Tools
from assistant.tune.grounded import evidence_of, quoted, sample, says, score, summary
from assistant.tune.rows import NOT_IN_SOURCES, Answerable, Kind, Piece, Row

from .conftest import row

SAID = "Desk 7 opens at 8 o'clock"
YES = row(7)
NO = row(7, question="Who cleans desk 7?", answerable=Answerable.NO, answer=NOT_IN_SOURCES, citations=())


@pytest.fixture(scope="module")
def tools(models: Path) -> Iterator[Tools]:
    with throwaway(policy="base", domain="healthcare", engine="extractive") as assistant:
        yield assistant.tools


@pytest.mark.weights
@pytest.mark.parametrize(
    ("case", "written", "right", "shown", "supported"),
    [
        (YES, f"{SAID} [1].", True, True, 1.0),
        (YES, "Desk 7 opens at 9 o'clock [1].", False, False, 0.0),
        (YES, NOT_IN_SOURCES, False, False, None),
        (NO, NOT_IN_SOURCES, True, False, None),
        (NO, f"{SAID} [1].", False, True, 1.0),
        (NO, "The night staff cleans it [1].", True, False, 0.0),
    ],
)
def test_what_counts(case: Row, written: str, right: bool, shown: bool, supported: float | None, tools: Tools) -> None:
    (found,) = score([case], lambda _: written, tools)
    assert (found.right, found.shown, found.supported) == (right, shown, supported)


@pytest.mark.weights
def test_a_writer_that_fails_shows_nothing(tools: Tools) -> None:
    def fails(_: Row) -> str:
        raise EngineError("no")

    (found,) = score([YES], fails, tools)
    assert not found.right
    assert summary([found])["grounded"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_a_decision_must_be_the_right_one() -> None:
    asked = row(7, kind=Kind.YES_NO, answer=f"Yes. {SAID} [1].")
    assert says(f"Yes. {SAID}.", asked)
    assert not says(f"No. {SAID}.", asked)
    assert not says(f"{SAID}.", asked)


def test_quotes_are_verbatim_and_numbered() -> None:
    assert quoted(YES) == f"{SAID} [1]."
    other = Piece(n=2, title="Desks", text="Desks are made of wood.")
    assert [item.n for item in evidence_of(row(7, evidence=(*YES.evidence, other)))] == [1, 2]


def test_a_sample_takes_every_kind_in_turn() -> None:
    rows = [row(n) for n in range(8)] + [NO]
    assert NO in sample(rows, 2)
    assert sample(rows, 2) == sample(rows, 2)
