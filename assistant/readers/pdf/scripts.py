"""Raised and lowered characters in words: a power, a mark of a note, an ordinal, a part of a formula or of a fraction."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from assistant.readers.pdf.words import Run, Word

_UNITS: Final = frozenset(
    "m mm cm dm km µm μm nm in ft yd s ms h min d kg g mg L l dl ml mol mmol Pa V A W J N K".split()
)
"""Units that are raised to 2, 3 or a negative power."""
_ORDINAL: Final = re.compile(r"st|nd|rd|th|[eoaª]|er|re|ème|do|to|mo|no")
_SIGNED: Final = re.compile(r"[-−–+]\d+")
_MARK: Final = re.compile(r"\d{1,3}(?:[,–-]\d{1,3})*|[a-z](?:,[a-z])*|[*†‡§¶#]+")
_TIMES: Final = ("×", "x", "X", "*", "·", "⋅", "∙")


def text_of(word: Word, before: str, notes: Collection[str]) -> tuple[str, str]:
    """A word as plain text, and the mark of a note that goes with it ("[2]", "" without one).

    `before` is the word before it; `notes` are the marks that begin notes on this page.
    """
    if all(run.level == 0 for run in word.runs):
        return word.text, ""
    runs = _merged(word.runs)
    if _is_mark(runs):
        return f"[{runs[0].text}]", ""
    said, i = "", 0
    while i < len(runs):
        run = runs[i]
        if run.level == 0:
            said += run.text
        elif fraction := _fraction(runs, i):
            text, i = fraction
            said += f" {text}" if said[-1:].isdigit() else text
            continue
        elif run.level == -1:
            said += _lowered(run.text, said)
        elif _is_power(run.text, said, before, runs[i + 1].text if i + 1 < len(runs) else "", notes):
            said += f"^{run.text}"
        elif (raised := _raised(run.text, said)) is not None:
            said += raised
        else:
            rest = "".join(r.text for r in runs[i + 1 :])
            return said + (f" {rest}" if rest[:1].isalnum() else rest), f"[{run.text}]"
        i += 1
    return said, ""


def _is_mark(runs: list[Run]) -> bool:
    """Whether a whole word is a raised mark."""
    return runs[0].level == 1 and len(runs) == 1 and _MARK.fullmatch(runs[0].text) is not None


def _lowered(text: str, said: str) -> str:
    """Lowered text as it stands behind `said`: a digit behind a digit is kept apart from it."""
    return f"_{text}" if said[-1:].isdigit() and text[:1].isdigit() else text


def _raised(text: str, said: str) -> str | None:
    """Raised text that is no power, as it stands behind `said`; None where it is the mark of a note."""
    behind_digit = said[-1:].isdigit()
    if said[-1:].isalnum() and not behind_digit and not _MARK.fullmatch(text):
        # Trade marks, charges of ions ("Ca^2+") and whatever else is no mark of a note.
        return text if not any(c.isdigit() for c in text) else f"^{text}"
    if behind_digit and _ORDINAL.fullmatch(text):
        return text
    return None if _MARK.fullmatch(text) else f"^{text}"


def _merged(runs: list[Run]) -> list[Run]:
    found: list[Run] = []
    for run in runs:
        if found and found[-1].level == run.level:
            found[-1] = Run(found[-1].text + run.text, run.level)
        else:
            found.append(run)
    return found


def _fraction(runs: list[Run], i: int) -> tuple[str, int] | None:
    """A fraction set as raised digits, a stroke and lowered or small digits."""
    if not runs[i].text.isdigit() or i + 1 >= len(runs):
        return None
    rest = "".join(run.text for run in runs[i + 1 :])
    match = re.match(r"[/⁄∕](\d{1,3})(?!\d)", rest)
    if match is None or (runs[i + 1].level == 0 and len(runs) == i + 2 and not runs[i + 1].text.startswith("⁄")):
        return None
    consumed, j = 0, i + 1
    while j < len(runs) and consumed < match.end():
        consumed += len(runs[j].text)
        j += 1
    left = rest[match.end() : consumed]
    return f"{runs[i].text}/{match.group(1)}{left}", j


def _is_power(raised: str, base: str, before: str, after: str, notes: Collection[str]) -> bool:
    """Whether raised characters are an exponent and not the mark of a note."""
    if _SIGNED.fullmatch(raised) and raised[0] in "-−–":
        return True
    if not raised.isdigit():
        return False
    number = re.search(r"(?<![\d.,])(\d+)$", base)
    if number:
        if number.group(1) != "10":
            # "2³" is a power where no note of the page bears the mark 3 and a sign of arithmetic stands beside it.
            return raised not in notes and (
                before in (*_TIMES, "=") or base[: number.start()].endswith(("×", "=", "^"))
            )
        scaled = before in _TIMES or base[: number.start()].endswith(_TIMES)
        return scaled or after.startswith(("/", "⁄")) or raised not in notes
    unit = re.search(r"([A-Za-zµμ]+)$", base)
    return bool(unit) and unit.group(1) in _UNITS and raised in ("2", "3", "4")  # type: ignore[union-attr]
