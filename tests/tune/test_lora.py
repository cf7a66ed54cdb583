"""Adapters and layers on a tiny model: what is asked for is trained, learned, repeatable, and told in the manifest."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.models.digest import sha256_of
from assistant.packs.pack import Prompts
from assistant.tune.base import Base, load_base
from assistant.tune.examples import encode
from assistant.tune.loop import CHECKPOINT, Schedule
from assistant.tune.lora import LoraSettings, Tuned, trainable, tune_lora
from assistant.tune.rows import Row, Split
from assistant.tune.writer_task import WriterTask

from .conftest import row

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
PROMPTS = Prompts("You answer.", "[{n}] {text}", "{sources}\n{question}", ())
SHORT = Schedule(steps=12, batch=2, every=4, rate=5e-3, patience=10)


def _base(tiny: Path) -> Base:
    return load_base(str(tiny), dtype="float32")


def _tuned(tiny: Path, rows: list[Row], folder: Path, settings: LoraSettings, schedule: Schedule = SHORT) -> Tuned:
    return tune_lora(_base(tiny), rows, PROMPTS, settings, schedule, folder)


def test_an_adapter_learns_and_says_where_it_comes_from(tiny: Path, rows: list[Row], tmp_path: Path) -> None:
    made = _tuned(tiny, rows, tmp_path, LoraSettings(rank=4))
    run = made.manifest.run
    assert run["held_out_best"] < run["held_out_before"]
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert told["base"]["sha256"] == sha256_of(tiny)
    assert told["output"] == {"file": "adapter.gguf", "sha256": sha256_of(made.file)}
    assert told["settings"]["rank"] == 4
    assert told["data"]["rows"] == len(rows)


def _train(tiny: Path, rows: list[Row], folder: Path) -> None:
    _tuned(tiny, rows, folder, LoraSettings(rank=4))


def test_killed_and_resumed_it_gives_the_same_file(tiny: Path, rows: list[Row], tmp_path: Path) -> None:
    whole = _tuned(tiny, rows, tmp_path / "whole", LoraSettings(rank=4))
    process = multiprocessing.get_context("spawn").Process(target=_train, args=(tiny, rows, tmp_path / "killed"))
    process.start()
    assert process.pid is not None
    deadline = time.monotonic() + 240
    while not (tmp_path / "killed" / CHECKPOINT).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert (tmp_path / "killed" / CHECKPOINT).exists()
    resumed = _tuned(tiny, rows, tmp_path / "killed", LoraSettings(rank=4))
    assert sha256_of(resumed.file) == sha256_of(whole.file)
    assert resumed.result.weights_sha256 == whole.result.weights_sha256


def test_the_last_layers_alone_change(tiny: Path, rows: list[Row], tmp_path: Path) -> None:
    made = _tuned(tiny, rows, tmp_path, LoraSettings(train="last:1"))
    before = dict(_base(tiny).model.named_parameters())
    after = dict(load_base(str(made.file), dtype="float32").model.named_parameters())
    changed = {name for name, value in before.items() if not torch.allclose(value, after[name], atol=1e-3)}
    assert changed
    assert all(".layers.3." in name or name == "model.norm.weight" for name in changed)


def test_parts_that_are_not_there_are_refused(tiny: Path) -> None:
    for settings in (LoraSettings(train="last:9"), LoraSettings(train="half"), LoraSettings(targets=("w_proj",))):
        with pytest.raises(UsageError):
            trainable(_base(tiny).model, settings, seed=1)


def test_the_pairing_penalty_counts_for_twins_alone(tiny: Path) -> None:
    plain = [row(1), row(4, Split.HELD)]
    twin = [row(1, partner="When does the desk open?"), row(4, Split.HELD)]
    base = _base(tiny)
    trained = trainable(base.model, LoraSettings(rank=2), seed=1)
    losses = {}
    for name, rows in (("plain", plain), ("twin", twin)):
        examples = encode(rows, PROMPTS, base.template, base.tokenizer)
        for strength in (0.0, 1.0):
            with torch.no_grad():
                losses[name, strength] = float(WriterTask(base.model, examples, trained, fairness=strength).loss([0]))
    assert losses["plain", 0.0] == losses["plain", 1.0] == losses["twin", 0.0]
    assert losses["twin", 1.0] > losses["twin", 0.0]
