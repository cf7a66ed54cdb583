"""Raised and lowered characters in running text, handled once for all formats: powers, notes, units, prices, formulas.

"10<sup>9</sup>/L" is a power ("10^9/L"), "14<sup>2</sup> days" a mark of a note ("14 days (note 2)"): glued to the number either
would be another number. What surrounds a raised stretch tells which it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final, NamedTuple


class Script(Enum):
    """How a stretch of text stands on its line."""

    PLAIN = 0
    RAISED = 1
    LOWERED = 2
    MARK = 3
    """A mark of a note for sure: the format links it to the note."""


class Run(NamedTuple):
    """A stretch of text of one kind."""

    text: str
    script: Script = Script.PLAIN


_UP: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_TYPED: Final = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_SMALL: Final = {"2": "²", "3": "³"}
_MINUS: Final = str.maketrans("−–‐‑", "----")
_TIMES_TEN: Final = re.compile(r"[×xX*·⋅∙]\s*10$")
_TEN: Final = re.compile(r"(?<![\d.,])10$")
_EXPONENT: Final = re.compile(r"[-+]?\d{1,2}")
_LENGTH: Final = re.compile(r"(?<![^\W\d_])(?:[kcdmnµμ]?m|in|ft|yd|mi)$")
_LETTER: Final = re.compile(r"(?<![^\W_])[^\W\d_]$")
_PRICE: Final = re.compile(r"[$€£¥]\s?\d+$")
_CHARGE: Final = re.compile(r"\d?[-+]{1,2}")
_NOTE: Final = re.compile(r"[\[(]?(?:\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*|[a-zA-Z](?:\s*,\s*[a-zA-Z])*|[ivx]{2,4})[\])]?")
_SIGNS: Final = re.compile(r"[*†‡§¶#®™°º′″'\"]+")
_ISOTOPE: Final = re.compile(r"\d{1,3}m?")
_ELEMENT: Final = re.compile(r"[A-Z][a-z]?(?![a-z])")
_REST: Final = re.compile(
    r"(?=\S|\s+[^\W\d_])(?:[%‰°][CF]?|(?:\s?[-–]\s?\d[\d.,]*(?<![.,]))?(?:\s+[^\W\d_][\w/%.-]*(?<![.-]))?)"
)
"""The rest of an amount behind its number: "%", "-10 mg", "days"."""
_STOPS: Final = ".,;:!?"
# After a bare "10" a raised number from 3 up is a power of ten, unless what is counted is time or money: a dose or a
# count is given in powers, days and euros are not.
_NEVER_IN_POWERS: Final = re.compile(
    r"\s*(?:[$€£¥%]|(?:sec|min|hour|day|night|week|month|year|euro|dollar|pound|percent|per cent|cent|am\b|pm\b|o'clock))",
    re.I,
)


def joined(runs: Iterable[Run]) -> str:
    """The runs as one text in which no raised or lowered figure runs into the number before it."""
    parts = _merged(runs)
    pieces: list[str] = []
    later = ""
    number = 0
    while number < len(parts):
        run = parts[number]
        after = parts[number + 1].text if number + 1 < len(parts) else ""
        if run.script is Script.PLAIN:
            pieces.append(_with_note(run.text, later))
            later = ""
        else:
            before = (pieces[-1] if pieces else "")[-40:]
            if used := _fraction(parts, number):
                top, bottom, number, rest = used
                pieces.append((" " if before[-1:].isdigit() else "") + f"{top}/{bottom}")
                parts[number] = Run(rest)
                continue
            text, note = _set(run, before, after)
            amount = _REST.match(after) if note and before[-1:].isdigit() else None
            if amount and amount.group():
                # The unit stays with its number: the mark goes behind it.
                later = note
            elif note:
                _note_at_end(pieces, note)
            else:
                pieces.append(text)
        number += 1
    return "".join(pieces)


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one kind as one run; digits that were typed raised behind a digit as raised ones."""
    found: list[Run] = []
    for run in runs:
        for part in _typed(run) if run.script is Script.PLAIN else (run,):
            if found and found[-1].script is part.script:
                found[-1] = Run(found[-1].text + part.text, part.script)
            elif part.text:
                found.append(part)
    return found


def _typed(run: Run) -> Sequence[Run]:
    if run.text.isascii():
        return (run,)
    found, at = [], 0
    for match in _TYPED.finditer(run.text):
        found += [Run(run.text[at : match.start()]), Run(match.group().translate(_UP), Script.RAISED)]
        at = match.end()
    return (*found, Run(run.text[at:]))


