"""Identifiers inside encoded payloads: base64 and hexadecimal runs are decoded and looked into."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, NamedTuple

_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{12,}={0,2}(?![A-Za-z0-9+/_=-])")
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}){8,}(?![0-9A-Za-z])")
_MOST: Final = 20_000  # characters of one payload that are decoded
_DEEP: Final = 3  # a payload in a payload in a payload: beyond that it is no longer text for people


class Payload(NamedTuple):
    """An encoded run of the text and what it says."""

    start: int
    end: int
    text: str


def payloads(text: str, depth: int = 0) -> list[Payload]:
    """Encoded runs that decode to readable text, with that text (itself decoded, to a small depth)."""
    found: list[Payload] = []
    if depth >= _DEEP:
        return found
    for pattern, decode in ((_BASE64, _from_base64), (_HEX, _from_hex)):
        for match in pattern.finditer(text):
            decoded = decode(match.group()[:_MOST])
            if decoded:
                inner = payloads(decoded, depth + 1)
                said = decoded if not inner else inner[0].text if len(inner) == 1 else decoded
                found.append(Payload(match.start(), match.end(), said))
    return found


def _from_base64(run: str) -> str:
    # A word or a number is also a base64 alphabet string: a payload mixes cases or digits.
    if run.isdigit() or not (re.search(r"[a-z]", run) and re.search(r"[A-Z0-9]", run)):
        return ""
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1:
        return ""
    try:
        return _readable(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _from_hex(run: str) -> str:
    try:
        return _readable(bytes.fromhex(run))
    except ValueError:
        return ""


def _readable(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    good = all(c.isprintable() or c in "\n\r\t" for c in text)
    return text if good and sum(c.isalnum() or c == " " for c in text) >= 0.7 * len(text) else ""
