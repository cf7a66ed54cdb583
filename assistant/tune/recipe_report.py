"""The comparison of a recipe: candidate, base and quotes alone on the same held-out rows, as Markdown with two plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from assistant.errors import ConfigError
from assistant.fairness.svg import Bar, bars
from assistant.tune.recipe import METRICS, Gates, Recipe

WRITERS: Final = ("quotes", "base", "candidate")
REPORT: Final = "report.md"
_EPSILON: Final = 1e-9
_TOLD: Final = {
    "grounded": "rows right of all: what is shown says it, nothing is shown where the sources do not",
    "answered": "right, of those that the sources answer",
    "refused": "nothing shown, of those that they do not",
    "supported": "written sentences that the grounding check passes",
}

Shares = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a candidate may be registered. `worse` are the metrics on which it is worse than its base by more than its gate allows;
    `beats_quotes` says whether its grounded score is above that of quotes alone with intervals that do not meet."""

    metrics: Mapping[str, Shares]
    worse: tuple[str, ...]
    beats_quotes: bool

    @property
    def passed(self) -> bool:
        """No gate metric is worse."""
        return not self.worse


def decide(found: Mapping[str, object], gates: Gates) -> Decision:
    """The decision on the summaries of the three writers."""
    metrics = {
        who: {name: cast(Mapping[str, float], cast(Mapping[str, object], found[who])[name]) for name in METRICS}
        for who in WRITERS
    }
    base, candidate = metrics["base"], metrics["candidate"]
    worse = tuple(
        name
        for name in METRICS
        if candidate[name]["mean"] < base[name]["mean"] - float(getattr(gates, name)) - _EPSILON
    )
    beats = candidate["grounded"]["low"] > metrics["quotes"]["grounded"]["high"]
    full = {who: {**metrics[who], **_rest(found[who])} for who in WRITERS}
    return Decision(full, worse, beats)


def write_report(folder: Path, recipe: Recipe, decision: Decision, run: Mapping[str, object], size: int) -> list[Path]:
    """Write `report.md` with `grounded.svg` and `loss.svg`. Raises ConfigError where the folder cannot be written."""
    rows = [
        Bar(f"{who}: {name}", share["mean"], share["low"], share["high"], second=who == "base")
        for name in METRICS
        for who in WRITERS
        for share in (decision.metrics[who][name],)
    ]
    history = cast(list[Mapping[str, float]], run["history"])
    losses = [Bar(f"step {m['step']:.0f}", m["held"], m["held"], m["held"]) for m in history]
    texts = {
        "grounded.svg": bars("Share of held-out rows, with 95% intervals", rows, most=1.0),
        "loss.svg": bars("Held-out loss, nats per token", losses),
        REPORT: _markdown(recipe, decision, run, size),
    }
    written = []
    try:
        for name, text in texts.items():
            if text:
                (folder / name).write_text(text, encoding="utf-8")
                written.append(folder / name)
    except OSError as problem:
        raise ConfigError(f"the report cannot be written: {problem.strerror}", path=folder) from None
    return written


def _markdown(recipe: Recipe, decision: Decision, run: Mapping[str, object], size: int) -> str:
    worse = "No gate metric is worse than that of the base."
    if not decision.passed:
        worse = f"Worse than the base: {', '.join(decision.worse)}."
    lines = [
        f"# {recipe.method} of {recipe.base} on the documents of {recipe.domain}",
        "",
        f"{worse} {'Better' if decision.beats_quotes else 'Not clearly better'} than quotes alone.",
        "",
        f"| share of held-out rows | {' | '.join(WRITERS)} |",
        f"|---|{'---|' * len(WRITERS)}",
    ]
    for name in METRICS:
        cells = " | ".join(_share(decision.metrics[who][name]) for who in WRITERS)
        lines.append(f"| {name}: {_TOLD[name]} | {cells} |")
    kinds = sorted({kind for who in WRITERS for kind in decision.metrics[who] if kind.startswith("kind ")})
    for kind in kinds:
        lines.append(f"| right, {kind} | {' | '.join(_share(decision.metrics[who].get(kind)) for who in WRITERS)} |")
    for name, unit in (("words", "words shown"), ("ms", "milliseconds an answer, median, on this machine")):
        values = [f"{decision.metrics[who][name]['mean']:g}" for who in WRITERS]
        lines.append(f"| {unit} | {' | '.join(values)} |")
    lines += [
        "",
        "![Shares](grounded.svg)",
        "",
        f"Training ended after {run['steps']} steps ({run['ended']}); the best were those of step {run['best_step']}, with a held-out "
        f"loss of {cast(float, run['held_out_best']):.4f} nats per token against {cast(float, run['held_out_before']):.4f} before.",
        f"The file has {size:,} bytes.",
        "",
        "![Loss](loss.svg)",
        "",
        "Shares stand with their 95% bootstrap intervals. The held-out rows are of documents that were not learned from.",
        "",
    ]
    return "\n".join(lines)


def _rest(found: object) -> Shares:
    """What the report tells besides the gate metrics, in the same form."""
    summary = cast(Mapping[str, object], found)
    plain = {name: {"mean": float(cast(float, summary[name]))} for name in ("n", "words", "ms")}
    kinds = cast(Shares, summary["by_kind"])
    return {**plain, **{f"kind {kind}": share for kind, share in kinds.items()}}


def _share(share: Mapping[str, float] | None) -> str:
    return f"{share['mean']:.3f} ({share['low']:.3f} to {share['high']:.3f})" if share else "-"
