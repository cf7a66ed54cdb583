"""Which edition a document is: its version, when it holds, what it replaces, whether it was withdrawn.

Read where a document speaks about itself, never in its prose: front matter and properties, the head and foot of its pages, and
lines below its title that say nothing else. "Withdrawn." there is a statement; "The offer was withdrawn." is none anywhere.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from assistant.readers.edition_words import in_english

VERSION: Final = "edition.version"
VALID_FROM: Final = "edition.valid_from"
VALID_UNTIL: Final = "edition.valid_until"
STATUS: Final = "edition.status"
REPLACES: Final = "edition.replaces"
SUPERSEDED_BY: Final = "edition.superseded_by"

_MONTHS: Final = [name.lower() for name in calendar.month_name]
_MONTH: Final = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE: Final = (
    rf"(?:\d{{4}}-\d\d(?:-\d\d)?|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    rf"|{_MONTH},?\s+\d{{4}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|(?:19|20)\d\d)"
)
_SELF: Final = (
    r"(?:this|the)\s+(?:present\s+)?(?:document|policy|guideline|guidance|version|edition|issue|revision|leaflet|procedure|protocol|"
    r"notice|page|form|handbook|manual|standard|instruction|sheet|sop|price\s+list|list|text|file)"
)
_NUMBER: Final = r"(?:\d+(?:\.\d+){0,3}[a-z]?|[A-Z]|[IVX]{1,5})"
_EDITION: Final = (
    rf"(?:version|edition|issue|revision|rev\.?|ver\.?|v\.?)\s*(?:no\.?|number)?\s*:?\s*(?P<version>{_NUMBER})"
)
_ENDED: Final = {
    "withdrawn": r"withdrawn|retracted|rescinded|revoked|cancelled|canceled|repealed|not\s+in\s+force"
    r"|no\s+longer\s+(?:valid|in\s+force|in\s+use|current)",
    "superseded": r"superseded|obsolete|outdated|out\s+of\s+date",
    "expired": "expired",
    "archived": "archived",
    "draft": r"draft|not\s+(?:yet\s+)?approved",
}
_STATUS: Final = "|".join(f"(?P<{name}>{words})" for name, words in _ENDED.items())
_BE: Final = r"(?:\s+(?:is|was|has\s+been|are|were))?"
_FROM: Final = r"(?:from|since|as\s+of|as\s+from|starting|on|date)"
_UNTIL: Final = r"(?:until|till|through|to|up\s+to|before|[-–])"
_WHEN: Final = rf"(?:\s+(?:on|since|from|as\s+of|in|with\s+effect\s+from)\s+{_DATE})?"
_NUMBERED: Final = _EDITION.replace("?P<version>", "")
_OBJECT: Final = (
    r"(?:(?:the|our)\s+)?(?:(?:all|any|every)\s+(?:earlier|previous|prior|former)\s+[\w ]{1,40}"
    rf"|(?:[\w-]+\s+){{0,4}}{_NUMBERED}(?:\s+(?:of|from|dated)\s+{_DATE})?|(?:[\w-]+\s+){{1,5}}(?:of|from|dated)\s+{_DATE}"
    r"|(?:earlier|previous|prior)\s+(?:version|edition|issue)s?|[A-Z]{2,}[-\d./]+\d)"
)
_VALID: Final = r"(?:valid|effective|in\s+force|applicable|applies|in\s+effect|current|published|issued)"

# Each says one thing and fills a whole statement; the groups are what it says.
_STATEMENTS: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?:{_SELF}{_BE}\s+)?(?:now\s+)?(?:{_STATUS})(?:\s+(?:on|since|from|as\s+of|in)\s+(?P<ended>{_DATE}))?",
        rf"(?:{_SELF}{_BE}\s+)?{_VALID}(?:\s+(?:from|since|as\s+of|as\s+from|on))?\s*:?\s*(?P<begin>{_DATE})(?:\s*{_UNTIL}\s*(?P<end>{_DATE}))?",
        rf"(?:{_SELF}{_BE}\s+)?(?:valid|in\s+force|applicable|applies|in\s+effect|effective)\s+{_UNTIL}\s*:?\s*(?P<end2>{_DATE})",
        rf"(?:{_SELF}\s+)?(?:expires|expiry(?:\s+date)?|expiration(?:\s+date)?|expire|valid\s+to|end\s+of\s+validity)(?:\s+on)?\s*:?\s*(?P<end3>{_DATE})",
        rf"(?:valid|effective|in\s+force|start)\s*{_FROM}?\s*:?\s*(?P<begin2>{_DATE})",
        rf"(?:{_SELF}\s+)?(?:replaces|supersedes|replacing|superseding)\s*:?\s*(?P<replaces>{_OBJECT})",
        rf"(?:{_SELF}{_BE}\s+)?superseded{_WHEN}\s+by\s*:?\s*(?P<by>.{{1,80}})",
        # "Replaced by post within a week" is about something else: what replaces a document is named like one.
        rf"(?:{_SELF}{_BE}\s+)?replaced{_WHEN}\s+by\s*:?\s*"
        r"(?=.*(?:" + _NUMBERED + r"|\b(?:19|20)\d\d\b|(?-i:[A-Z]{2,})[- ]?\d))(?P<by2>.{1,80})",
        _EDITION,
        r"(?P<version2>\d{1,2})(?:st|nd|rd|th)\s+(?:edition|revision|version|issue)",
        rf"status\s*:\s*(?:{_STATUS.replace('?P<', '?P<s_')})",
    )
)
# A line may name itself, its owner and its pages beside its edition.
_PARTS: Final = re.compile(r"\s*[;|·•\n()\[\]]\s*|\s+[–—-]\s+|\.\s+|\.$")
_APART: Final = re.compile(r"(?<=\S)(?:[ \u00a0]{3,}|[ ]*\t[ \t]*)(?=\S)")
# Headings of sections, list items and what leads into them stand below the head of a document.
_ENDS_HEAD: Final = re.compile(r"^\s*(?:#{2,6}\s|[-*+•]\s|\d{1,3}[.)]\s)|:\s*$")
_SENTENCE: Final = re.compile(r"[.!?]$")
_LONGEST: Final = 200
_LINES: Final = 8

_PROPERTIES: Final = {
    "version": VERSION, "edition": VERSION, "revision number": VERSION, "document version": VERSION,
    "valid_from": VALID_FROM, "valid-from": VALID_FROM, "valid from": VALID_FROM, "effective": VALID_FROM, "effective_date": VALID_FROM,
    "effective date": VALID_FROM, "effective-date": VALID_FROM,
    "valid_until": VALID_UNTIL, "valid-until": VALID_UNTIL, "valid until": VALID_UNTIL, "valid_to": VALID_UNTIL, "valid to": VALID_UNTIL,
    "expires": VALID_UNTIL, "expiry": VALID_UNTIL, "expiry date": VALID_UNTIL, "expiry_date": VALID_UNTIL, "expiration": VALID_UNTIL,
    "status": STATUS, "contentstatus": STATUS, "document status": STATUS,
    "replaces": REPLACES, "supersedes": REPLACES,
    "superseded_by": SUPERSEDED_BY, "superseded-by": SUPERSEDED_BY, "superseded by": SUPERSEDED_BY, "replaced_by": SUPERSEDED_BY,
    "replaced-by": SUPERSEDED_BY, "replaced by": SUPERSEDED_BY,
}  # fmt: skip


def _head(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """What the lines say one by one, from the title to where the text begins."""
    for number, line in enumerate(lines):
        if number > _LINES or (number and _ENDS_HEAD.search(line)):
            return
        is_title = number == 0 or line.startswith("# ")
        said = _statements(line, is_title=is_title)
        yield said
        if not said and not is_title and _is_prose(line):
            return


def edition_of(
    lines: Iterable[str], *, around: Iterable[str] = (), properties: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What a document says of its edition, by the fixed keys of this module; empty where it says nothing.

    `lines` are its title and first blocks, `around` the heads and feet of its pages, `properties` front matter or the
    properties of the file. Dates are ISO days; a month or year begins with its first and ends with its last day.
    """
    found: dict[str, str] = {}
    for name, value in (properties or {}).items():
        _take_property(found, name.lower(), value)
    for line in around:
        _merge(found, _statements(line, is_around=True))
    rows = list(_head(lines))
    # A table of former versions says nothing of this one.
    versions = {row[VERSION] for row in rows if VERSION in row}
    for row in rows:
        if len(versions) < 2 or VERSION not in row:
            _merge(found, row)
    if SUPERSEDED_BY in found:
        found.setdefault(STATUS, "superseded")
    return found


