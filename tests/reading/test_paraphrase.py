"""The same question or another: on the pairs that the cosines were chosen on, and on kinds of difference by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.packs.pack import load_pack
from assistant.reading.paraphrase import compare
from assistant.retrieval.embed import MiniLM

PAIRS = Path(__file__).resolve().parents[2] / "bench" / "wordings" / "tuning.tsv"


@pytest.fixture(scope="module")
def embedder(models: Path) -> MiniLM:
    return MiniLM()


def told(asked: str, stored: str, embedder: MiniLM, pack: str = "customer-service"):
    vectors = embedder.query([asked, stored])
    return compare(asked, stored, float(vectors[0] @ vectors[1]), embedder, load_pack(pack).lexicon)


def test_no_near_miss_passes_and_most_paraphrases_do(embedder: MiniLM) -> None:
    rows = [line.split("\t") for line in PAIRS.read_text(encoding="utf-8").splitlines()[1:]]
    said = [(told(asked, stored, embedder).same, same == "1") for stored, asked, same in rows]
    assert len(said) == 60
    assert [pair for pair in said if pair == (True, False)] == []
    assert said.count((True, True)) >= 27


@pytest.mark.parametrize(
    ("asked", "stored", "why"),
    [
        ("Can I pay 10 euros by card?", "Can I pay 20 euros by card?", "number"),
        ("Is the hub not covered?", "Is the hub covered?", "denies"),
        ("Can I cancel after delivery?", "Can I cancel before delivery?", "opposites"),
        ("What does error E12 mean?", "What does error E13 mean?", "number"),
        ("How many lamps can I return?", "How long can I return lamps?", "different kinds"),
        ("Can I return a lamp in Leeds?", "Can I return a lamp in York?", "no like"),
        ("What is the largest order?", "What is the smallest order?", "bound"),
        ("Where is the warehouse?", "Why is the sky blue?", "not alike"),
    ],
)
def test_each_difference_speaks_for_itself(embedder: MiniLM, asked: str, stored: str, why: str) -> None:
    found = told(asked, stored, embedder)
    assert not found.same and why in found.reason, found


def test_another_name_of_a_medicine_is_the_same_and_another_medicine_is_not(embedder: MiniLM) -> None:
    stored = "How often may adults take paracetamol?"
    assert told("How often may adults take acetaminophen?", stored, embedder, "healthcare").same
    assert not told("How often may adults take ibuprofen?", stored, embedder, "healthcare").same


def test_the_same_letters_need_no_model() -> None:
    assert compare("can I return  a lamp", "Can I return a lamp?", 0.0, None).same  # type: ignore[arg-type]
