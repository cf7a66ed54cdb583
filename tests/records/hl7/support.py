"""HL7 v2 messages written by their parts, escaped as the standard says."""

from __future__ import annotations

from collections.abc import Mapping

ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\n": "\\.br\\", "\r": "\\.br\\"}


def escaped(text: str) -> str:
    """Text as a field may carry it."""
    return "".join(ESCAPES.get(character, character) for character in text)


def segment(name: str, fields: Mapping[int, str]) -> str:
    """A segment by the numbers of its fields; what is in them is written as it stands."""
    return "|".join([name, *(fields.get(n, "") for n in range(1, max(fields, default=0) + 1))])


def message(kind: str, *segments: str, control: str = "M1", when: str = "20250101080000") -> str:
    """One message with its header."""
    head = rf"MSH|^~\&|A|B|C|D|{when}||{kind}|{control}|P|2.5.1||||||UNICODE UTF-8"
    return "\r".join((head, *segments)) + "\r"


def pid(number: str, family: str = "Lund", given: str = "Mei", born: str = "19500302", sex: str = "F") -> str:
    """A patient."""
    return f"PID|1||{number}^^^H^MR||{family}^{given}||{born}|{sex}"


def obx(code: str, value: str, *, kind: str = "ST", status: str = "F", **more: str) -> str:
    """A result. `more`: sub, unit, span, flag, when."""
    fields = {
        1: "1",
        2: kind,
        3: code,
        4: more.get("sub", ""),
        5: value,
        6: more.get("unit", ""),
        7: more.get("span", ""),
    }
    return segment("OBX", {**fields, 8: more.get("flag", ""), 11: status, 14: more.get("when", "")})