def _take_property(found: dict[str, str], name: str, value: str) -> None:
    key = _PROPERTIES.get(name)
    if key in (VALID_FROM, VALID_UNTIL):
        value = day(value, last=key == VALID_UNTIL)
    elif key == STATUS:
        match = re.fullmatch(_STATUS, value.strip(), re.I)
        value = (match.lastgroup or "") if match else ""
    if key and value.strip():
        found.setdefault(key, value.strip()[:100])


def _merge(found: dict[str, str], more: Mapping[str, str]) -> None:
    for key, value in more.items():
        found.setdefault(key, value)


def _parts_of(text: str) -> list[str]:
    """What a line says, statement by statement; a line that is no sentence is cut finer."""
    parts = list(filter(None, (part.strip(" ,:*_") for part in _PARTS.split(text))))
    return parts if _SENTENCE.search(text) else [piece.strip() for part in parts for piece in _pieces(part)]


def _statements(line: str, *, is_title: bool = False, is_around: bool = False) -> dict[str, str]:
    """What a line says of the edition. Below the title nothing may stand beside it on the line but short names."""
    # Statements side by side in one line are parted by tabs or several blanks.
    text = " ".join(_APART.sub(" | ", in_english(line.lstrip("# ").strip())).split())
    if not text or len(text) > _LONGEST:
        return {}
    said = [_said(part) for part in _parts_of(text)]
    found: dict[str, str] = {}
    for statement in said:
        _merge(found, statement)
    if is_around or not found:
        return found
    others = not all(said)
    if is_title:
        # "Expired" alone is what a page is about; "Price list (expired)" is a page that has expired.
        return found if others or set(found) != {STATUS} else {}
    if others and (_is_prose(text) or (set(found) == {STATUS} and not said[0])):
        return {}
    return found


