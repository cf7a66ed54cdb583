"""A text as a reader means it: without invisible characters, look-alike letters and encodings, with the way back to the original.

Identifiers are looked for in the plain text; `Plain.back` says where they stand in the text as it was given.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

# Letters of other scripts that look like Latin ones in common fonts (after Unicode TR39, the single-letter lower and upper cases).
_LOOKALIKE: Final = {
    **dict(zip("аеорсухіјѕһԁԛԝвкмнтгпѵ", "aeopcyxijshdqwbkmhtrnv", strict=True)),
    **dict(zip("АВЕКМНОРСТХІЈЅУԚԜЗ", "ABEKMHOPCTXIJSYQWZ", strict=True)),
    **dict(zip("αινοορρτυχκγωϲ", "aivoopptuxkywc", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("ıɑɡɩʟոսօցհɾ", "iagilnuoghr", strict=True)),
    **dict(zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True)),
    **dict(zip("०१२३४५६७८९", "0123456789", strict=True)),
}  # fmt: skip
_PUNCTUATION: Final = {
    **dict.fromkeys("‐‑‒–−﹣－", "-"),
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("＠﹫", "@"),
    **dict.fromkeys("．․。", "."),
    "’": "'",
    "＇": "'",
}
_INVISIBLE_EXTRA: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_TOKEN: Final = re.compile(r"[^\s,;:|<>()\[\]{}\"/=&?]+")
_ENCODED: Final = re.compile(
    r"(?P<url>(?:%[0-9A-Fa-f]{2})+)|(?P<html>&(?:#\d{2,6}|#x[0-9A-Fa-f]{2,5}|amp|commat|period|nbsp|hyphen|quot|apos);)"
    r"|(?P<json>(?:\\u[0-9A-Fa-f]{4})+)|(?P<plus>(?<=[A-Za-z])\+(?=[A-Za-z]))"
)
_QUERY: Final = re.compile(r"[?&]\w+=[^\s\"']*")


@dataclass(frozen=True, slots=True)
class Normalized:
    """`text` is the plain text; character i of it came from `source[starts[i]:ends[i]]`. Both are None where nothing changed."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the source text for the stretch [start, end) of the plain text, end > start."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalized(source: str) -> Normalized:
    """Make the plain text: invisible characters dropped, look-alikes and encodings (URL, HTML, JSON) resolved."""
    encoded = _encodings(source) if ("%" in source or "&" in source or "\\u" in source or "+" in source) else []
    if not encoded and source.isascii():
        return Normalized(source)
    lookalike = _mixed_script(source)
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for begin, stop, decoded in [*encoded, (len(source), len(source), "")]:
        for i in range(at, begin):
            for c in _character(source[i], i in lookalike):
                text.append(c)
                starts.append(i)
                ends.append(i + 1)
        for c in decoded:
            text.append(c)
            starts.append(begin)
            ends.append(stop)
        at = stop
    joined = "".join(text)
    return Normalized(source) if joined == source else Normalized(joined, starts, ends)


def _character(c: str, lookalike: bool) -> str:
    if c.isascii():
        return c
    if c in _PUNCTUATION:
        return _PUNCTUATION[c]
    if c in _INVISIBLE_EXTRA or (
        unicodedata.category(c) in ("Cf", "Cc", "Mn")
        and not unicodedata.name(c, "").startswith(("COMBINING", "ARABIC", "DEVANAGARI", "HEBREW", "THAI"))
    ):
        return ""
    if lookalike and c in _LOOKALIKE:
        return _LOOKALIKE[c]
    # Full-width, mathematical and circled forms have an ASCII compatibility form; accents and other scripts stay as they are.
    form = unicodedata.normalize("NFKC", c)
    return form if form != c and form.isascii() and form.isalnum() else c


def _mixed_script(source: str) -> frozenset[int]:
    """Positions of look-alikes in tokens that also hold ASCII letters or digits: real words of one script stay."""
    found: set[int] = set()
    for token in _TOKEN.finditer(source):
        word = token.group()
        if word.isascii():
            continue
        letters = [c for c in word if c.isalnum()]
        strange = [c for c in letters if c in _LOOKALIKE]
        if strange and (any(c.isascii() for c in letters) or "@" in word):
            found.update(i for i in range(token.start(), token.end()) if source[i] in _LOOKALIKE)
    return frozenset(found)


def _encodings(source: str) -> list[tuple[int, int, str]]:
    queries = [m.span() for m in _QUERY.finditer(source)] if "+" in source else []
    found: list[tuple[int, int, str]] = []
    for match in _ENCODED.finditer(source):
        raw = match.group()
        if match.lastgroup == "plus":
            if any(start < match.start() < end for start, end in queries):
                found.append((match.start(), match.end(), " "))
            continue
        if match.lastgroup == "url":
            pieces = _url_pieces(raw)
        elif match.lastgroup == "json":
            pieces = [(raw[i : i + 6], chr(int(raw[i + 2 : i + 6], 16))) for i in range(0, len(raw), 6)]
        else:
            pieces = [(raw, html.unescape(raw))]
        at = match.start()
        for written, meant in pieces:
            if meant.isprintable() and "\ufffd" not in meant:
                found.append((at, at + len(written), meant))
            at += len(written)
    return found


def _url_pieces(raw: str) -> list[tuple[str, str]]:
    """Split a run of %XX into the bytes of one character each."""
    pieces: list[tuple[str, str]] = []
    at = 0
    while at < len(raw):
        first = int(raw[at + 1 : at + 3], 16)
        size = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        written = raw[at : at + 3 * size]
        pieces.append((written, unquote(written, errors="replace")))
        at += 3 * size
    return pieces
