"""What `assistant eval calibrate` shows: the curve as a table and a plot, and the lines for the policy."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from assistant.evaluate.calibration import Dial
from assistant.fairness.svg import Line, curve


def table(dial: Dial) -> list[str]:
    """The curve and what each method reached on documents that it was not fitted on, one line of text each."""
    found = [f"{'line':>6}{'answered':>10}{'precision':>11}{'at least':>10}{'of all, right':>15}"]
    found += [
        f"{p.line:>6.2f}{p.answered:>10}{p.precision:>11.3f}{p.low:>10.3f}{p.coverage:>15.3f}" for p in dial.curve
    ]
    for name, (precision, coverage) in dial.apart.items():
        found.append(f"{name}: on other documents precision {precision:.3f}, {coverage:.3f} of all answered rightly")
    if dial.line is None:
        found.append(f"no line holds a precision of {dial.wanted:g} on these questions: more of them, or a lower one")
    else:
        found.append(f"a precision of {dial.wanted:g} is held from {dial.line:.3f} on ({dial.method})")
    return found


def policy_lines(dial: Dial) -> str:
    """The `with:` of the rule that uses `answerable`, as YAML."""
    # A bound of nothing says nothing; the chosen line is a point of its own.
    points = [(p.line, round(p.low, 3)) for p in dial.curve if p.low > 0]
    if dial.line is not None:
        points = sorted({*points, (round(dial.line, 4), dial.wanted)})
    pairs = ", ".join(f"[{line:g}, {low:g}]" for line, low in points)
    return f"with: {{min_precision: {dial.wanted:g}, curve: [{pairs}]}}"


def write(folder: Path, dial: Dial) -> None:
    """Write `dial.json` and `risk-coverage.svg` into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dial.json").write_text(json.dumps(asdict(dial), indent=2) + "\n", "utf-8")
    shown = [p for p in dial.curve if p.answered]
    drawn = curve(
        "Risk and coverage",
        "share of all questions answered rightly",
        "share of answers wrong",
        [
            Line("measured", [(p.coverage, 1 - p.precision) for p in reversed(shown)]),
            Line("at most", [(p.coverage, 1 - p.low) for p in reversed(shown)]),
        ],
    )
    (folder / "risk-coverage.svg").write_text(drawn, "utf-8")
