"""Numbers as a ward reads them: no digits that say nothing, units as the record writes them, and never across a limit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Final

_PLACES: Final = Decimal("0.01")


def rounded(value: object, limits: Mapping[str, Any] | None = None) -> str:
    """A recorded value with at most two decimals and no empty ones ("160.0" is "160").

    A value that rounding would carry onto or over a limit of its range, and one that is no plain decimal, stays as it is
    written; a number that rounding changed is marked with "≈".
    """
    text = str(value).strip()
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return text
    if not exact.is_finite() or "e" in text.lower():
        return text
    if -exact.as_tuple().exponent <= 2:  # type: ignore[operator]
        return _plain(exact)
    near = exact.quantize(_PLACES, ROUND_HALF_EVEN)
    if near == exact:
        return _plain(exact)
    if near == 0 or any(_side(exact, limit) != _side(near, limit) for limit in _limits(limits)):
        return text
    return f"≈ {_plain(near)}"


def _plain(number: Decimal) -> str:
    shown = f"{number:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _limits(limits: Mapping[str, Any] | None) -> list[Decimal]:
    found = []
    for name in ("low", "high"):
        try:
            found.append(Decimal(str((limits or {}).get(name, ""))))
        except InvalidOperation:
            continue
    return found


def _side(number: Decimal, limit: Decimal) -> int:
    return (number > limit) - (number < limit)
