"""What one file holds of one patient, before and after it is parsed."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """What one file holds of one patient. `spans`: byte ranges (start, length) where only those lines concern him."""

    path: str
    kind: str
    patient_id: str
    digest: str
    identity: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """One patient's share of a parsed file: who he is, by what identifies him, and the kind's own payload."""

    patient_id: str
    identity: tuple[str, ...]
    payload: object
