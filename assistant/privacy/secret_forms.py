"""Secrets that are known by their form alone: how keys are turned and pressed, how programs write them down, how wallets spell them.

None of these looks at what a sentence is about; beside each form stands what is written alike and is no secret.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import regex

# "postgres://ward:blue-otter@db": who and by what, in an address.
_IN_ADDRESS: Final = regex.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@]+:[^\s/@]+@", regex.IGNORECASE)
# "export DB_PASS=...", "secret_key: '...'", "X-Auth: ...": a name that says what the value is, in the spelling of programs.
_ASSIGNED: Final = regex.compile(
    r"(?<![\w-])(?:[\w-]*[_-])?(?:pass(?:wd|word|phrase)?|pwd|secret|token|api[_-]?key|auth(?:orization)?|private[_-]?key|credentials?)(?:[_-]\w+)*"
    r"(?:\s*=\s*|:\s+)(?:bearer\s)?[\"']?(?P<value>[^\s\"',;]{6,})",
    regex.IGNORECASE,
)
_SPELLED_BY_PROGRAMS: Final = regex.compile(r"[_=]|\bX-|Authorization", regex.IGNORECASE)
_PLACEHOLDER: Final = regex.compile(
    r"[<{$%*.\[(x]|your|none|null|true|false|required|string|optional", regex.IGNORECASE
)
# "ssh deploy@backup01 then type Tr0ub4dor&3".
_REMOTE: Final = regex.compile(
    r"\b(?:ssh|sftp|scp|rdp|psql|mysql|telnet)\s[^\s]+@?\S*[^.\n]{0,40}?\s(?=\S*[A-Za-z])(?=\S*\d)(?=\S*[^\w\s.:/@-])[^\s/@]{8,}"
)
# "Summer#Rain4", "Autumn!2024": letters, digits and a sign that parts no words. "US$250", "issue#12", "HLA-B*27:05" and addresses do.
_MIXED: Final = regex.compile(
    r"(?<![\w./:@&?=-])(?=\S{8,})(?=\S*\d)[A-Za-z0-9]+(?:[$#!^~][A-Za-z][A-Za-z0-9]*)+(?![\w/.-]*[/@])|(?<![\w./:@])[A-Za-z]{4,}!\d{2,}(?!\w)"
)
# "31 left, 8 right, 22 left": the turns of a lock.
_TURN: Final = r"(?:\d{1,2}\s(?:times\s)?(?:to\sthe\s)?(left|right|clockwise|anti-?clockwise|counter-?clockwise))"
_TURNS: Final = regex.compile(rf"{_TURN}(?:,?\s(?:then\s|and\s|back\s)*{_TURN}){{2,}}", regex.IGNORECASE)
# "press 4 9 1 1", "6-2-9-4", "2580#": keys one after the other.
_KEYS: Final = regex.compile(
    r"(?<![\w.,:/-])\d(?:([ -])\d)(?:\1\d){2,5}(?![\w/%:-]|[.,]\d| ?(?:mg|ml|h|days?|weeks?|months?|years?)\b)|(?<![\w#])\d{4,8}[#*](?!\w)"
)
_DIGITS: Final = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_SAID_KEYS: Final = regex.compile(rf"\b(?:{_DIGITS})(?:[ -](?:{_DIGITS})){{3,7}}\b", regex.IGNORECASE)
_ORDER: Final = _DIGITS.replace("oh|", "").split("|")
# "copper lens walnut drift ...": twelve and more words of one key, without the small words that hold a sentence together.
_SEED: Final = regex.compile(r"(?<=[:=]\s|^)[a-z]{3,8}(?:[ ][a-z]{3,8}){11,23}(?=\s*[.!]?\s*$)", regex.MULTILINE)
_SMALL: Final = frozenset(
    "the and for with from that this then than was were are has have had not but you your they "
    "their our his her its can may must will should "
    "into over under after before when while which who all any each more most some such only also per one two".split()
)
_STEPS: Final = frozenset({0, 1, -1})


def has_secret_form(sentence: str) -> bool:
    """Whether something in a sentence is written as only a secret is."""
    return (
        _IN_ADDRESS.search(sentence) is not None
        or _TURNS.search(sentence) is not None
        or _REMOTE.search(sentence) is not None
        or _MIXED.search(sentence) is not None
        or any(_is_value(match) for match in _ASSIGNED.finditer(sentence))
        or any(_is_pressed([int(c) for c in match[0] if c.isdigit()]) for match in _KEYS.finditer(sentence))
        or any(_is_pressed(_said(match[0])) for match in _SAID_KEYS.finditer(sentence))
        or any(_SMALL.isdisjoint(match[0].split()) for match in _SEED.finditer(sentence))
    )


def _is_value(match: regex.Match[str]) -> bool:
    """A value, in the spelling of programs, that is no placeholder ("API_KEY=<yours>")."""
    return _SPELLED_BY_PROGRAMS.search(match[0]) is not None and _PLACEHOLDER.match(match["value"]) is None


def _said(words: str) -> list[int]:
    return [_ORDER.index("zero" if word == "oh" else word) for word in regex.findall(r"[a-z]+", words.lower())]


def _is_pressed(digits: list[int]) -> bool:
    """No counting: "steps 1 2 3 4", "one two three four"."""
    return not {b - a for a, b in pairwise(digits)} <= _STEPS
