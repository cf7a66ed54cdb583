"""The gate of a tuned encoder: base and result measured on a site's own set and on general ones, and refused where any is worse.

A model that learns a hundred examples of one site forgets thousands of others unless somebody looks. Figures are means over single
examples, so that an interval can stand beside each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import UsageError
from assistant.evaluate.metrics import bootstrap
from assistant.tune.base import fingerprint
from assistant.tune.loop import Result
from assistant.tune.provenance import MANIFEST, code_version

OWN: Final = "own"
REPORT: Final = "report.md"
LEAST: Final = 20
"""Examples below which nothing is learned or measured: as few tell noise from gain no better than chance does."""
_EPSILON: Final = 1e-9

Figures = Mapping[str, Mapping[str, float]]
"""By figure: its mean, and the ends of the 95% interval, `low` and `high`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a run: the folder, the figures of "base" and "result" by set, and which of them are worse."""

    folder: Path
    figures: Mapping[str, Mapping[str, Figures]]
    worse: tuple[str, ...]
    result: Result

    @property
    def passed(self) -> bool:
        """No figure of any set is worse by more than was allowed."""
        return not self.worse


@dataclass(frozen=True, slots=True)
class About:
    """What the manifest and the report say beside the figures: `words` explains each figure, `sizes` counts the examples of each set."""

    kind: str
    base: Path
    settings: Mapping[str, object]
    sizes: Mapping[str, int]
    words: Mapping[str, str]


def figures_of(values: Mapping[str, Sequence[float]]) -> Figures:
    """Means with intervals; a figure of which there is no example is left out."""
    return {
        name: {key: round(value, 4) for key, value in bootstrap(found)._asdict().items()}
        for name, found in values.items()
        if found
    }


def enough(train: int, held: int, what: str) -> None:
    """Raise UsageError where there are fewer than `LEAST` examples to learn from or to measure by."""
    if min(train, held) < LEAST:
        raise UsageError(
            f"{train} {what} to learn from and {held} to measure by are too few; {LEAST} of each are needed",
            remedy="look through more of the set, or make one of more documents",
        )


def worse_than(before: Mapping[str, Figures], after: Mapping[str, Figures], drop: float) -> tuple[str, ...]:
    """The figures, as "set: figure", that fell by more than `drop`. What could be measured before and no longer can is worse."""
    return tuple(
        f"{name}: {metric}"
        for name, found in before.items()
        for metric, value in found.items()
        if metric not in after.get(name, {}) or after[name][metric]["mean"] < value["mean"] - drop - _EPSILON
    )


def judged_folder(out: Path, name: str, worse: Sequence[str]) -> Path:
    """Where a result belongs: `name`, or `name.refused` where something is worse."""
    return out / (f"{name}.refused" if worse else name)


def tell(made: Judged, about: About, out: Path) -> None:
    """Write `manifest.json` and `report.md`."""
    manifest = {
        "kind": about.kind, "base": {"name": about.base.name, "sha256": fingerprint(about.base)}, "examples": dict(about.sizes),
        "settings": dict(about.settings), "code": code_version(), "figures": made.figures, "worse": made.worse,
        "weights_sha256": made.result.weights_sha256,
        "run": {"ended": made.result.why, "steps": made.result.steps, "best_step": made.result.best.step},
        "output": {"folder": made.folder.name, "sha256": fingerprint(made.folder)},
    }  # fmt: skip
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (out / REPORT).write_text(report(made, about), encoding="utf-8")


def report(made: Judged, about: About) -> str:
    """The comparison as Markdown."""
    verdict = f"Refused, worse on {', '.join(made.worse)}." if made.worse else "No set is worse."
    lines = [
        f"# {about.kind.capitalize()} tuned from {about.base.name}", "", verdict, "",
        "| set | examples | figure | base | result |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, found in made.figures["base"].items():
        for metric in found:
            cells = [_cell(made.figures[who][name].get(metric)) for who in ("base", "result")]
            lines.append(f"| {name} | {about.sizes[name]} | {about.words[metric]} | {' | '.join(cells)} |")
    lines += ["", f"{about.sizes['train']} examples were learned from. Intervals are 95%, by bootstrap.", ""]
    return "\n".join(lines)


def _cell(found: Mapping[str, float] | None) -> str:
    return "-" if found is None else f"{found['mean']:.3f} ({found['low']:.3f} to {found['high']:.3f})"
