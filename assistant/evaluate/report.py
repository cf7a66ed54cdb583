"""The report of an evaluation of answers: one Markdown file and its plots, totals only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.fairness.svg import Bar, Line, bars, curve

if TYPE_CHECKING:
    from assistant.evaluate.scored import Scored

_RATES: Final = {
    "precision_of_released": "released answers that are right (precision)",
    "coverage_of_right": "answerable questions answered rightly (coverage)",
    "answered_of_answerable": "answerable questions answered at all",
    "refused_of_unanswerable": "unanswerable questions refused",
    "right_document_of_answered": "answered questions that cite the right document",
    "supported_sentences": "released sentences that their citations support",
}
_BINS: Final = 10


def write_report(folder: Path, result: dict[str, Any], scored: Sequence[Scored]) -> None:
    """Write report.md, report.json and the plots into `folder`, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = {
        "risk-coverage.svg": risk_coverage(scored),
        "calibration.svg": calibration(scored),
        "latency.svg": latency(result["metrics"]["ms"]),
    }
    for name, drawn in plots.items():
        (folder / name).write_text(drawn, encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(markdown(result), encoding="utf-8")


def markdown(result: dict[str, Any]) -> str:
    """The report's text: rates with 95% bootstrap intervals, statuses, median latency by stage, the plots."""
    metrics = result["metrics"]
    lines = [
        "# Answers",
        "",
        f"{result['n']} questions of {Path(result['data']).name}, {result['seconds']:.0f} s.",
        "",
        "| | rate | 95% interval |",
        "|---|---|---|",
    ]
    for name, words in _RATES.items():
        if name in metrics:
            low, high = metrics[f"{name}_ci95"]
            lines.append(f"| {words} | {metrics[name]:.3f} | {low:.3f} to {high:.3f} |")
    lines += ["", "| status | questions |", "|---|---|"]
    lines += [f"| {status} | {count} |" for status, count in metrics["statuses"].items()]
    lines += ["", "| stage | median ms |", "|---|---|"]
    lines += [f"| {stage.removesuffix('_median')} | {ms:.1f} |" for stage, ms in metrics["ms"].items()]
    lines += [
        "",
        "![Risk and coverage](risk-coverage.svg)",
        "![Calibration](calibration.svg)",
        "![Latency by stage](latency.svg)",
        "",
        "Risk: the share of released answers that are wrong when only the surest are released. The ring is what was released. "
        "Left of it the curve is measured; what the release line held back cannot be scored, so it ends there.",
        "",
    ]
    return "\n".join(lines)


def risk_coverage(scored: Sequence[Scored]) -> str:
    """Risk among the surest n released answers against n as a share of all questions (Geifman and El-Yaniv 2017)."""
    released = sorted((s for s in scored if s.released), key=lambda s: -s.sure)
    points: list[tuple[float, float]] = []
    wrong = 0
    for count, item in enumerate(released, 1):
        wrong += not item.right
        points.append((count / len(scored), wrong / count))
    mark = points[-1] if points else None
    title = "Risk and coverage"
    return curve(title, "share of all questions answered", "share of answers wrong", [Line("assistant", points)], mark)


def calibration(scored: Sequence[Scored]) -> str:
    """How often answers of a sureness are right, in equal bins of the released ones, beside the diagonal."""
    released = sorted((s for s in scored if s.released), key=lambda s: s.sure)
    size = max(1, len(released) // _BINS)
    bins = [released[at : at + size] for at in range(0, len(released), size)]
    points = [(sum(s.sure for s in group) / len(group), sum(s.right for s in group) / len(group)) for group in bins]
    lines = [Line("released answers", points), Line("perfectly calibrated", [(0.0, 0.0), (1.0, 1.0)])]
    return curve("Calibration", "how sure the judges were", "share right", lines)


def latency(ms: dict[str, float]) -> str:
    """Median milliseconds of each stage."""
    rows = [Bar(stage.removesuffix("_median"), value, value, value) for stage, value in ms.items()]
    return bars("Median latency by stage", rows, unit=" ms") + "\n"
