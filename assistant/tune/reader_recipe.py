"""The whole recipe: `python -m assistant.tune.reader_recipe --data DATA --models STORE --work WORK STAGE`.

Stages, in this order: `general` (one stage for all), `fold K` for each K below FOLDS, `final`, `export`. Each leaves its
product in WORK and is the same for the same seed, machine and thread count. `export` calibrates on the folds'
predictions, writes `reader.safetensors` to WORK and prints its SHA-256 and the cross-validated risk-coverage curve.
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
from assistant.retrieval.reader import ENCODER, SIGNALS, Reader
from assistant.tune import reader_calibrate as calibrate
from assistant.tune.reader_data import Example, squad
from assistant.tune.reader_export import pack, write
from assistant.tune.reader_mix import general, target
from assistant.tune.reader_train import Schedule, build, encode, train

SEED = 1
FOLDS = 2
PARSER = "en_core_web_sm"
GENERAL = Schedule(epochs=1, rate=1.5e-4)
TARGET = Schedule(epochs=2, rate=1.0e-4)
PASSAGES = 900
COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8)


def questions(data: Path) -> list[Example]:
    """All SQuAD questions at hand: the dev file and the further questions of its articles."""
    return squad(data / "squad2" / "dev.jsonl") + squad(data / "train" / "squad2_more.jsonl")


def fold_of(examples: Sequence[Example], folds: int = FOLDS) -> dict[str, int]:
    """Article to fold, by alternation over the sorted titles."""
    return {title: number % folds for number, title in enumerate(sorted({e.group for e in examples}))}


def say(line: str) -> None:
    """Progress line."""
    print(line, flush=True)  # noqa: T201


def save(module: Any, path: Path) -> None:
    """Weights of the module as a safetensors file."""
    from safetensors.torch import save_file

    save_file({name: value.contiguous() for name, value in module.state_dict().items()}, path)


def restore(module: Any, path: Path) -> Any:
    """Load weights written by `save`; raises UsageError when the stage before has not run."""
    from safetensors.torch import load_file

    if not path.is_file():
        raise UsageError("an earlier stage has not run", path=path, remedy="run the stages in order")
    module.load_state_dict(load_file(path))
    return module


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


def run_target(data: Path, models: Path, work: Path, fold: int | None) -> None:
    """Stage `fold` (trained on the other folds' articles) or, with None, stage `final` (trained on all)."""
    examples = questions(data)
    folds = fold_of(examples)
    examples = target([e for e in examples if fold is None or folds[e.group] != fold], SEED)
    module = restore(build(models / ENCODER, SEED), work / "general.safetensors")
    train(module, encode(tokenizer(models), examples), TARGET, SEED, say)
    save(module, work / ("final.safetensors" if fold is None else f"fold{fold}.safetensors"))


def packed(models: Path, weights: Path, calibration: dict[str, float]) -> bytes:
    """The exported bytes of saved weights."""
    from safetensors.numpy import load_file

    return pack(load_file(weights), models / ENCODER, calibration)


def run_export(data: Path, models: Path, work: Path) -> None:
    """Stage `export`."""
    examples = questions(data)
    folds = fold_of(examples)
    neutral = dict.fromkeys(SIGNALS, 0.0)
    found: list[calibrate.Outcome] = []
    for fold in range(FOLDS):
        reader = Reader.of(packed(models, work / f"fold{fold}.safetensors", neutral), models / ENCODER)
        found += calibrate.outcomes(reader, [e for e in examples if folds[e.group] == fold])
    report(found)
    digest = write(
        work / "reader.safetensors", packed(models, work / "final.safetensors", calibrate.calibration(found))
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
    parser.add_argument("stage", choices=("general", "fold", "final", "export"))
    parser.add_argument("fold", type=int, nargs="?")
    given = parser.parse_args(argv)
    # Idle threads that spin waste half a shared machine; the runtime reads this before torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch

    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    if given.stage == "general":
        run_general(given.data, given.models, given.work)
    elif given.stage == "export":
        run_export(given.data, given.models, given.work)
    else:
        run_target(given.data, given.models, given.work, given.fold if given.stage == "fold" else None)
    say(f"{given.stage} took {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
