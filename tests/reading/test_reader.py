"""The run time of the reader: pinned bytes, offsets, behaviour of the shipped weights.

`tests/tune/test_reader_train.py` compares the network with torch.
"""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.reading.reader import ENCODER, WEIGHTS, Reader

WARD = (
    "The clinic opened in 1962 with forty beds. Doctor Amara Osei led the cardiology ward for ten years. "
    "The garden has old oak trees."
)


@pytest.fixture(scope="module")
def reader(models: Path) -> Reader:
    return Reader.load(encoder=models / ENCODER)


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    copy = tmp_path / "reader.safetensors"
    shutil.copy(WEIGHTS, copy)
    with copy.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)[0]
        file.seek(-1, 2)
        file.write(bytes([last ^ 1]))
    with pytest.raises(IntegrityError):
        Reader.load(copy)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        Reader.load(tmp_path / "none.safetensors")


def test_shipped_file_is_small() -> None:
    assert WEIGHTS.stat().st_size <= 25_000_000


def test_offsets_and_order_of_readings(reader: Reader) -> None:
    contexts = ["Parking is free on Sundays.", WARD, "  "]
    readings = reader.read("Who led the cardiology ward?", contexts)
    assert len(readings) == 3
    for context, reading in zip(contexts, readings, strict=True):
        assert context[reading.start : reading.end] == reading.text
        assert 0.0 <= reading.answerable <= 1.0
    assert readings[2].answerable == 0.0
    assert readings[2].span_score == -math.inf
    assert reader.read("Who led the cardiology ward?", []) == []


def test_batch_and_single_agree(reader: Reader) -> None:
    contexts = [WARD, "Parking is free on Sundays."]
    both = reader.read("When did the clinic open?", contexts)
    assert len(both) == 2
    for context, reading in zip(contexts, both, strict=True):
        alone = reader.read("When did the clinic open?", [context])[0]
        assert alone.text == reading.text
        assert alone.answerable == pytest.approx(reading.answerable, abs=1e-4)


def test_span_and_abstention_on_plain_cases(reader: Reader) -> None:
    who = reader.read("Who led the cardiology ward?", [WARD])[0]
    when = reader.read("When did the clinic open?", [WARD])[0]
    assert "Osei" in who.text
    assert "1962" in when.text
    other = reader.read("Which antibiotic is given for pneumonia?", [WARD])[0]
    assert other.answerable < min(who.answerable, when.answerable)


TABLE = "| Service | Phone | Floor |\n| podiatry | ext. 412 | floor 2 |\n| eye clinic | ext. 430 | basement |"


def test_sentences_come_best_first_and_lie_in_the_context(reader: Reader) -> None:
    reading = reader.read("Who led the cardiology ward?", [WARD])[0]
    scores = [score for _, _, score in reading.sentences]
    assert scores == sorted(scores, reverse=True)
    start, end, _ = reading.sentences[0]
    assert "Osei" in WARD[start:end]
    assert {WARD[a:b] for a, b, _ in reading.sentences} <= set(WARD.replace(". ", ".|").split("|"))


def test_no_span_lies_in_the_heading(reader: Reader) -> None:
    heading = "Doctor Amara Osei, head of cardiology"
    reading = reader.read("Who led the cardiology ward?", ["Parking is free on Sundays."], [heading])[0]
    assert "Parking is free on Sundays."[reading.start : reading.end] == reading.text
    plain = reader.read("Who led the cardiology ward?", [WARD])[0]
    headed = reader.read("Who led the cardiology ward?", [WARD], [heading])[0]
    assert plain.text == headed.text
    assert WARD[headed.start : headed.end] == headed.text


def test_rows_of_a_table_are_told_apart(reader: Reader) -> None:
    podiatry, eyes = (
        reader.read(f"What is the phone number of the {s}?", [TABLE])[0] for s in ("podiatry", "eye clinic")
    )
    assert "412" in podiatry.text
    assert "430" in eyes.text


def test_long_passages_are_read_in_parts_and_in_any_number(reader: Reader) -> None:
    filler = "The committee met on a weekday and spoke of many other things at length. " * 40
    contexts = [filler + WARD, WARD, filler] * 5
    readings = reader.read("Who led the cardiology ward?", contexts)
    assert len(readings) == len(contexts) == 15
    for context, reading in zip(contexts, readings, strict=True):
        assert context[reading.start : reading.end] == reading.text
    assert "Osei" in readings[0].text
    # The same to what a batch of another size changes of float32 sums, which differs from processor to processor.
    one, again = readings[0], readings[12]
    assert (one.start, one.end, one.text) == (again.start, again.end, again.text)
    assert one.answerable == pytest.approx(again.answerable, abs=1e-5)


def test_support_falls_with_what_the_premise_does_not_say(reader: Reader) -> None:
    said = "Doctor Amara Osei led the cardiology ward for ten years."
    told = reader.entails([WARD] * 3, [said, "Doctor Amara Osei never led a ward.", "The clinic has a swimming pool."])
    assert len(told) == 3
    for verdict in told:
        assert verdict.supported + verdict.neutral + verdict.contradicted == pytest.approx(1.0)
    assert told[0].supported > max(told[1].supported, told[2].supported)
    assert reader.entails(["", "x"], ["said", " "])[0].supported == 0.0
    with pytest.raises(ValueError, match="zip"):
        reader.entails(["one"], ["a", "b"])


def test_pieces_of_common_and_uncommon_words(reader: Reader) -> None:
    assert reader.pieces("water") == 1
    assert reader.pieces("zopiclone") > 1
