"""The comparison of types as one table and one plot."""

from __future__ import annotations

from typing import Final

from assistant.evaluate.quantizing import Comparison, Figures, Made
from assistant.evaluate.running import Run
from assistant.fairness.svg import Bar, bars

# A type that moved the next token by more than this answers something else; in a plot it would hide all others.
_OFF_THE_PLOT: Final = 1.0
_HEAD: Final = (
    "| type | weights in | MB | bits a weight | perplexity | divergence, nats | same first token | grounded | gap, nats | read, tokens/s "
    "| write, tokens/s | memory, MB | |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def table(found: Comparison) -> str:
    """Markdown, the source first."""
    rows = [_HEAD]
    total = sum(found.made[0].mixture.values()) if found.made else 0
    if found.base is not None:
        rows.append(_row("source", found.source_type, found.base, total, "what all others are compared with"))
    rows += [
        _row(made.type, _mixture(made), made.figures, total, _verdict(made))
        for made in found.made
        if made.figures is not None
    ]
    words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.text.items())
    return "\n".join(rows) + f"\n\nSource {found.source}, SHA-256 {found.source_sha256[:16]}; {words}.\n"


def plot(found: Comparison) -> str:
    """Divergence from the source by type, as SVG; a type that is far off is named in the title and not drawn."""
    shown = [(made, made.figures) for made in found.made if made.figures is not None]
    drawn = [(made, figures) for made, figures in shown if figures.divergence <= _OFF_THE_PLOT]
    off = [f"{made.type} {figures.divergence:.1f}" for made, figures in shown if figures.divergence > _OFF_THE_PLOT]
    title = f"Divergence from {found.source}, nats a token" + (f" (not drawn: {', '.join(off)})" if off else "")
    return bars(
        title,
        [
            Bar(
                f"{made.type}, {figures.bytes / 1e6:.0f} MB", figures.divergence, figures.divergence, figures.divergence
            )
            for made, figures in drawn
        ],
    )


def _row(name: str, mixture: str, figures: Figures, weights: int, verdict: str) -> str:
    run = figures.run
    bits = f"{figures.bytes * 8 / weights:.2f}" if weights else ""
    cells = (
        name, mixture, f"{figures.bytes / 1e6:.1f}", bits, f"{figures.perplexity:.2f}", f"{figures.divergence:.4f}",
        f"{figures.same_first:.1%}", *_worked(run), verdict,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _worked(run: Run | None) -> tuple[str, ...]:
    if run is None:
        return ("-",) * 5
    return (
        f"{run.grounded:.1%}",
        f"{run.gap:.3f}",
        f"{run.prefill:.0f}",
        f"{run.decode:.0f}",
        f"{run.resident_mb}",
    )


def _mixture(made: Made) -> str:
    total = sum(made.mixture.values()) or 1
    return ", ".join(f"{kind} {count / total:.0%}" for kind, count in made.mixture.items())


def _verdict(made: Made) -> str:
    if made.refused:
        return "refused: " + "; ".join(made.refused)
    return f"registered as {made.registered}" if made.registered else "within the limits"
