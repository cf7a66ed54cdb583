"""Which access labels a message, an order or a diagnosis asks for (HL7 v2: TXA-18, PD1-12, ARV-3, ORC-28, DG1-18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from assistant.records.hl7.message import Message, Segment
from assistant.records.security import V2_CODES, labels_of

# Who the patient is: said in every part of a message, whatever its label.
_WHO: Final = frozenset("MSH PID".split())
_RESTRICTED: Final = frozenset({"restricted"})


@dataclass(frozen=True, slots=True)
class Marked:
    """The messages, or parts of messages, that ask for these labels. `held`: that what they tell is kept back."""

    labels: frozenset[str]
    messages: tuple[Message, ...]
    held: bool = False

    def bare(self) -> Marked:
        """What is left where the labels hold it back: whose it is."""
        kept = (message.of(s for s in message.segments if s.name in _WHO) for message in self.messages)
        return replace(self, messages=tuple(kept), held=True)


def marked(messages: Iterable[Message]) -> tuple[Marked, ...]:
    """The messages by their labels, each message taken apart where its parts differ; first what asks for none."""
    found: dict[frozenset[str], list[Message]] = {}
    for message in messages:
        parts: dict[frozenset[str], set[int]] = {}
        for at, labels in enumerate(_labels(message)):
            parts.setdefault(labels, set()).add(at)
        who = {at for at, segment in enumerate(message.segments) if segment.name in _WHO}
        for labels, places in parts.items():
            if places - who:
                kept = [segment for at, segment in enumerate(message.segments) if at in places or at in who]
                found.setdefault(labels, []).append(message.of(kept))
        if not any(places - who for places in parts.values()):
            found.setdefault(frozenset(), []).append(message)
    return tuple(Marked(labels, tuple(found[labels])) for labels in sorted(found, key=sorted))


def _labels(message: Message) -> Iterator[frozenset[str]]:
    """The labels of each segment: those of the message, of the order that it stands under, and its own."""
    whole = frozenset[str]().union(*(_whole(segment) for segment in message.segments))
    order = frozenset[str]()
    for segment in message.segments:
        if segment.name == "ORC":
            order = _of(segment, 28)
        elif segment.name == "PID":
            order = frozenset()
        own = _RESTRICTED if segment.name == "DG1" and segment.part(18).upper() == "Y" else frozenset[str]()
        yield whole | order | own


def _whole(segment: Segment) -> frozenset[str]:
    if segment.name == "TXA":
        return _of(segment, 18)
    if segment.name == "PD1":
        return _RESTRICTED if segment.part(12).upper() == "Y" else frozenset()
    if segment.name == "ARV" and segment.part(3) and segment.part(3).upper() != "NO":
        # A restriction whose kind is not known restricts.
        return _of(segment, 3) or _RESTRICTED
    return frozenset()


def _of(segment: Segment, at: int) -> frozenset[str]:
    return labels_of(V2_CODES.get(code.upper(), code) for code in segment.firsts(at))
