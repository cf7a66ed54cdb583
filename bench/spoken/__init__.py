"""A fifth de-identification set, written text by text: transcripts of voice notes, referrals of five countries, chats with slips.

The other sets fill templates; here every text was written whole and its identifiers marked by hand, before the tagger was looked at:
`[[P|Ann Lee]]`. Capital letters say what it is (P person, C city, S street, Z post code, H phone, E e-mail, D date, B birth, I number,
U user, V plate), small ones that it is typed or transcribed in small letters, or said in words. Every second text is of the unopened half.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

_MARK: Final = re.compile(r"\[\[(\w)\|(.+?)\]\]")
_ENTITY: Final = {
    "P": "PERSON", "C": "CITY", "S": "STREET", "Z": "POST_CODE", "H": "PHONE", "E": "EMAIL", "D": "DATE", "B": "BIRTH",
    "I": "NUMBER", "U": "USER", "V": "PLATE",
}  # fmt: skip


def rows(half: int) -> list[dict[str, Any]]:
    """The texts of one half (0 open, 1 unopened) with their marks, in the form of `bench.unlike.make.make`."""
    blocks = (Path(__file__).parent / "texts.txt").read_text(encoding="utf-8").split("%%\n")
    found: list[dict[str, Any]] = []
    for number, block in enumerate(blocks[half::2]):
        kind, _, body = block.rstrip("\n").partition("\n")
        kind, _, country = kind.partition("-")
        text, spans = _unmarked(body)
        found.append({"id": f"{half}-{number}", "kind": kind, "country": country, "text": text, "spans": spans})
    return found


def _unmarked(body: str) -> tuple[str, list[dict[str, Any]]]:
    text, at, spans = "", 0, list[dict[str, Any]]()
    for mark in _MARK.finditer(body):
        text += body[at : mark.start()]
        letter, value = mark[1], mark[2]
        entity = _ENTITY[letter.upper()] + ("_LOWER" if letter.islower() else "")
        spans.append({"entity": entity, "start": len(text), "end": len(text) + len(value)})
        text, at = text + value, mark.end()
    return text + body[at:], spans
