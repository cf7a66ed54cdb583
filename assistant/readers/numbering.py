"""Numbers of lists as they are printed: "2.", "b)", "iv.", "3.1" (ISO/IEC 29500-1, 17.9; HTML standard, 4.4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.ooxml import attribute, number_of

if TYPE_CHECKING:
    from lxml.etree import _Element

BULLET: Final = "-"
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def spelled(number: int, form: str) -> str:
    """A number in one of the forms of lists: decimal, lowerLetter, upperLetter, lowerRoman, upperRoman, decimalZero."""
    if number < 1 or number > 100_000:
        return str(number)
    lowered = form.lower()
    if "letter" in lowered or "alpha" in lowered:
        letter = chr(97 + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)
        return letter if "lower" in lowered else letter.upper()
    if "roman" in lowered and number < 4000:
        text = ""
        for value, sign in _ROMAN:
            text, number = text + sign * (number // value), number % value
        return text if "lower" in lowered else text.upper()
    return f"{number:02d}" if lowered == "decimalzero" else str(number)


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a DOCX; `label` counts as it is called, so it is called once for each item, in order."""

    def __init__(self, archive: Archive, name: str) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if name in archive:
            self._read(archive.xml(name))

    def label(self, list_id: str, level: int) -> str:
        """The printed number of the next item of a list, `BULLET` for one without number, "" where the list is none."""
        found = self._lists.get(list_id)
        if found is None:
            return BULLET if list_id not in ("", "0") else ""
        # Lists of one kind count on, until one says where it starts.
        counts = self._counts.setdefault(found.abstract, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for at, start in found.restarts.items():
                counts[at] = start - 1
        here = found.levels.get(level, _Level())
        counts[level] = counts.get(level, here.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        if here.form == "bullet":
            return BULLET
        if here.form == "none":
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            other = found.levels.get(at, _Level())
            return spelled(
                counts.get(at, other.start), "decimal" if at < level and other.form == "bullet" else other.form
            )

        return " ".join(re.sub(r"%([1-9])", number, here.text).split())

    def _read(self, root: _Element) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for entry in root:
            if local(entry) == "abstractNum":
                abstract[attribute(entry, "abstractNumId")] = _levels(entry)
        for entry in root:
            if local(entry) == "num":
                self._list(entry, abstract)

    def _list(self, entry: _Element, abstract: dict[str, dict[int, _Level]]) -> None:
        of = next((attribute(e, "val") for e in entry if local(e) == "abstractNumId"), "")
        found = _List(of, dict(abstract.get(of, {})))
        for override in entry:
            if local(override) == "lvlOverride":
                at = number_of(attribute(override, "ilvl"))
                found.levels.update(_levels(override))
                for start in override:
                    if local(start) == "startOverride":
                        found.restarts[at] = number_of(attribute(start, "val"), 1)
        self._lists[attribute(entry, "numId")] = found


def _levels(parent: _Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for entry in parent:
        if local(entry) == "lvl":
            level = found.setdefault(number_of(attribute(entry, "ilvl")), _Level())
            for part in entry:
                kind, value = local(part), attribute(part, "val")
                if kind == "numFmt":
                    level.form = value
                elif kind == "lvlText":
                    level.text = value
                elif kind == "start":
                    level.start = number_of(value, 1)
    return found
