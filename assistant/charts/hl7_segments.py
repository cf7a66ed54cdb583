"""HL7 v2 text to messages and segments: delimiters from MSH, escapes undone, MLLP frames and batch envelopes stripped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assistant.errors import ReaderError

_ENVELOPE: Final = ("FHS", "BHS", "BTS", "FTS")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.]+")


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

    def part(self, at: int, component: int = 1, repeat: int = 0) -> str:
        """One component of one repetition, its first subcomponent."""
        repetitions = self.raw(at).split(self.marks.repeat)
        components = repetitions[repeat].split(self.marks.component) if repeat < len(repetitions) else []
        value = components[component - 1] if component <= len(components) else ""
        return unescape(value.split(self.marks.sub)[0], self.marks).strip()

    def firsts(self, at: int) -> list[str]:
        """The first component of every repetition of a field."""
        pieces = self.raw(at).split(self.marks.repeat)
        ends = f"{self.marks.component}{self.marks.sub}"
        return [
            unescape(re.split(f"[{re.escape(ends)}]", piece, maxsplit=1)[0], self.marks).strip() for piece in pieces
        ]

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

    @property
    def safe_id(self) -> str:
        """The control id as it may stand in a citation."""
        return _UNSAFE.sub(".", self.id) or "unnamed"

    def first(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next((s for s in self.segments if s.name == name), None)


def unescape(text: str, marks: Delimiters) -> str:
    """HL7's escape sequences undone; formatting commands become line ends or nothing."""
    if marks.escape not in text:
        return text
    known = {
        "F": marks.field, "S": marks.component, "T": marks.sub, "R": marks.repeat, "E": marks.escape, ".br": "\n",
        ".sp": "\n",
    }  # fmt: skip
    e = re.escape(marks.escape)

    def undo(match: re.Match[str]) -> str:
        command = match.group(1)
        if command[:1] == "X" and re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", command):
            return bytes.fromhex(command[1:]).decode("latin-1")
        return known.get(command, "")

    return re.sub(f"{e}([^{e}]*){e}", undo, text)


def messages(data: bytes, source: str) -> list[Message]:
    """The messages of a file in order. Raises ReaderError where there is none or a header is broken."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.replace("\x0b", "\r").replace("\x1c", "\r")
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    groups: list[list[str]] = []
    for line in lines:
        if line.startswith("MSH"):
            groups.append([line])
        elif groups and not line.startswith(_ENVELOPE):
            groups[-1].append(line)
    if not groups:
        raise ReaderError("no HL7 message header (MSH)", path=source, remedy="give HL7 v2 messages")
    return [_message(group, n, source) for n, group in enumerate(groups, 1)]


def _message(lines: list[str], n: int, source: str) -> Message:
    head = lines[0]
    if len(head) < 9:
        raise ReaderError(f"the header of message {n} is cut", path=source, remedy="export it again")
    separators = head[4:].split(head[3])[0].ljust(4)
    marks = Delimiters(head[3], separators[0], separators[1], separators[2].strip() or "\\", separators[3])
    counts: dict[str, int] = {}
    segments: list[Segment] = []
    for line in lines:
        fields = line.split(marks.field)
        name = fields[0].strip()
        counts[name] = counts.get(name, 0) + 1
        # MSH-1 is the separator itself, so that its fields are counted one further on.
        body = (fields[0], marks.field, *fields[1:]) if name == "MSH" else tuple(fields)
        segments.append(Segment(name, body, counts[name], marks))
    msh = segments[0]
    identity = msh.part(10) or f"message{n}"
    return Message(msh.part(9), msh.part(9, 2), identity, msh.part(7), tuple(segments))
