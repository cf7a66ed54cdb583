"""Line plots as SVG text: no library, no script, told apart by dashes and marks instead of colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

_WIDTH: Final = 640
_HEIGHT: Final = 360
_LEFT: Final = 62
_BOTTOM: Final = 50
_TOP: Final = 36
_DASHES: Final = ("", "7 4", "2 3", "10 3 2 3")


class Line(NamedTuple):
    """A named curve; points are (x, y), both 0 to 1."""

    name: str
    points: Sequence[tuple[float, float]]


def curve(title: str, x_name: str, y_name: str, lines: Sequence[Line], mark: tuple[float, float] | None = None) -> str:
    """Curves over the unit square; `mark` is drawn as a ring: the operating point."""

    def x(value: float) -> float:
        return round(_LEFT + value * (_WIDTH - _LEFT - 20), 1)

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - value * (_HEIGHT - _BOTTOM - _TOP), 1)

    told = "; ".join(f"{line.name}: {len(line.points)} points" for line in lines)
    parts = [
        f'<svg role="img" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" xmlns="http://www.w3.org/2000/svg" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_WIDTH / 2}" y="20" text-anchor="middle" font-size="15">{escape(title)}</text>',
    ]
    for step in range(6):
        at = step / 5
        parts += [
            f'<path d="M{x(0)} {y(at)}H{x(1)}M{x(at)} {y(0)}V{y(1)}" stroke="#ddd" fill="none"/>',
            f'<text x="{_LEFT - 8}" y="{y(at) + 4}" text-anchor="end">{at:.1f}</text>',
            f'<text x="{x(at)}" y="{y(0) + 18}" text-anchor="middle">{at:.1f}</text>',
        ]
    parts += [
        f'<path d="M{x(0)} {y(1)}V{y(0)}H{x(1)}" stroke="#222" fill="none"/>',
        f'<text x="{x(0.5)}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(x_name)}</text>',
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
    return "".join([*parts, "</svg>\n"])
