"""Codes that every format of records uses with one meaning: interpretations of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

# HL7 v3 ObservationInterpretation and HL7 v2 table 0078.
_FLAGS: Final = {
    "HH": "high-critical", "HU": "high-critical", ">": "high-critical", "LL": "low-critical", "LU": "low-critical",
    "<": "low-critical", "H": "high", "L": "low", "AA": "abnormal", "A": "abnormal", "N": "normal",
}  # fmt: skip


FLAG_WORDS: Final[Mapping[str, str]] = {
    "H": "high", "HH": "critically high", "L": "low", "LL": "critically low", "A": "abnormal", "AA": "critically abnormal",
    "N": "normal", "R": "resistant", "S": "susceptible", "I": "intermediate", "POS": "positive", "NEG": "negative",
    "U": "significantly up", "D": "significantly down", "B": "better", "W": "worse", "<": "below the scale", ">": "above the scale",
    "MS": "moderately susceptible", "VS": "very susceptible", "NS": "not susceptible", "SDD": "susceptible, dose-dependent",
    "IND": "indeterminate", "DET": "detected", "ND": "not detected", "HU": "very high", "LU": "very low",
}  # fmt: skip
"""The same codes in the words of a report."""


def from_interpretation(codes: Iterable[str]) -> str:
    """The flag of the record's interpretation codes, the gravest where there are several; '' where none is known."""
    given = {code.strip().upper() for code in codes}
    return next((flag for code, flag in _FLAGS.items() if code in given), "")
