"""Plots as SVG text, drawn here: no library, no script, readable without colour and with a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

_WIDTH: Final = 800
_ROW: Final = 26
_LEFT: Final = 320
_RIGHT: Final = 110


class Bar(NamedTuple):
    """A row: its name, the value, the ends of its interval, and whether it is the second of a pair (drawn hatched)."""

    name: str
    value: float
    low: float
    high: float
    second: bool = False


def bars(
    title: str, rows: Sequence[Bar], *, unit: str = "", limit: float | None = None, most: float | None = None
) -> str:
    """Horizontal bars with interval whiskers; a limit is a dashed line. Values may be negative."""
    if not rows:
        return ""
    low = min(0.0, *(min(r.value, r.low) for r in rows))
    high = max(most or 0.0, *(max(r.value, r.high) for r in rows), limit or 0.0, 1e-9)
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return round(_LEFT + (value - low) / span * (_WIDTH - _LEFT - _RIGHT), 1)

    height = len(rows) * _ROW + 44
    told = "; ".join(f"{r.name}: {_number(r.value)}{unit}" for r in rows)
    parts = [
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height}" width="100%" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>",
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#222" stroke-width="3"/></pattern></defs>',
        f'<line x1="{x(0)}" y1="8" x2="{x(0)}" y2="{height - 26}" stroke="#222"/>',
    ]
    for place, row in enumerate(rows):
        y = 12 + place * _ROW
        start, end = sorted((x(0), x(row.value)))
        fill = "url(#hatch)" if row.second else "#a0a0a0"
        parts += [
            f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end" font-size="13">{escape(row.name)}</text>',
            f'<rect x="{start}" y="{y + 2}" width="{max(1.0, round(end - start, 1))}" height="14" fill="{fill}" stroke="#222"/>',
            f'<path d="M{x(row.low)} {y + 9}H{x(row.high)}M{x(row.low)} {y + 5}v8M{x(row.high)} {y + 5}v8" stroke="#000" fill="none" '
            'stroke-width="1.5"/>',
            f'<text x="{_WIDTH - _RIGHT + 10}" y="{y + 13}" font-size="13">{_number(row.value)}{escape(unit)}</text>',
        ]
    if limit is not None:
        parts += [
            f'<line x1="{x(limit)}" y1="8" x2="{x(limit)}" y2="{height - 26}" stroke="#000" stroke-width="2" stroke-dasharray="5 4"/>',
            f'<text x="{x(limit)}" y="{height - 8}" text-anchor="middle" font-size="12">limit {_number(limit)}{escape(unit)}</text>',
        ]
    return "".join([*parts, "</svg>"])


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:.0f}"
