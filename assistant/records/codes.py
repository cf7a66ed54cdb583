"""Codes that every format of records uses with one meaning: interpretations of results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# HL7 v3 ObservationInterpretation and HL7 v2 table 0078.
_FLAGS: Final = {
    "HH": "high-critical", "HU": "high-critical", ">": "high-critical", "LL": "low-critical", "LU": "low-critical",
    "<": "low-critical", "H": "high", "L": "low", "AA": "abnormal", "A": "abnormal", "N": "normal",
}  # fmt: skip


def from_interpretation(codes: Iterable[str]) -> str:
    """The flag of the record's interpretation codes, the gravest where there are several; '' where none is known."""
    given = {code.strip().upper() for code in codes}
    return next((flag for code, flag in _FLAGS.items() if code in given), "")
