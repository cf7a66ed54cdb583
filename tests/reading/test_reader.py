"""The run time of the reader: pinned bytes, offsets, parity with torch, behaviour of the shipped weights."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.reading.reader import MAX_SPAN, WEIGHTS, Reader, best_span, dequantize

WARD = (
    "The clinic opened in 1962 with forty beds. Doctor Amara Osei led the cardiology ward for ten years. "
    "The garden has old oak trees."
)


@pytest.fixture(scope="module")
def reader(models: Path) -> Reader:
    return Reader.load(encoder=models / "all-MiniLM-L6-v2")


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


def test_a_question_longer_than_the_input_is_read_by_its_head(reader: Reader) -> None:
    asked = "Who led the cardiology ward?"
    long = reader.read(f"{asked} {'a b c d e ' * 200}", [WARD])[0]
    assert 0.0 <= long.answerable <= 1.0
    assert WARD[long.start : long.end] == long.text


def test_best_span_keeps_to_what_is_allowed() -> None:
    logits = np.full((MAX_SPAN + 30, 2), -5.0, np.float32)
    logits[1] = 9.0
    logits[4, 0] = 3.0
    logits[5, 1] = 2.0
    logits[3, 1] = 4.0
    logits[MAX_SPAN + 20, 1] = 8.0
    allowed = np.ones(len(logits), bool)
    allowed[:3] = False
    score, first, last = best_span(logits, allowed)
    assert (first, last) == (4, 5)
    assert score == pytest.approx(5.0)
    assert best_span(logits, np.zeros(len(logits), bool)) == (-1e4, 0, 0)


def test_dequantized_rows() -> None:
    arrays = {"a": np.array([[127, -127], [64, 0]], np.int8), "a.scale": np.array([0.5, 2.0], np.float32)}
    assert np.allclose(dequantize(arrays)["a"], [[63.5, -63.5], [128.0, 0.0]])


def test_logits_match_torch(reader: Reader) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    arrays = load_file(WEIGHTS)
    settings = json.loads(arrays.pop("settings").tobytes())
    tokenizer = Tokenizer.from_str(arrays.pop("tokenizer").tobytes().decode())
    tokenizer.no_padding()
    weights = dequantize(arrays)
    inner = weights["bert.encoder.layer.0.intermediate.dense.bias"].size
    config = transformers.BertConfig(**settings["config"], intermediate_size=inner)
    model = transformers.BertModel(config, add_pooling_layer=False).eval()
    state = {k.removeprefix("bert."): torch.from_numpy(v) for k, v in weights.items() if k.startswith("bert.")}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected
    assert not [name for name in missing if "position_ids" not in name]
    question = "Who led the cardiology ward?"
    e = tokenizer.encode(question, WARD)
    with torch.no_grad():
        hidden = model(
            input_ids=torch.tensor([e.ids]),
            attention_mask=torch.ones((1, len(e.ids)), dtype=torch.long),
            token_type_ids=torch.tensor([e.type_ids]),
        ).last_hidden_state[0]
    head = float(hidden[0].numpy() @ weights["head.weight"][0] + weights["head.bias"][0])
    logits = hidden.numpy() @ weights["span.weight"].T + weights["span.bias"]
    score, first, last = best_span(logits, np.array(e.type_ids) == 1)
    found = reader.spans(question, [WARD])[0]
    assert found.head == pytest.approx(head, abs=1e-3)
    assert found.margin == pytest.approx(score - float(logits[0].sum()), abs=1e-3)
    assert (found.start, found.end) == (e.offsets[first][0], e.offsets[last][1])
