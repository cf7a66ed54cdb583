"""The whole recipe: `python -m assistant.tune.reader_recipe --data DATA --models STORE --work WORK STAGE`.

Stages: `general` trains the encoder on material that has no SQuAD article in it; `export` reads the SQuAD dev questions
with it, fits the calibration, writes `reader.safetensors` to WORK and prints its SHA-256 and the risk-coverage curve,
cross-validated over articles. The result is the same for the same seed, machine and thread count.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import UsageError
from assistant.reading.reader import ENCODER, SIGNALS, Reader
from assistant.tune import reader_calibrate as calibrate
from assistant.tune.reader_data import Example, squad
from assistant.tune.reader_export import pack, write
from assistant.tune.reader_mix import general
from assistant.tune.reader_train import Schedule, build, encode, train

SEED = 1
PARSER = "en_core_web_sm"
GENERAL = Schedule(epochs=1, rate=1.5e-4)
PASSAGES = 900
COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8)


def questions(data: Path) -> list[Example]:
    """All SQuAD questions at hand: the dev file and the further questions of its articles."""
    return squad(data / "squad2" / "dev.jsonl") + squad(data / "train" / "squad2_more.jsonl")


def say(line: str) -> None:
    """Progress line."""
    print(line, flush=True)  # noqa: T201


def save(module: Any, path: Path) -> None:
    """Weights of the module as a safetensors file."""
    from safetensors.torch import save_file

    save_file({name: value.contiguous() for name, value in module.state_dict().items()}, path)


def tokenizer(models: Path) -> Any:
    """The tokenizer of the encoder."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(models / ENCODER / "tokenizer.json"))


def run_general(data: Path, models: Path, work: Path) -> None:
    """Stage `general`."""
    examples = general(data, models / PARSER, SEED, PASSAGES)
    say(f"{len(examples)} examples, {sum(e.answerable for e in examples)} answerable")
    module = build(models / ENCODER, SEED)
    train(module, encode(tokenizer(models), examples), GENERAL, SEED, say)
    save(module, work / "general.safetensors")


def packed(models: Path, weights: Path, calibration: dict[str, float]) -> bytes:
    """The exported bytes of saved weights; raises UsageError when the stage before has not run."""
    from safetensors.numpy import load_file

    if not weights.is_file():
        raise UsageError("an earlier stage has not run", path=weights, remedy="run the stages in order")
    return pack(load_file(weights), models / ENCODER, calibration)


def run_export(data: Path, models: Path, work: Path) -> None:
    """Stage `export`."""
    neutral = dict.fromkeys(SIGNALS, 0.0)
    reader = Reader.of(packed(models, work / "general.safetensors", neutral), models / ENCODER)
    found = calibrate.outcomes(reader, questions(data))
    report(found)
    digest = write(
        work / "reader.safetensors", packed(models, work / "general.safetensors", calibrate.calibration(found))
    )
    say(f"sha256 {digest}")


def report(found: Sequence[calibrate.Outcome]) -> None:
    """Print the cross-validated figures."""
    probability = calibrate.held_out(found)
    rows = np.stack([o.signals for o in found])
    say(f"questions {len(found)}, answerable {sum(o.answerable for o in found)}")
    for name, score in [*((n, rows[:, i]) for i, n in enumerate(SIGNALS)), ("combined", probability)]:
        say(f"AUC {name} {calibrate.ranking(score, found):.3f}")
    say(f"expected calibration error {calibrate.expected_error(probability, found):.3f}")
    say(json.dumps(calibrate.calibration(found)))
    for whole in (False, True):
        say("released: focus" if whole else "released: sentences of the span")
        for p in calibrate.curve(probability, found, whole, COVERAGES):
            say(f"| {p.threshold:.2f} | {p.precision:.3f} | {p.coverage:.3f} | {p.refused:.3f} |")


def main(argv: Sequence[str] | None = None) -> None:
    """Command line of the recipe."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    for name in ("data", "models", "work"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("stage", choices=("general", "export"))
    given = parser.parse_args(argv)
    # Idle threads that spin waste half a shared machine; the runtime reads this before torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch

    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    if given.stage == "general":
        run_general(given.data, given.models, given.work)
    else:
        run_export(given.data, given.models, given.work)
    say(f"{given.stage} took {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
