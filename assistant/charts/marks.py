"""Out-of-range marks: by the record's own interpretation, else by its own range, else by a range of the pack that is cited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from assistant.records.amounts import same_unit
from assistant.records.model import Limits, Result, Source

OUTSIDE: Final = frozenset({"high", "low", "high-critical", "low-critical", "abnormal"})

# Range of the pack for a result, with where it stands; None where the pack has none that certainly applies.
PackRange = Callable[[Result], tuple[Limits, Source] | None]


def gravity(criticality: str) -> str:
    """How grave an allergy is, in words: FHIR's criticality under its name, the severity of other formats as it is."""
    if criticality == "unable-to-assess":
        return ""
    return f"criticality {criticality}" if criticality in ("high", "low") else criticality


def marked(result: Result, pack_range: PackRange | None = None) -> Result:
    """The result with its mark. Without a number, a bound or a range that certainly applies there is no mark."""
    if result.flag or not result.number:
        return result
    if flag := _against(result, result.limits):
        return replace(result, flag=flag, flag_by="record range")
    if result.limits.low or result.limits.high or pack_range is None:
        return result
    found = pack_range(result)
    if found is None:
        return result
    flag = _against(result, found[0])
    return replace(result, flag=flag, flag_by="pack", flag_source=found[1]) if flag else result


def _against(result: Result, limits: Limits) -> str:
    if limits.unit and not same_unit(limits.unit, result.unit):
        # A range in another unit says nothing about the number; nothing is converted here.
        return ""
    try:
        value = Decimal(result.number)
        low = Decimal(limits.low) if limits.low else None
        high = Decimal(limits.high) if limits.high else None
    except InvalidOperation:
        return ""
    if low is None and high is None:
        return ""
    if result.comparator:
        # "<5" says where the value may lie: only what holds for all of it can be said.
        return _bounded(result.comparator, value, low, high)
    if low is not None and value < low:
        return "low"
    if high is not None and value > high:
        return "high"
    return "normal"


def _bounded(comparator: str, value: Decimal, low: Decimal | None, high: Decimal | None) -> str:
    below, strict = comparator.startswith("<"), not comparator.endswith("=")
    if below and low is not None and (value <= low if strict else value < low):
        return "low"
    if not below and high is not None and (value >= high if strict else value > high):
        return "high"
    return ""
