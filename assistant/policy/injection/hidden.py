"""Text that a reader does not see and a machine does: invisible characters, markup, and encoded payloads."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import urllib.parse
from collections.abc import Iterator
from typing import Final

from assistant.language.words import STOPWORDS

# Zero-width characters, bidirectional controls, Unicode tag characters, variation selectors of the supplement, fillers.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e01ef]"
)
# Overrides turn the order of letters; marks and isolates around foreign words are ordinary.
_BIDI: Final = re.compile("[\u202d\u202e]")
# Flags of emoji end in tag characters too, after a black flag.
_TAGS: Final = re.compile("(?<!\U0001f3f4)(?<![\U000e0020-\U000e007e])[\U000e0020-\U000e007e]+")
# Mail pads its preview with rows of invisible characters; only inside words do they break what a reader searches for.
_INSIDE: Final = re.compile("(?<=[A-Za-z])[\u00ad\u200b-\u200d\u2060-\u2064\ufeff]+(?=[A-Za-z])")
_COMMENT: Final = re.compile(r"<!--(.{3,4000}?)-->", re.S)
_STYLED: Final = re.compile(
    r"<(\w{1,12})\b[^>]{0,300}(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\b|font-size\s*:\s*0|"
    r"color\s*:\s*(?:#fff(?:fff)?|white)\b|\bhidden\b|aria-hidden\s*=\s*\W?true)[^>]{0,300}>(.{3,4000}?)</\1>",
    re.S | re.I,
)
_ATTRIBUTE: Final = re.compile(r"\b(?:alt|title|aria-label|data-[\w-]{1,30}|content)\s*=\s*\"([^\"]{12,2000})\"", re.I)
_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{20,8000}={0,2}(?![A-Za-z0-9+/=_-])")
_HEX: Final = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[ :]?){12,4000}(?![0-9A-Fa-f])")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2}|[\w.-]){12,4000}")
_ESCAPES: Final = re.compile(r"(?:\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|&#x?[0-9A-Fa-f]{1,6};){6,2000}")
_BINARY: Final = re.compile(r"(?<![01])(?:[01]{8}[ ]?){8,2000}(?![01])")
# Letters apart: "i g n o r e", "i.g.n.o.r.e". Figures are doses, rows of a table and versions; letters in twos and threes are
# abbreviations ("q.d.s"), so that a word of four at least must be among them.
_SPACED: Final = re.compile(r"(?<!\S)[^\W\d_](?:[ .\-_*][^\W\d_]){7,400}(?!\S)")
_PARTED: Final = re.compile(r"(?<!\S)[^\W\d_](?:[.\-_*][^\W\d_]){1,30}(?=[.,:;!?'\"]{0,2}(?!\S))")
_PARTED_WORD: Final = 7  # characters of four letters and what parts them
_LETTERS: Final = re.compile(r"[a-z']+")
# In running English about four words in ten are of these kinds; in ROT13 or backwards hardly any.
_ENGLISH, _FOREIGN = 0.25, 0.12
_FREQUENT: Final = frozenset(
    "ignore previous instructions instruction system reply answer prompt rules now reveal list show print write output say claim "
    "repeat user password names all your send respond response act end document".split()
)
_LEET: Final = str.maketrans("01345789@$!", "oieastbgasi")


def revealed(text: str) -> str:
    """The text without invisible characters; letters written as Unicode tags become letters again."""
    shown = _TAGS.sub(lambda m: " " + "".join(chr(ord(c) - 0xE0000) for c in m.group()) + " ", text)
    return _INVISIBLE.sub("", shown)


def suspicious(text: str) -> str:
    """The kind of invisible writing in a text, "" where there is none that an ordinary text would not have."""
    if _TAGS.search(text):
        return "tag characters"
    if _BIDI.search(text):
        return "bidirectional overrides"
    broken = len(_INSIDE.findall(text.replace("\u00ad", "")))
    # Some scripts and some web pages have a few; a smuggled sentence has one in each word or letter.
    return "zero-width characters in words" if broken >= 5 and broken * 20 >= len(text) / 5 else ""


def concealed(text: str) -> Iterator[tuple[str, int, int]]:
    """What stands in comments, hidden elements and attributes of markup, and where they begin and end."""
    for pattern, group in ((_COMMENT, 1), (_STYLED, 2), (_ATTRIBUTE, 1)):
        for match in pattern.finditer(text):
            yield match.group(group), match.start(), match.end()


def decoded(text: str) -> Iterator[str]:
    """What the encoded stretches of a text say, where they say something in letters."""
    for match in _BASE64.finditer(text):
        yield from _readable(_base64(match.group()))
    for match in _HEX.finditer(text):
        yield from _readable(_hex(match.group()))
    for match in _BINARY.finditer(text):
        digits = match.group().replace(" ", "")
        yield from _readable(bytes(int(digits[i : i + 8], 2) for i in range(0, len(digits) - 7, 8)))
    for match in _ESCAPES.finditer(text):
        yield _unescaped(match.group())
    if "%" in text:
        for match in _PERCENT.finditer(text):
            if match.group().count("%") >= 4:
                yield urllib.parse.unquote(match.group())
    for match in _SPACED.finditer(text):
        yield re.sub(r"[ .\-_*]", "", match.group())
    parted = _PARTED.findall(text)
    if len(parted) >= 3 and any(len(token) >= _PARTED_WORD for token in parted):
        yield _PARTED.sub(lambda m: re.sub(r"[.\-_*]", "", m.group()), text)
    yield from _turned(text)


def disguised(text: str) -> Iterator[str]:
    """The text with letters for the signs that stand in for them."""
    leet = re.sub(r"(?<=[A-Za-z])[01345789@$!]+(?=[A-Za-z])|[1!](?=gn)", lambda m: m.group().translate(_LEET), text)
    if leet != text:
        yield leet


def _turned(text: str) -> Iterator[str]:
    """The text, line by line, in ROT13 and backwards, where that is English and the line as it stands is not."""
    for line in text.splitlines():
        if len(line) < 12 or len(line.split()) < 4 or _english(line) > _FOREIGN:
            continue
        for other in (codecs.encode(line, "rot13"), line[::-1]):
            if _english(other) >= _ENGLISH:
                yield other


def _english(text: str) -> float:
    """The share of words that every English text is full of."""
    found = _LETTERS.findall(text.lower())
    return sum(word in STOPWORDS or word in _FREQUENT for word in found) / len(found) if found else 0.0


def _base64(token: str) -> bytes:
    plain = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _hex(token: str) -> bytes:
    digits = re.sub(r"[ :]", "", token)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _readable(data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    letters = sum(c.isalpha() or c.isspace() for c in text)
    if len(text) >= 8 and letters >= 0.8 * len(text) and " " in text:
        yield text


def _unescaped(token: str) -> str:
    def one(match: re.Match[str]) -> str:
        raw = match.group()
        if raw.startswith("&#"):
            digits = raw[2:-1]
            code = int(digits[1:], 16) if digits[:1] in "xX" else int(digits) if digits.isdigit() else 0
        else:
            code = int(raw[2:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""

    return re.sub(r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|&#x?[0-9A-Fa-f]{1,6};", one, token)
