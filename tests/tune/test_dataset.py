"""Rows of a small corpus: held-out documents stay apart, near misses never answer, the filter filters, and all of it repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.language.words import content_stems
from assistant.packs.pack import load_pack
from assistant.reading.reader import Reading
from assistant.tune.corpus import Statement
from assistant.tune.dataset import Made, Maker, Settings, split_of
from assistant.tune.questions import spacy_parser
from assistant.tune.rows import NOT_IN_SOURCES, Answerable, Kind, Row, Split, digest
from assistant.tune.wordings import Wordings

pytestmark = pytest.mark.weights
DRUGS = "amlodipine ramipril warfarin aspirin metformin bisoprolol digoxin apixaban enoxaparin ibuprofen morphine insulin".split()


def _statements() -> list[Statement]:
    found = []
    for number, drug in enumerate(DRUGS):
        name = drug.capitalize()
        texts = [
            (f"{name} is stopped {number + 2} days before elective surgery.", "sentence"),
            (f"{name} must not be given to patients with a low pulse.", "sentence"),
            (f"drug: {name}\nadult_dose: {number + 5} mg once daily\nmain_caution: cough number {number}", "row"),
        ]
        document = digest(drug)
        found += [Statement(document, name, "Use", text, place, form) for place, (text, form) in enumerate(texts)]
    return found


class Overlap:
    """Reads by shared words: an independent, transparent stand-in whose verdict the rows can be checked against."""

    def __init__(self, *, blind: bool = False) -> None:
        self.blind = blind

    def read(self, question: str, contexts: Sequence[str], headings: Sequence[str] | None = None) -> list[Reading]:
        asked = {stem for stem in content_stems(question) if not stem.isdigit()}
        shares = [len(asked & set(content_stems(text))) / len(asked) if asked else 0.0 for text in contexts]
        return [Reading(0.0 if self.blind else float(share > 0.7), 0, 0, "", 0.0) for share in shares]


def _near(question: str) -> list[str]:
    asked = set(content_stems(question))
    return sorted((s.text for s in _statements()), key=lambda text: -len(asked & set(content_stems(text))))[:6]


def _made(models: Path, reader: Overlap, seed: int = 1) -> Made:
    maker = Maker(
        _statements(), parse=spacy_parser(), reader=reader, near=_near,
        wordings=Wordings(load_pack("healthcare"), seed), settings=Settings(seed),
    )  # fmt: skip
    return maker.make()


@pytest.fixture(scope="module")
def rows(models: Path) -> Sequence[Row]:
    return _made(models, Overlap()).rows


def test_every_kind_and_answerability_is_there(rows: Sequence[Row]) -> None:
    assert {row.kind for row in rows} >= {Kind.FACT, Kind.NUMERIC, Kind.YES_NO, Kind.ROW, Kind.TWO}
    assert {row.answerable for row in rows} == set(Answerable)
    assert {row.split for row in rows} == set(Split)


def test_held_out_documents_stay_apart(rows: Sequence[Row]) -> None:
    home = {statement.title: split_of(statement.document) for statement in _statements()}
    assert rows
    for row in rows:
        assert {home[piece.title] for piece in row.evidence} == {row.split}


def test_the_cited_sources_hold_the_answer(rows: Sequence[Row]) -> None:
    answered = [row for row in rows if row.answerable is Answerable.YES]
    assert answered
    for row in answered:
        cited = {piece.n: piece.text for piece in row.evidence if piece.n in row.citations}
        assert sorted(cited) == sorted(int(n) for n in re.findall(r"\[(\d)\]", row.answer))
        numbers = set(re.findall(r"\d+", re.sub(r"\[\d\]", "", row.answer)))
        assert numbers <= set(re.findall(r"\d+", " ".join(cited.values())))


def test_an_unanswerable_row_shows_no_source_that_answers(rows: Sequence[Row]) -> None:
    silent = [row for row in rows if row.answerable is Answerable.NO]
    assert silent
    for row in silent:
        assert row.answer == NOT_IN_SOURCES
        assert max(r.answerable for r in Overlap().read(row.question, [p.text for p in row.evidence])) < 0.35


def test_the_filter_drops_what_the_reader_does_not_find_answered(models: Path) -> None:
    made = _made(models, Overlap(blind=True))
    assert {row.kind for row in made.rows if row.answerable is Answerable.YES} <= {Kind.ROW, Kind.LIST, Kind.TWO}
    assert made.left_out["not answered by its own sentence, says the reader"] > 0


def test_the_same_seed_gives_the_same_rows(rows: Sequence[Row], models: Path) -> None:
    assert _made(models, Overlap()).rows == rows
    assert _made(models, Overlap(), seed=2).rows != rows
