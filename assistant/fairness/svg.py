"""Plots as SVG text, drawn here: no library, no script, readable without colour and with a screen reader.

Bars with interval whiskers and curves over the unit square share the frame, the title and the description for screen readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, NamedTuple

_BARS_WIDTH: Final = 800
_ROW: Final = 26
_NAMES: Final = 320
_VALUES: Final = 110
_CURVE_WIDTH: Final = 640
_CURVE_HEIGHT: Final = 360
_AXIS: Final = 62
_BOTTOM: Final = 50
_TOP: Final = 36
_DASHES: Final = ("", "7 4", "2 3", "10 3 2 3")


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
        return round(_NAMES + (value - low) / span * (_BARS_WIDTH - _NAMES - _VALUES), 1)

    height = len(rows) * _ROW + 44
    told = "; ".join(f"{r.name}: {_number(r.value)}{unit}" for r in rows)
    parts = [
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#222" stroke-width="3"/></pattern></defs>',
        f'<line x1="{x(0)}" y1="8" x2="{x(0)}" y2="{height - 26}" stroke="#222"/>',
    ]
    for place, row in enumerate(rows):
        y = 12 + place * _ROW
        start, end = sorted((x(0), x(row.value)))
        fill = "url(#hatch)" if row.second else "#a0a0a0"
        parts += [
            f'<text x="{_NAMES - 8}" y="{y + 13}" text-anchor="end" font-size="13">{escape(row.name)}</text>',
            f'<rect x="{start}" y="{y + 2}" width="{max(1.0, round(end - start, 1))}" height="14" fill="{fill}" stroke="#222"/>',
            f'<path d="M{x(row.low)} {y + 9}H{x(row.high)}M{x(row.low)} {y + 5}v8M{x(row.high)} {y + 5}v8" stroke="#000" fill="none" '
            'stroke-width="1.5"/>',
            f'<text x="{_BARS_WIDTH - _VALUES + 10}" y="{y + 13}" font-size="13">{_number(row.value)}{escape(unit)}</text>',
        ]
    if limit is not None:
        parts += [
            f'<line x1="{x(limit)}" y1="8" x2="{x(limit)}" y2="{height - 26}" stroke="#000" stroke-width="2" stroke-dasharray="5 4"/>',
            f'<text x="{x(limit)}" y="{height - 8}" text-anchor="middle" font-size="12">limit {_number(limit)}{escape(unit)}</text>',
        ]
    return _framed(title, told, (_BARS_WIDTH, height), parts, width="100%")


class Line(NamedTuple):
    """A named curve; points are (x, y), both 0 to 1."""

    name: str
    points: Sequence[tuple[float, float]]


def curve(title: str, x_name: str, y_name: str, lines: Sequence[Line], mark: tuple[float, float] | None = None) -> str:
    """Curves over the unit square; `mark` is drawn as a ring: the operating point."""

    def x(value: float) -> float:
        return round(_AXIS + value * (_CURVE_WIDTH - _AXIS - 20), 1)

    def y(value: float) -> float:
        return round(_CURVE_HEIGHT - _BOTTOM - value * (_CURVE_HEIGHT - _BOTTOM - _TOP), 1)

    told = "; ".join(f"{line.name}: {len(line.points)} points" for line in lines)
    parts = [
        f'<rect width="{_CURVE_WIDTH}" height="{_CURVE_HEIGHT}" fill="#fff"/>',
        f'<text x="{_CURVE_WIDTH / 2}" y="20" text-anchor="middle" font-size="15">{escape(title)}</text>',
    ]
    for step in range(6):
        at = step / 5
        parts += [
            f'<path d="M{x(0)} {y(at)}H{x(1)}M{x(at)} {y(0)}V{y(1)}" stroke="#ddd" fill="none"/>',
            f'<text x="{_AXIS - 8}" y="{y(at) + 4}" text-anchor="end">{at:.1f}</text>',
            f'<text x="{x(at)}" y="{y(0) + 18}" text-anchor="middle">{at:.1f}</text>',
        ]
    parts += [
        f'<path d="M{x(0)} {y(1)}V{y(0)}H{x(1)}" stroke="#222" fill="none"/>',
        f'<text x="{x(0.5)}" y="{_CURVE_HEIGHT - 10}" text-anchor="middle">{escape(x_name)}</text>',
        f'<text x="16" y="{y(0.5)}" text-anchor="middle" transform="rotate(-90 16 {y(0.5)})">{escape(y_name)}</text>',
    ]
    for number, line in enumerate(lines):
        dash = _DASHES[number % len(_DASHES)]
        path = "L".join(f"{x(a)} {y(b)}" for a, b in line.points)
        style = f'stroke="#222" stroke-width="2" fill="none" stroke-dasharray="{dash}"'
        parts += [
            f'<path d="M{path}" {style}/>' if path else "",
            f'<path d="M{x(0.03)} {y(0.95 - 0.07 * number)}h34" {style}/>',
            f'<text x="{x(0.03) + 42}" y="{y(0.95 - 0.07 * number) + 4}">{escape(line.name)}</text>',
        ]
    if mark is not None:
        parts.append(
            f'<circle cx="{x(mark[0])}" cy="{y(mark[1])}" r="6" fill="#fff" stroke="#000" stroke-width="2.5"/>'
        )
    return _framed(title, told, (_CURVE_WIDTH, _CURVE_HEIGHT), parts, width=str(_CURVE_WIDTH)) + "\n"


def _framed(title: str, told: str, size: tuple[int, int], parts: Iterable[str], *, width: str) -> str:
    """The drawing with its title and, for those who do not see it, what it says."""
    head = (
        f'<svg role="img" viewBox="0 0 {size[0]} {size[1]}" width="{width}" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title><desc>{escape(told)}</desc>'
    )
    return "".join([head, *parts, "</svg>"])


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:.0f}"