def _fraction(parts: list[Run], number: int) -> tuple[str, str, int, str] | None:
    """A raised number over a lowered one: top, bottom, the number of the last run it took, and what that run holds besides."""
    top = parts[number].text.strip()
    if parts[number].script is not Script.RAISED or not top.isdigit() or number + 1 >= len(parts):
        return None
    after = parts[number + 1]
    if after.script is Script.PLAIN and after.text.strip() in ("/", "⁄", "∕") and number + 2 < len(parts):
        below = parts[number + 2]
        if below.script is Script.LOWERED and below.text.strip().isdigit():
            return top, below.text.strip(), number + 2, ""
    if match := re.match(r"[/⁄∕](\d{1,3})(?!\d)", after.text):
        return top, match.group(1), number + 1, after.text[match.end() :]
    return None


def _set(run: Run, before: str, after: str) -> tuple[str, str]:
    """What a raised or lowered run becomes: text in its place, or the mark of a note."""
    text = run.text.strip()
    if not text:
        return run.text, ""
    if run.script is Script.MARK:
        return "", text.strip("[]()")
    if run.script is Script.LOWERED:
        return _lowered(text, before, after)
    return _raised(text.translate(_MINUS), before, after)


_TRADE: Final = {"TM": "™", "SM": "℠"}


def _raised(text: str, before: str, after: str) -> tuple[str, str]:
    last = before[-1:]
    if _is_degree(text, before, after):
        return ("°" if text in ("o", "0", "º") else text), ""
    if (figure := _figure(text, before, after)) is not None:
        return figure, ""
    if text.upper() in _TRADE and last.isalpha():
        return _TRADE[text.upper()], ""
    if _NOTE.fullmatch(text):
        return "", text.strip("[]()")
    # Letters of an ordinal ("1st") belong to the word before them.
    apart = last.strip() and not (text.isalpha() and len(text) <= 4)
    return f" {text}" if apart else text, ""


def _figure(text: str, before: str, after: str) -> str | None:
    """A power, the cents of a price, a charge, the mass of an isotope; None for what is none of these."""
    last = before[-1:]
    if _EXPONENT.fullmatch(text) and _is_power(text, before, after):
        return (_SMALL.get(text) if last.isalpha() else None) or f"^{text}"
    if _is_cents(text, before, after):
        return f".{text}"
    if _CHARGE.fullmatch(text) and not text.isdigit():
        return f"^{text}" if last.isdigit() else text
    return text if _ISOTOPE.fullmatch(text) and not last.strip("( ") and _ELEMENT.match(after) else None


def _is_degree(text: str, before: str, after: str) -> bool:
    """Whether raised text is a degree sign: one, or an "o" or "0" between a number and C or F."""
    if _SIGNS.fullmatch(text):
        return True
    return text in ("o", "0") and before.rstrip()[-1:].isdigit() and re.match(r"\s?[CF]\b", after) is not None


def _is_cents(text: str, before: str, after: str) -> bool:
    """Whether two raised digits are the cents of a price: a currency stands before the figure or behind it."""
    if len(text) != 2 or not text.isdigit():
        return False
    return bool(_PRICE.search(before) or (before[-1:].isdigit() and re.match(r"\s?[$€£¥]", after)))


def _is_power(text: str, before: str, after: str) -> bool:
    if _TIMES_TEN.search(before):
        return True
    signed = text[0] in "-+"
    if _TEN.search(before):
        return signed or after.startswith("/") or (int(text) > 2 and not _NEVER_IN_POWERS.match(after))
    if before[-1:].isalpha() and signed and len(text) > 1:
        return text[0] == "-"
    return text in _SMALL and bool(_LENGTH.search(before) or _LETTER.search(before))


def _lowered(text: str, before: str, after: str) -> tuple[str, str]:
    last = before[-1:]
    if last.isdigit():
        return ("", text) if text.isalpha() and len(text) == 1 else (f"_{text}", "")
    word = re.search(r"[^\W\d_]*$", before)
    base = word.group() if word else ""
    if len(base) > 3 and base.islower() and _NOTE.fullmatch(text) and base != "log":
        return "", text.strip("[]()")
    return text + (" " if text[-1].isdigit() and after[:1].isdigit() else ""), ""


def _with_note(text: str, note: str) -> str:
    """A text with a mark behind its first word."""
    if not note:
        return text
    word = _REST.match(text)
    end = word.end() if word else 0
    return f"{text[:end]} (note {note}){text[end:]}"


def _note_at_end(pieces: list[str], note: str) -> None:
    """A mark behind the last word, before the stop that ends its sentence, so that it stays in it."""
    before = pieces[-1] if pieces else ""
    cut = len(before.rstrip().rstrip(_STOPS))
    if cut:
        pieces[-1] = f"{before[:cut]} (note {note}){before[cut:]}"
    else:
        # At the beginning of a line it is the mark of the note itself.
        pieces.append(f"(note {note}) ")
