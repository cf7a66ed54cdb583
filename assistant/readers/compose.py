"""Puts a document together: blocks of text with exact section offsets, invisible characters removed and counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_CHARACTERS, MAX_SECTIONS
from assistant.types import Document, Loss, LossKind, Section

# Characters that a person does not see but a model reads: tags, bidirectional overrides, zero-width marks. Joiners stay
# between letters of the scripts that need them, which ASCII is not.
_INVISIBLE: Final = re.compile(
    "[\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u2060-\u2064\ufeff\u180e\u034f\u115f\u1160\u3164]"
    "|(?<=[\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f])"
)
_SOFT_HYPHEN: Final = "\u00ad"
# The hyphens of word processors, which look like the one on the keyboard and mean it: "10-20".
_HYPHENS: Final = str.maketrans("\u2010\u2011", "--")
_BAD: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SPACES: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f]+")
MAX_LOSSES: Final = 200
"""Losses told one by one; what is over is told as a number, so that a hostile file cannot fill the vault with them."""
FIRST_BLOCKS: Final = 8
_ITEM: Final = re.compile(
    r"\s*(?:[-*+•]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]{1,2}|[ivxlcdmIVXLCDM]{1,6})[.)]|\d{1,3}(?:\.\d{1,3})+)\s"
)
_BLANK: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def clean(text: str) -> tuple[str, int]:
    """Text without control and invisible characters and lone surrogates, and how many invisible ones it held."""
    if text.isascii() and text.isprintable():
        return text, 0
    text, hidden = _INVISIBLE.subn("", text)
    text = text.replace("\f", "\n\n").replace(_SOFT_HYPHEN, "").translate(_HYPHENS)
    return _BAD.sub("", text), hidden


def tidy(text: str) -> str:
    """One paragraph: runs of blanks become one, line ends and outer blanks go."""
    return " ".join(text.split())


def squeeze(text: str) -> str:
    """A block whose line ends mean something: runs of blanks become one, runs of empty lines one empty line."""
    lines = _SPACES.sub(" ", text).split("\n")
    return _BLANK.sub("\n\n", "\n".join(line.strip() for line in lines)).strip()


def stem(source: str) -> str:
    """A title from a file name: without folder and ending, underscores as blanks, on one line."""
    name = clean(PurePath(source).stem)[0]
    return tidy(name.replace("_", " ")) or "untitled"


class Composer:
    """Collects blocks and sections of one document; blocks are parted by an empty line.

    `note` adds text that belongs to no section (a heading line, a source line): it is shown but never retrieved.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._pieces: list[str] = []
        self._length = 0
        self._sections: list[Section] = []
        self._heading = ""
        self._locator = ""
        self._start = -1
        self._sure = True
        self._in_list = self._leads_in = False
        self._losses: dict[Loss, None] = {}
        self.hidden = 0
        self.first: list[str] = []
        """The first blocks, as far as they are short: where a document says which edition it is."""

    @property
    def empty(self) -> bool:
        """Whether no section holds text yet."""
        return not self._sections and self._start < 0

    def open(self, heading: str = "", locator: str = "", *, sure: bool = True) -> None:
        """End the section at hand and begin another; one without text leaves no trace.

        What is not `sure` is kept and shown, but never released as an answer (see Section).
        """
        self._close()
        self._heading, self._locator, self._sure = self._plain(heading), self._plain(locator), sure

    def lose(self, kind: LossKind, place: str = "", detail: str = "") -> None:
        """Note what does not come into the text, or not surely; `detail` is ours and holds no text of the document."""
        self._losses[Loss(kind, self._plain(place)[:120], detail)] = None

    def join(self, other: Composer) -> None:
        """Take over what another composer left out: of a part that it read for this one."""
        self.hidden += other.hidden
        self._losses.update(other._losses)

    def add(self, block: str, joint: str = "\n\n") -> None:
        """Add a block to the section at hand; `joint` parts it from the block before it in the same section."""
        item = _ITEM.match(block) is not None
        # A list stands apart from what goes before it, unless that leads into it; its items do not.
        close = self._start >= 0 and (not item or self._in_list or self._leads_in)
        self._in_list, self._leads_in = item, block.rstrip().endswith(":")
        place = self._write(block, joint if close else "\n\n")
        if place >= 0 and self._start < 0:
            self._start = place

    def note(self, block: str) -> None:
        """Add a block outside every section; the section at hand ends before it."""
        self._close()
        self._write(block, "\n\n")

    def build(
        self,
        *,
        title: str,
        media_type: str,
        metadata: Mapping[str, str] | None = None,
        fields: Mapping[str, Iterable[str]] | None = None,
    ) -> Document:
        """The finished document. Raises ReaderError where nothing readable was added."""
        self._close()
        text = "".join(self._pieces)
        if not text.strip():
            raise ReaderError("the file holds no readable text", path=self._source, remedy="leave this file out")
        facts = {k: self._plain(v) for k, v in (metadata or {}).items() if v}
        if self.hidden:
            facts["hidden"] = str(self.hidden)
        return Document(
            title=self._plain(title)[:300] or stem(self._source),
            text=text,
            source=self._source,
            media_type=media_type,
            sections=tuple(self._sections) or (Section(0, len(text)),),
            metadata=facts,
            fields=known(fields or {}),
            losses=self._told(),
        )

    def _told(self) -> tuple[Loss, ...]:
        told = [*self._losses][:MAX_LOSSES]
        if self.hidden:
            told.append(Loss(LossKind.HIDDEN, "", f"{self.hidden} invisible places, not read"))
        if over := len(self._losses) - MAX_LOSSES:
            told += [Loss(LossKind.UNREAD, "", f"{over} more like these")] if over > 0 else []
        return tuple(told)

    def _plain(self, text: str) -> str:
        return tidy(clean(text)[0])

    def _write(self, block: str, joint: str) -> int:
        text, hidden = clean(block)
        self.hidden += hidden
        text = text.strip("\n")
        if not text.strip():
            return -1
        if len(self.first) < FIRST_BLOCKS:
            self.first.append(text if len(text) <= 300 else "")
        if self._length:
            self._pieces.append(joint)
            self._length += len(joint)
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise ReaderError(
                f"the file holds more than {MAX_CHARACTERS:,} characters of text",
                path=self._source,
                remedy="split the file",
            )
        return start

    def _close(self) -> None:
        if self._start >= 0:
            self._sections.append(Section(self._start, self._length, self._heading, self._locator, self._sure))
            self._start = -1
            if len(self._sections) > MAX_SECTIONS:
                raise ReaderError(
                    f"the file holds more than {MAX_SECTIONS:,} sections or rows",
                    path=self._source,
                    remedy="split the file",
                )


def known(fields: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Identifiers by entity: cleaned, each once, longest first, so that a whole name goes before its parts."""
    found: dict[str, tuple[str, ...]] = {}
    for entity, values in fields.items():
        distinct = {tidy(clean(value)[0]) for value in values}
        if kept := sorted((v for v in distinct if len(v) > 1), key=lambda v: (-len(v), v)):
            found[entity] = tuple(kept)
    return found


class Outline:
    """The headings above a place, as one path: "Treatment > Children"."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, str]] = []

    def enter(self, level: int, title: str) -> str:
        """Step to a heading of this level (1 is the highest); returns the path to it."""
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        if title:
            self._stack.append((level, title[:200]))
        return self.path

    @property
    def path(self) -> str:
        """The path at hand."""
        return " > ".join(title for _, title in self._stack)
