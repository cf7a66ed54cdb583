"""The whole recipe: `python -m assistant.tune.reader_recipe --data DATA --models STORE --work WORK STAGE`.

`rows` makes the training rows, `train` trains for `--minutes` (a run that was killed goes on from its last checkpoint),
`export` calibrates on held-out articles, writes `reader.safetensors` to WORK and prints its SHA-256, `measure` prints the
figures of `docs/evaluation-reader.md`. The rows are the same for the same seed; the weights depend on how many of them the
machine reads in the time given.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.reading import sentence_selection
from assistant.reading.network import Network
from assistant.reading.reader import ENCODER, SIGNALS, Reader, word_encoder
from assistant.retrieval.embed import MiniLM
from assistant.tune import reader_calibrate as calibrate
from assistant.tune import reader_measure as measure
from assistant.tune.reader_data import Row
from assistant.tune.reader_export import named, pack, state, write
from assistant.tune.reader_mix import mix, share
from assistant.tune.written_questions import SOURCE, training, written

SEED = 1
NEUTRAL = dict.fromkeys(SIGNALS, 0.0) | {"answer": 1.0, "support_scale": 1.0}
# Rows of a source that measuring reads, and those that the weights of the calibration need.
MOST = 400
FITTED = 60
WRITTEN = 900
# Share of the learning rate at which trained weights are trained on.
AGAIN = 0.6


def say(line: str) -> None:
    """Progress line."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)  # noqa: T201


def make_rows(data: Path, models: Path, work: Path, seed: int = SEED) -> None:
    """Stage `rows`."""
    rows = mix(data, seed) + training(MiniLM(models / ENCODER), seed)
    (work / "rows.pkl").write_bytes(pickle.dumps(rows))
    say(f"{len(rows)} rows, {sum(r.task == 'answer' and r.label == 1 for r in rows)} of them answerable")


def train(given: argparse.Namespace) -> None:
    """Stage `train`; `begin` is a shipped file whose weights are trained on."""
    models, work, begin = given.models, given.work, given.begin
    # Idle threads that spin waste half a shared machine; the runtime reads this before torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch
    from tokenizers import Tokenizer

    from assistant.tune.reader_model import Model
    from assistant.tune.reader_train import LONGEST, LONGEST_WRITTEN, Run, Schedule, encode

    torch.set_num_threads(given.threads)
    if not (work / "rows.pkl").is_file():
        raise UsageError("an earlier stage has not run", path=work / "rows.pkl", remedy="run the stages in order")
    rows = pickle.loads((work / "rows.pkl").read_bytes())  # noqa: S301 (made by the stage before)
    data = encode(Tokenizer.from_file(str(models / ENCODER / "tokenizer.json")), rows)
    data = [e for e in data if len(e.ids) <= (LONGEST_WRITTEN if e.row.source == SOURCE else LONGEST)]
    say(f"{len(data)} rows, {sum(len(e.ids) for e in data)} tokens")
    model = Model(models / ENCODER, SEED)
    schedule = Schedule(minutes=given.minutes)
    if begin is not None:
        model.load_state_dict(state(begin, model.state_dict()))
        schedule = replace(schedule, rate=schedule.rate * AGAIN, head_rate=schedule.head_rate * AGAIN)
    if given.compiled:
        model.layers.compile(dynamic=True)

    def drawn(row: Row) -> float:
        return share(row) * (1.0 if row.source == SOURCE else given.others)

    Run(model, data, schedule, SEED, work / "run.pt", drawn).go(say)


def weights(work: Path) -> dict[str, Any]:
    """The trained weights of the last checkpoint; raises UsageError when there is none."""
    import torch

    if not (work / "run.pt").is_file():
        raise UsageError("an earlier stage has not run", path=work / "run.pt", remedy="run the stages in order")
    return named(torch.load(work / "run.pt", weights_only=True)["model"])


def export(data: Path, models: Path, work: Path) -> None:
    """Stage `export`."""
    trained, base = weights(work), models / ENCODER
    network = Network.of(pack(trained, base, NEUTRAL), base)
    reader = Reader(network, *word_encoder(base))
    own = measure.some(written(MiniLM(base), held=True), WRITTEN)
    held = measure.some(measure.held_out(data), FITTED) + own
    say(
        f"choice of a sentence {calibrate.choice(reader, held).round(3).tolist()}, shipped {sentence_selection.WEIGHTS}"
    )
    settings = calibrate.calibration(reader, held)
    settings["support_scale"] = calibrate.support_scale(network, measure.some(measure.held_pairs(data), FITTED))
    say(json.dumps(settings))
    say(f"sha256 {write(work / 'reader.safetensors', pack(trained, base, settings))}")


def report(data: Path, models: Path, work: Path) -> None:
    """Stage `measure`."""
    base = models / ENCODER
    reader = Reader(Network.of((work / "reader.safetensors").read_bytes(), base), *word_encoder(base))
    sets = {
        "held-out articles": measure.some(measure.held_out(data), MOST),
        "SQuAD 2.0 dev": measure.squad(data / "squad2" / "dev.jsonl"),
        "written questions": measure.some(written(MiniLM(base), held=True), WRITTEN),
        "other kinds": measure.some(measure.other_kinds(data / "answerability" / "qa_dev.jsonl.xz"), MOST),
    }
    for name, rows in sets.items():
        found = measure.outcomes(reader, rows)
        say(f"{name}: " + json.dumps(measure.by_source(found), indent=1))
        if name != "other kinds":
            for line in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
                say(json.dumps(asdict(measure.at(found, line))))
        if name == "SQuAD 2.0 dev":
            for precision in (0.65, 0.7, 0.75, 0.8):
                line = measure.line_for(found, precision)
                say(f"dev {measure.at(found, line)}; articles apart {measure.leave_one_group_out(found, precision)}")


def main(argv: Sequence[str] | None = None) -> None:
    """Command line of the recipe."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    for name in ("data", "models", "work"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=76)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--compiled", action="store_true", help="compile the layers: a third faster, needs a C++ compiler"
    )
    parser.add_argument("--begin", type=Path, help="go on from the weights of this exported reader")
    parser.add_argument("--others", type=float, default=1.0, help="share of the rows that were not written for this")
    parser.add_argument("--seed", type=int, default=SEED, help="which rows are drawn")
    parser.add_argument("stage", choices=("rows", "train", "export", "measure"))
    given = parser.parse_args(argv)
    given.work.mkdir(parents=True, exist_ok=True)
    if given.stage == "rows":
        make_rows(given.data, given.models, given.work, given.seed)
    elif given.stage == "train":
        train(given)
    elif given.stage == "export":
        export(given.data, given.models, given.work)
    else:
        report(given.data, given.models, given.work)


if __name__ == "__main__":
    main()