def _is_prose(line: str) -> bool:
    return _SENTENCE.search(line.strip()) is not None or any(len(part.split()) > 8 for part in _PARTS.split(line))


def _pieces(part: str) -> list[str]:
    """A part at its commas and colons, where dates and "status: draft" are not torn."""
    return [part] if _said(part) else re.split(r",\s+(?!\d{4}\b)|:\s+(?=\D)", part)


def _said(part: str) -> dict[str, str]:
    for statement in _STATEMENTS:
        match = statement.fullmatch(part)
        if match is None:
            continue
        found: dict[str, str] = {}
        for group, value in match.groupdict().items():
            if value is None:
                continue
            name = group.removeprefix("s_")
            if name in _ENDED:
                found[STATUS] = name
            elif name.startswith("version"):
                found[VERSION] = value
            elif name.startswith("begin"):
                _put(found, VALID_FROM, day(value))
            elif name.startswith("end") and name != "ended":
                _put(found, VALID_UNTIL, day(value, last=True))
            elif name == "replaces":
                found[REPLACES] = value
            elif name.startswith("by"):
                found[SUPERSEDED_BY] = value
        return found
    return {}


def _put(found: dict[str, str], key: str, value: str) -> None:
    if value:
        found[key] = value


def day(text: str, *, last: bool = False) -> str:
    """A date in words or figures as an ISO day; "" where it is none or could be two. `last`: of a month or year the last day."""
    lowered = text.lower().strip(" .")
    year = re.search(r"\b(?:19|20)\d\d\b", lowered)
    if year is None:
        return ""
    numbers = [int(n) for n in re.findall(r"\d+", lowered.replace(year.group(), " ", 1))]
    month = next((i for i, name in enumerate(_MONTHS[1:], 1) if re.search(rf"\b{name[:3]}", lowered)), 0)
    if month:
        return _iso(int(year.group()), month, numbers[0] if numbers else 0, last=last)
    if not numbers:
        return _iso(int(year.group()), 0, 0, last=last)
    if re.match(r"\d{4}-", lowered):
        return _iso(int(year.group()), numbers[0], numbers[1] if len(numbers) > 1 else 0, last=last)
    if len(numbers) != 2:
        return ""
    return _of_figures(int(year.group()), *numbers, dotted="." in lowered, last=last)


def _of_figures(year: int, first: int, second: int, *, dotted: bool, last: bool) -> str:
    """A date of figures: "31.12.2025" and "12/31/2025" can be read in one way only, "03/04/2025" in two."""
    if dotted or first > 12 or first == second:
        return _iso(year, second, first, last=last)
    return _iso(year, first, second, last=last) if second > 12 else ""


def _iso(year: int, month: int, number: int, *, last: bool) -> str:
    if not month:
        return f"{year}-12-31" if last else f"{year}-01-01"
    if not 1 <= month <= 12:
        return ""
    days = calendar.monthrange(year, month)[1]
    number = number or (days if last else 1)
    return date(year, month, number).isoformat() if 1 <= number <= days else ""
