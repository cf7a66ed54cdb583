"""HL7 v2 text to messages, segments, fields: delimiters from MSH, escapes undone, MLLP frames and batch envelopes stripped.

After HL7 v2.5.1, chapter 2 (control): message delimiters (2.5.4), escape sequences (2.7), batch protocol (2.10.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.records.hl7.escapes import undo

MAX_SEGMENTS: Final = 500_000
MAX_REPEATS: Final = 10_000
_ENVELOPE: Final = ("FHS", "BHS", "BTS", "FTS")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.]+")
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Field, component, repetition, escape and subcomponent separators of one message."""

    field: str = "|"
    component: str = "^"
    repeat: str = "~"
    escape: str = "\\"
    sub: str = "&"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; fields are counted as HL7 counts them. `number`: its place among those of its name."""

    name: str
    fields: tuple[str, ...]
    number: int
    marks: Delimiters

    def raw(self, at: int) -> str:
        """A field as sent, '' where it is absent or the explicit null."""
        value = self.fields[at] if at < len(self.fields) else ""
        return "" if value == '""' else value

    def repeats(self, at: int) -> int:
        """How many repetitions a field has."""
        raw = self.raw(at)
        return raw.count(self.marks.repeat) + 1 if raw else 0

    def part(self, at: int, component: int = 1, repeat: int = 0, sub: int = 1) -> str:
        """One component of one repetition; of several subcomponents the one asked for."""
        repetitions = _repetitions(self.raw(at), self.marks.repeat)
        components = repetitions[repeat].split(self.marks.component) if repeat < len(repetitions) else []
        value = components[component - 1] if component <= len(components) else ""
        subs = value.split(self.marks.sub)
        value = subs[sub - 1] if sub <= len(subs) else ""
        return "" if value == '""' else unescape(value, self.marks).strip()

    def whole(self, at: int, component: int, repeat: int = 0) -> str:
        """One component of one repetition with its subcomponents, parted by blanks."""
        repetitions = _repetitions(self.raw(at), self.marks.repeat)
        components = repetitions[repeat].split(self.marks.component) if repeat < len(repetitions) else []
        subs = components[component - 1].split(self.marks.sub) if component <= len(components) else []
        return " ".join(filter(None, ("" if sub == '""' else unescape(sub, self.marks).strip() for sub in subs)))

    def firsts(self, at: int) -> list[str]:
        """The first component of every repetition of a field, empty ones included."""
        return [self.part(at, 1, repeat) for repeat in range(max(1, self.repeats(at)))]

    def parts(self, at: int, component: int = 1) -> Iterator[str]:
        """One component of every repetition, empty ones left out."""
        for repeat in range(self.repeats(at)):
            if value := self.part(at, component, repeat):
                yield value

    def text(self, at: int) -> str:
        """A whole field as text, repetitions as lines."""
        lines = [unescape(piece, self.marks) for piece in self.raw(at).split(self.marks.repeat)]
        return "\n".join(lines).strip()


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its kind ("ADT"), event ("A01"), control id, time stamp, segments."""

    kind: str
    event: str
    id: str
    time: str
    segments: tuple[Segment, ...]

    def of(self, segments: Iterable[Segment]) -> Message:
        """The same message with some of its segments."""
        return replace(self, segments=tuple(segments))

    @property
    def safe_id(self) -> str:
        """The control id as it may stand in a citation."""
        return _UNSAFE.sub(".", self.id) or "unnamed"

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next((s for s in self.segments if s.name == name), None)

    def locator(self, segment: Segment) -> str:
        """What a citation calls a segment: "OBX/MSG00001-3"."""
        return f"{segment.name}/{self.safe_id}-{segment.number}"


@lru_cache(maxsize=16)
def _repetitions(raw: str, mark: str) -> tuple[str, ...]:
    # One field is asked for part after part; splitting it anew each time would take the square of its repetitions.
    return tuple(raw.split(mark))


def unescape(text: str, marks: Delimiters) -> str:
    """HL7's escape sequences undone."""
    return undo(text, marks.escape, field=marks.field, component=marks.component, repeat=marks.repeat, sub=marks.sub)


def messages(data: bytes, source: str) -> list[Message]:
    """The messages of a file in order. Raises ReaderError where there is none, a header is broken, or there are too many
    segments."""
    # File separators frame messages on the wire (MLLP) and are no text to `decode`.
    text = decode(data.translate(None, b"\x1c").replace(b"\x0b", b"\r"), source)
    groups: list[list[str]] = []
    count = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        count += 1
        if count > MAX_SEGMENTS:
            raise ReaderError(f"the file holds more than {MAX_SEGMENTS:,} segments", path=source, remedy="split it")
        if line.startswith("MSH"):
            groups.append([line])
        elif groups and not line.startswith(_ENVELOPE):
            if _NAME.fullmatch(line[:3]) and line[3:4] == groups[-1][0][3:4]:
                groups[-1].append(line)
            else:
                # Some senders break long texts by line feeds; such a line belongs to the segment before it.
                groups[-1][-1] += "\n" + line
    if not groups:
        raise ReaderError("no HL7 message header (MSH)", path=source, remedy="give HL7 v2 messages")
    return [_message(group, n, source) for n, group in enumerate(groups, 1)]


def _message(lines: list[str], n: int, source: str) -> Message:
    head = lines[0]
    if len(head) < 9 or head[3].isalnum():
        raise ReaderError(f"the header of message {n} is cut", path=source, remedy="export it again")
    separators = head[4:].split(head[3])[0].ljust(4)
    marks = Delimiters(
        head[3],
        *(given.strip() or usual for given, usual in zip(separators[:4], ("^", "~", "\\", "&"), strict=True)),
    )
    counts: dict[str, int] = {}
    segments: list[Segment] = []
    for line in lines:
        fields = line.split(marks.field)
        name = fields[0].strip()
        counts[name] = counts.get(name, 0) + 1
        if line.count(marks.repeat) > MAX_REPEATS and any(f.count(marks.repeat) > MAX_REPEATS for f in fields):
            raise ReaderError(
                f"a field of message {n} repeats more than {MAX_REPEATS:,} times",
                path=source,
                remedy="split the message",
            )
        # MSH-1 is the separator itself, so that its fields are counted one further on.
        body = (fields[0], marks.field, *fields[1:]) if name == "MSH" else tuple(fields)
        segments.append(Segment(name, body, counts[name], marks))
    msh = segments[0]
    return Message(msh.part(9), msh.part(9, 2), msh.part(10) or f"message{n}", msh.part(7), tuple(segments))
