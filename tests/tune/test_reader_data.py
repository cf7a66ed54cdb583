"""Rows of the reader: offsets after every cut, mined and made negatives, and what is held out."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.tune import reader_data as data
from tests.tune.reader_rows import WARD, row


@pytest.mark.parametrize("seed", range(30))
def test_every_cut_keeps_the_answer_in_its_place(seed: int) -> None:
    asked = row("Who led the cardiology ward?", "Amara Osei")
    small = data.cut(asked, random.Random(seed))
    assert small is not None
    assert small.passage[small.start : small.end] == "Amara Osei"
    assert len(small.passage.split()) < len(WARD.split())


def test_cut_of_a_row_without_answer_stays_without() -> None:
    for seed in range(20):
        small = data.cut(row("Who led the kitchen?", ""), random.Random(seed))
        assert small is not None
        assert small.start == -1
        assert small.label == 0


def test_mined_passage_is_near_and_lacks_the_answer() -> None:
    asked = row("Who led the cardiology ward?", "Amara Osei", "Doctor Amara Osei led the cardiology ward.")
    near = row("x", "", "The cardiology ward has ten beds.")
    same = row("x", "", "The cardiology ward was led by Amara Osei until 1980.")
    far = row("x", "", "Fish swim in the pond.")
    miner = data.Miner([asked, near, same, far])
    found = [twin for seed in range(20) if (twin := miner.near(asked, random.Random(seed)))]
    assert found
    for twin in found:
        assert twin.passage == near.passage
        assert (twin.label, twin.start, twin.question) == (0, -1, asked.question)
        assert twin.weight < asked.weight


def test_held_out_articles_are_in_no_training_row() -> None:
    rows = [replace(row("q?", "", f"Text {i} of {i % 40}.", f"article {i % 40}")) for i in range(400)]
    train, held = data.part(rows)
    assert held
    assert not {r.group for r in train} & {r.group for r in held}
    assert len(train) + len(held) == len(rows)


def test_rows_are_read_with_the_first_verbatim_span(tmp_path: Path) -> None:
    items = [
        {"question": "When?", "passage": "In 1990 it was.", "title": "", "source": "nq-x", "answerable": True}
        | {"answers": [{"text": "nineties", "start": -1}, {"text": "1990", "start": 3}]},
        {"question": "Who?", "passage": "In 1990 it was.", "title": "", "source": "squad2-train", "answerable": False}
        | {"answers": []},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, items)), "utf-8")
    first, second = data.answers(path)
    assert first.passage[first.start : first.end] == "1990"
    assert (first.source, second.source, second.label, second.start) == ("nq", "squad2-train", 0, -1)
