"""The reader on a site's questions: rows that teach where and whether, a run that repeats itself after a kill, and the gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.tune.loop import Schedule
from assistant.tune.reader_site import FILE, WORDS, ReaderSettings, general_sets, rows_of, stretch, tune_reader
from assistant.tune.rows import Answerable, Piece, Row, Split

from .conftest import row

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.weights
SCHEDULE = Schedule(steps=4, batch=4, every=2, rate=5e-5, patience=9)
HEADS = ReaderSettings(last=0, drop=1.0)


def _site(number: int, split: Split) -> Row:
    answer = f"Desk {number} opens at {number % 12 + 1} o'clock."
    text = f"The desk has a bell. {answer} Bring your card."
    near = Piece(n=2, title="Lifts", text=f"Lift {number} is by the door of hall {number % 5}.")
    return row(number, split, evidence=(Piece(n=1, title="Desks", heading="Hours", text=text), near))


@pytest.fixture(scope="module")
def site() -> list[Row]:
    return [_site(n, Split.HELD if n % 2 else Split.TRAIN) for n in range(24)]


@pytest.fixture(scope="module")
def encoder(models: Path) -> Path:
    return models / "all-MiniLM-L6-v2"


def test_the_cited_source_answers_in_its_sentence_and_the_near_miss_does_not(site: list[Row]) -> None:
    first, second, *_ = rows_of(site, Split.TRAIN)
    assert (first.label, second.label) == (1, 0) and first.group == second.group
    assert first.passage[first.start : first.end].strip() == "Desk 0 opens at 1 o'clock."
    assert first.title == "Desks — Hours" and (second.start, second.weight < 1) == (-1, True)


def test_rows_of_two_sources_teach_nothing_and_those_of_none_that_none_answers() -> None:
    piece = Piece(n=2, title="Desks", text="Desk 2 opens at three o'clock.")
    two = row(1, citations=(1, 2), evidence=(row(1).evidence[0], piece), answer="At 2 [1]. At three [2].")
    none = row(3, answerable=Answerable.NO, answer="NOT IN SOURCES.", citations=())
    assert rows_of([two], Split.TRAIN) == []
    assert [(found.label, found.weight) for found in rows_of([none], Split.TRAIN)] == [(0, 1.0)]


def test_an_answer_that_stands_nowhere_has_no_stretch() -> None:
    start, end = stretch("The lift is new. The desk opens at nine.", "It opens at nine [1].")
    assert "opens at nine" in "The lift is new. The desk opens at nine."[start:end]
    assert stretch("The lift is new.", "Bananas ripen [1].") == (-1, -1)


@pytest.mark.slow
def test_killed_at_a_checkpoint_it_ends_with_the_same_bytes(encoder: Path, site: list[Row], tmp_path: Path) -> None:
    whole = tune_reader(encoder, site, HEADS, SCHEDULE, tmp_path / "whole", general={})
    assert whole.passed and whole.folder.name == "reader"
    assert set(whole.figures["base"]["own"]) == set(WORDS)

    class Killed(Exception):
        pass

    def kill(_: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        tune_reader(encoder, site, HEADS, SCHEDULE, tmp_path / "again", general={}, say=kill)
    again = tune_reader(encoder, site, HEADS, SCHEDULE, tmp_path / "again", general={})
    assert (again.folder / FILE).read_bytes() == (whole.folder / FILE).read_bytes()
    assert again.figures == whole.figures
    told = json.loads((tmp_path / "again" / "manifest.json").read_text())
    assert told["weights_sha256"] == whole.result.weights_sha256 and told["kind"] == "reader"


@pytest.mark.slow
def test_one_that_forgets_the_packs_is_refused(encoder: Path, site: list[Row], tmp_path: Path) -> None:
    packs = {name: rows[:16] for name, rows in general_sets(12).items()}
    wild = Schedule(steps=6, batch=4, every=6, rate=0.02, warmup=0.0, patience=9, clip=100.0)
    # The worst weights are kept only where they are better on the site's own rows, so the measure of stopping is put aside.
    made = tune_reader(encoder, _contrary(site), ReaderSettings(last=1, keep=0.0), wild, tmp_path, general=packs)
    assert not made.passed and made.folder.name == "reader.refused" and not (tmp_path / "reader").exists()
    assert any(name.startswith(tuple(packs)) for name in made.worse)


def _contrary(site: list[Row]) -> list[Row]:
    """Rows that teach that a passage about the question never answers it."""
    return [
        found.model_copy(update={"answerable": Answerable.NO, "answer": "NOT IN SOURCES.", "citations": ()})
        for found in site
    ]


def test_too_few_rows_are_refused(encoder: Path, site: list[Row], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few"):
        tune_reader(encoder, site[:10], HEADS, SCHEDULE, tmp_path, general={})


def test_each_general_question_has_a_passage_that_answers_and_one_that_does_not() -> None:
    found = general_sets(20)
    assert {"healthcare", "customer-service"} <= set(found)
    for rows in found.values():
        answering = [r for r in rows if r.label]
        assert len(answering) >= 15 and all(0 <= r.start < r.end <= len(r.passage) for r in answering)
        texts = {r.group: r.passage for r in answering}
        assert all(r.passage != texts[r.group] for r in rows if not r.label)
