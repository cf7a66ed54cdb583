"""What is left of a model when layers are taken out: the curve in docs/tuning.md.

    python -m bench.pruned SET.jsonl OUT [--layers 4 6 10] [--steps 16] [--batch 2] [--rows 24] [--base NAME]

The layers that turn their input least are taken out, and the rest recovers for a few updates with the whole model as teacher
(`tune.prune`). The base and each student are written as Q8_0 and answer the same held-out rows (`tune.grounded`); they are timed on one
thread, in tokens a second of processor time. Kept in OUT/pruned.json after each, with a table and a plot; stopped, the same
command goes on.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.config import go_offline
from assistant.engines.llamacpp import LlamaCpp
from assistant.evaluate.answers import throwaway
from assistant.evaluate.running import speed
from assistant.fairness.svg import Bar, bars
from assistant.models.bundle import import_file
from assistant.models.quantize import quantize
from assistant.packs.pack import Prompts, load_pack
from assistant.tune.base import load_base
from assistant.tune.export import write_model
from assistant.tune.grounded import engine_writer, sample, score, summary
from assistant.tune.loop import Schedule
from assistant.tune.prune import PruneSettings, tune_prune
from assistant.tune.review import read_reviewed
from assistant.tune.rows import Row, Split

HELD = 16
"""Held-out rows that a run is stopped by: their loss is taken before and after, and costs as much as several updates."""
SHARES = ("grounded", "answered", "refused", "supported")


@dataclass(frozen=True)
class Point:
    """A model on the curve. Losses in nats a token of held-out answers, shares of held-out rows, speeds in tokens a processor second."""

    layers: int
    megabytes: float
    loss_before: float
    loss_after: float
    read: float
    write: float
    shares: dict[str, float]


def made(out: Path, base: str, rows: Sequence[Row], prompts: Prompts, taken: int, schedule: Schedule) -> Point:
    """The model without so many layers, as a file, and its losses; nothing else is measured yet."""
    loaded = load_base(base, dtype="float32")
    folder = out / f"without-{taken}"
    before = after = 0.0
    if taken:
        tuned = tune_prune(loaded, rows, prompts, PruneSettings(layers=taken), schedule, folder)
        before, after = tuned.result.history[0].held, tuned.result.best.held
        whole = tuned.file
    else:
        whole = write_model(loaded.model, loaded.path, folder / "model.gguf")
    small = folder / "model-Q8_0.gguf"
    small.unlink(missing_ok=True)
    quantize(whole, small, "Q8_0")
    layers = loaded.model.config.num_hidden_layers - taken
    return Point(layers, small.stat().st_size / 1e6, before, after, 0.0, 0.0, {})


def measured(point: Point, out: Path, rows: Sequence[Row], prompts: Prompts, domain: str, taken: int) -> Point:
    """With the shares of its answers and its speeds."""
    file, store = out / f"without-{taken}" / "model-Q8_0.gguf", out / "store"
    store.mkdir(exist_ok=True)
    name = import_file(file, name=f"without-{taken}", licence="Apache-2.0", store=store)[0]
    engine = LlamaCpp(name, store=store, slots=1)
    try:
        read, write = speed(engine, " ".join(piece.text for row in rows for piece in row.evidence)[:800])
        with throwaway(policy=None, domain=domain, engine="extractive") as assistant:
            found = summary(score(rows, engine_writer(engine, prompts), assistant.tools))
    finally:
        engine.close()
    shares = {share: float(dict(found[share])["mean"]) for share in SHARES}  # type: ignore[call-overload]
    return Point(point.layers, point.megabytes, point.loss_before, point.loss_after, read, write, shares)


def table(points: Sequence[Point]) -> str:
    """Markdown, the whole model first; speed and score against it."""
    first = points[0]
    lines = [
        "| layers | MB | held-out loss, pruned | after recovery | read, tokens/s | write, tokens/s | write, against the whole "
        "| grounded | answered | refused | supported |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for point in points:
        losses = [f"{loss:.2f}" if loss else "-" for loss in (point.loss_before, point.loss_after)]
        shares = [f"{point.shares[share]:.2f}" for share in SHARES]
        speeds = [f"{point.read:.0f}", f"{point.write:.0f}", f"{point.write / first.write:.2f}"]
        lines.append("| " + " | ".join([str(point.layers), f"{point.megabytes:.0f}", *losses, *speeds, *shares]) + " |")
    return "\n".join(lines) + "\n"


def plot(points: Sequence[Point]) -> str:
    """Grounded share by layers, as SVG."""
    shown = [(f"{point.layers} layers, {point.write:.0f} tokens/s", point.shares["grounded"]) for point in points]
    return bars("Grounded share of held-out rows by layers", [Bar(name, share, share, share) for name, share in shown])


def main() -> None:
    """Prune, recover, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, nargs="+", default=[4, 6, 10])
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--rows", type=int, default=24)
    parser.add_argument("--base", default="SmolLM2-135M-Instruct")
    parser.add_argument("--domain", default="healthcare")
    options = parser.parse_args()
    go_offline()
    os.environ["ASSISTANT_THREADS"] = "1"
    prompts, every = load_pack(options.domain).prompts, read_reviewed(options.set)
    held = [row for row in every if row.split is Split.HELD]
    learned = [row for row in every if row.split is Split.TRAIN] + sample(held, HELD)
    schedule = Schedule(steps=options.steps, batch=options.batch, rate=1e-4, every=options.steps)
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "pruned.json"
    found: dict[str, Point] = {}
    if kept.is_file():
        found = {taken: Point(**point) for taken, point in json.loads(kept.read_text("utf-8")).items()}
    for taken in (0, *options.layers):
        if str(taken) in found:
            continue
        point = made(options.out, options.base, learned, prompts, taken, schedule)
        found[str(taken)] = measured(point, options.out, sample(held, options.rows), prompts, options.domain, taken)
        kept.write_text(json.dumps({name: asdict(point) for name, point in found.items()}, indent=1), encoding="utf-8")
        points = sorted(found.values(), key=lambda point: -point.layers)
        (options.out / "pruned.md").write_text(table(points), encoding="utf-8")
        (options.out / "pruned.svg").write_text(plot(points), encoding="utf-8")
        print(table(points), flush=True)


if __name__ == "__main__":
    main()
