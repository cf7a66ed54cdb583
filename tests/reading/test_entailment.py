"""Support by meaning and by words together."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.reading.entailment import combined, verdict
from assistant.reading.reader import ENCODER, Reader
from assistant.reading.support import Support
from assistant.retrieval.embed import MiniLM
from assistant.types import Evidence, Passage, Quote

TEXT = "Adults take 500 mg twice a day. The course lasts seven days. Children are seen by a specialist first."


def evidence(text: str, number: int = 1) -> Evidence:
    return Evidence(number, Passage(number, "d", "Leaflet", text, 0, len(text)), (Quote(text, 0, len(text)),))


def test_a_hard_disagreement_and_a_missing_word_lower_the_score() -> None:
    whole = Support(0.9, "", 1.0, 0.8)
    assert combined(0.8, whole) > combined(0.2, whole)
    assert combined(0.8, whole) > combined(0.8, Support(0.1, "", 0.6, 0.8))
    assert combined(0.8, whole) > combined(0.8, Support(0.0, "", 1.0, 0.8, objection=True))
    assert 0.0 <= combined(0.0, Support(0.0, "", 0.0, 0.0)) <= combined(1.0, whole) <= 1.0


def test_said_denied_and_unsaid(models: Path) -> None:
    reader, embedder = Reader.load(encoder=models / ENCODER), MiniLM(models / ENCODER)

    def score(sentence: str, *texts: str) -> float:
        items = [evidence(text, n) for n, text in enumerate(texts or (TEXT,), 1)]
        return verdict(sentence, "", items, None, embedder, reader).score

    said = score("Adults take 500 mg twice a day.")
    assert said > score("Adults take 900 mg twice a day.")
    assert said > score("The tablets are blue.")
    # One item alone that says it is enough; an item that says nothing does not take that away.
    assert score("Adults take 500 mg twice a day.", "Parking is free.", TEXT) == pytest.approx(said, abs=0.35)


def test_no_evidence_supports_nothing(models: Path) -> None:
    reader, embedder = Reader.load(encoder=models / ENCODER), MiniLM(models / ENCODER)
    assert verdict("Adults take 500 mg.", "", [], None, embedder, reader).score < 0.3
