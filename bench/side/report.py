"""The figures as a page: `docs/performance.md` is what this writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.side.measure import Figure
from bench.side.scale import Size
from bench.side.shell import Shell


@dataclass
class Found:
    """What a run found: comparisons, the shell, sizes, what could not be measured and why, and the machine."""

    runs: int
    cpu: str
    cores: int
    load_before: float
    load_after: float = 0.0
    sides: list[Figure] = field(default_factory=list)
    shell: Shell | None = None
    sizes: list[Size] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


FLOORS: Final = Path(__file__).with_name("floors.md")
HEAD: Final = """# Performance

Written by `make bench` (`python -m bench.side`), which does every piece of work both ways in turns, in one run on one machine. A
ratio above 1 says that ours is so many times as fast as the peer by the clock; in brackets the least and the greatest of
the runs. The ratio by the processor counts the time of all threads: on a machine that does other things too it is the
steadier one. No figure here says that an answer is right: see [evaluation.md](evaluation.md).
"""


def page(found: Found) -> str:
    """The page of a run."""
    lines = [
        HEAD,
        f"Machine: {found.cpu}, {found.cores} cores used; load average {found.load_before:.1f} before the run and "
        f"{found.load_after:.1f} after it. {found.runs} runs of each.\n",
    ]
    if found.load_before > found.cores:
        lines.append("The machine was busy: ratios by the clock are of little weight here, seconds of none.\n")
    lines += [*_sides(found.sides), "", *_cold(found.shell), *_sizes(found.sizes)]
    if found.failed:
        lines += ["## Not measured", *(f"- {name}: {why}" for name, why in found.failed.items()), ""]
    lines.append(FLOORS.read_text(encoding="utf-8"))
    return "\n".join(lines).rstrip() + "\n"


def _sides(sides: Sequence[Figure]) -> list[str]:
    rows = [
        "## Beside others",
        "| work | peer | times as fast | by the processor | ours | peer's |",
        "|---|---|---|---|---|---|",
    ]
    for side in sides:
        rows.append(
            f"| {side.work} | {side.peer} | **{side.ratio:.2f}** ({side.low:.2f} to {side.high:.2f}) "
            f"| {side.cpu_ratio:.2f} | {_seconds(side.ours_s)} | {_seconds(side.theirs_s)} |"
        )
    notes = [f"- {side.name}: {side.note}." for side in sides if side.note]
    return [*rows, "", *notes]


def _cold(cold: Shell | None) -> list[str]:
    if not cold:
        return []
    return [
        "## One question from the shell",
        f"A new process each time: {cold.cold_s:.2f} s ({cold.cold_cpu_s:.2f} s of the processor). With the agent "
        f"(`assistant unlock`): {cold.agent_s:.2f} s, of which {cold.client_cpu_s:.2f} s of the processor are the command's own. "
        f"Medians of {cold.runs} in turns; {cold.cold_s / cold.agent_s:.1f} times as fast.",
        "",
    ]


def _sizes(sizes: Sequence[Size]) -> list[str]:
    if not sizes:
        return []
    rows = [
        "## By the number of passages",
        "Seeded texts of 130 words and seeded vectors: embedding is left out. Search is the whole of it: both searches, fusion, "
        "roles, decryption.",
        "",
        "| passages | stored a second | vault | opens in | index built | from its snapshot | one document more "
        "| p50 | p95 | p99 | peak memory |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        rows.append(
            f"| {size.passages:,} | {size.stored_per_s:,.0f} | {size.vault_mb:,.0f} MB | {_seconds(size.open_s)} "
            f"| {_seconds(size.index_s)} | {_seconds(size.snapshot_s)} | {_seconds(size.add_one_s)} "
            f"| {size.p50_ms:.0f} ms | {size.p95_ms:.0f} ms | {size.p99_ms:.0f} ms | {size.peak_mb:,.0f} MB |"
        )
    return [*rows, ""]


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{1000 * value:.0f} ms"
