"""The value of a result (OBX-5) in words, by its type (OBX-2): one reading for prose and for facts."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from assistant.records.fhir.terms import is_number
from assistant.records.hl7.message import Segment
from assistant.records.hl7.people import address_words, name_at, phone_words
from assistant.records.hl7.timestamps import clock, moment
from assistant.records.model import Limits

# Types without components: what stands in them is text, marks of components included ("3 x 10^9/L").
TEXTS: Final = frozenset("TX FT ST".split())
_PLAIN: Final = TEXTS | frozenset("NM SI ID IS".split())
FILES: Final = frozenset("ED RP".split())
_BOUND: Final = re.compile(r"(<=|>=|<|>|≤|≥)\s*([+-]?\d+(?:\.\d+)?)")
_SIGNS: Final = {"≤": "<=", "≥": ">="}
_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]{120,}={0,2}\s*")


@dataclass(frozen=True, slots=True)
class Value:
    """`text` in words; `number` where it is one plain decimal, with its `comparator`; `file`: the kind of an attached file."""

    text: str
    number: str = ""
    comparator: str = ""
    file: str = ""


def value_of(obx: Segment) -> Value:
    """The value of a result; of several repetitions all."""
    kind = obx.part(2).upper()
    if kind in FILES:
        return Value("", file=_file(obx, kind))
    if kind in _PLAIN:
        if kind not in TEXTS and obx.repeats(5) > 1:
            # Several measurements of one result, each in its unit.
            return Value(", ".join(filter(None, (obx.part(5, 1, n) for n in range(obx.repeats(5))))))
        text = obx.text(5)
        return Value("", file="unknown") if _encoded(text) else _number(text, kind)
    if kind == "SN":
        return _structured(obx)
    say = _SAYERS.get(kind, _components)
    said = [text for n in range(obx.repeats(5)) if (text := " ".join(say(obx, n).split()))]
    if any(_encoded(text.rpartition(" ")[2]) for text in said):
        return Value("", file="unknown")
    return Value(", ".join(said))


def _number(text: str, kind: str) -> Value:
    if kind not in ("NM", "ST"):
        return Value(text)
    if kind == "NM" and is_number(text):
        return Value(text, text)
    # A bound where only a number may stand is what laboratories send all the same.
    if found := _BOUND.fullmatch(text):
        return Value(text, found.group(2), _SIGNS.get(found.group(1), found.group(1)))
    return Value(text)


def _structured(obx: Segment) -> Value:
    """SN: "<5", "3-5", "1:128", ">=10", "2+"."""
    comparator, first, separator, second = (obx.part(5, part) for part in (1, 2, 3, 4))
    joint = f" {separator} " if separator in ("-", "to") and second else separator
    text = f"{comparator}{first}{joint}{second}"
    plain = is_number(first) and not separator and not second
    return (
        Value(text, first, "" if comparator in ("=", "<>") else comparator)
        if plain and comparator != "<>"
        else Value(text)
    )


def coded(segment: Segment, at: int, repeat: int = 0) -> str:
    """A coded field (CE, CWE): its text, else the alternative text, else the sender's own words, else the code."""
    parts = (segment.part(at, n, repeat) for n in (2, 5, 9, 1, 4))
    return " ".join(next(filter(None, parts), "").split())


def _coded_value(obx: Segment, n: int) -> str:
    """A coded value, and behind it what the sender wrote where that is more than the code's name (CWE.9)."""
    name, written = coded(obx, 5, n), " ".join(obx.part(5, 9, n).split())
    return f"{name} ({written})" if written and written.lower() not in name.lower() else name


# HL7 table 0128.
_SEVERITY: Final = {"SV": "severe", "MO": "moderate", "MI": "mild", "U": ""}


def severity_of(allergy: Segment) -> str:
    """The severity of AL1 or IAM in words: the sender's, else those of the table; "" where it is unknown."""
    said = coded(allergy, 4)
    return _SEVERITY.get(said.upper(), said)


def _file(obx: Segment, kind: str) -> str:
    """ED: application^type^subtype^encoding^data; RP: pointer^application^type^subtype. What stands there is media."""
    for n in (3, 2, 4) if kind == "ED" else (4, 3):
        text = obx.part(5, n)
        if text and re.fullmatch(r"[\w.+/-]{1,40}", text) and text.lower() not in ("base64", "a", "hex"):
            return text
    return "unknown"


def _encoded(text: str) -> bool:
    """Whether a text is a file in Base64: long, without words, and decodable."""
    if not _BASE64.fullmatch(text):
        return False
    dense = "".join(text.split())
    if len(dense) < 0.95 * len(text) or len(dense) % 4 or dense.isdigit():
        return False
    try:
        base64.b64decode(dense, validate=True)
    except binascii.Error:
        return False
    return True


def _components(obx: Segment, n: int) -> str:
    return " ".join(part for c in range(1, 9) if (part := obx.part(5, c, n)))


def _person(family: int) -> Callable[[Segment, int], str]:
    return lambda obx, n: name_at(obx, 5, family, n).whole


def _amount(obx: Segment, n: int) -> str:
    return f"{obx.part(5, 1, n)} {obx.part(5, 2, n)}".strip()


def _range(obx: Segment, n: int, say: Callable[[str], str] = str) -> str:
    low, high = say(obx.part(5, 1, n)), say(obx.part(5, 2, n))
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"to {high}" if high else ""


_SAYERS: Final[dict[str, Callable[[Segment, int], str]]] = {
    **dict.fromkeys(("CE", "CWE", "CNE", "CF"), _coded_value),
    **dict.fromkeys(("DT", "TS", "DTM"), lambda obx, n: moment(obx.part(5, 1, n))),
    "TM": lambda obx, n: clock(obx.part(5, 1, n)),
    **dict.fromkeys(("XPN", "PN"), _person(1)),
    **dict.fromkeys(("XCN", "CN", "PPN"), _person(2)),
    **dict.fromkeys(("XON", "CX", "CK", "EI", "HD", "PL"), lambda obx, n: obx.part(5, 1, n)),
    **dict.fromkeys(("XAD", "AD"), lambda obx, n: address_words(obx, 5, n)),
    **dict.fromkeys(("XTN", "TN"), lambda obx, n: phone_words(obx, 5, n)),
    **dict.fromkeys(("CQ", "MO"), _amount),
    "NR": _range,
    "DR": lambda obx, n: _range(obx, n, moment),
}


_SPAN: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[-–]\s*([+-]?\d+(?:\.\d+)?)")


def limits_of(text: str) -> Limits:
    """A reference range (OBX-7): "3.5-5.1", "<5.0", ">60"; other words are kept as words."""
    bare = text.strip()
    if (span := _SPAN.fullmatch(bare)) is not None:
        return Limits(span.group(1), span.group(2))
    if (bound := _BOUND.fullmatch(bare)) is not None:
        number = bound.group(2)
        return Limits("", number) if bound.group(1) in ("<", "<=", "≤") else Limits(number, "")
    return Limits(text=bare)


def unit_of(obx: Segment) -> str:
    """The unit of a result: its code, else its text."""
    return obx.part(6) or obx.part(6, 2)
