"""Messages by the patient they speak of. One message may hold several patients: each PID begins another one's part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from assistant.records.hl7.message import Message, Segment
from assistant.records.hl7.people import identity_of, patient_of

# Results and orders that no PID goes before belong to nobody: they are kept apart, never given to the patient after them.
NOBODY: Final = ("", "", "")
# What goes before the first patient of a message and speaks of the message as a whole.
_HEAD: Final = frozenset("MSH EVN SFT UAC MSA ERR QAK QRD QRF QPD RCP NTE DSC SCH".split())


@dataclass(frozen=True, slots=True)
class Case:
    """One patient's messages in the order of their time. `patient_id` is '' where the sender gives no number."""

    patient_id: str
    identity: tuple[str, str, str]
    messages: tuple[Message, ...]


def cases(given: Iterable[Message]) -> list[Case]:
    """Every patient's part of the messages, in the order in which the patients are named.

    The same number with another birth date, sex and family name is somebody else: numbers are unique to who assigns them.
    """
    found: dict[str, list[tuple[tuple[str, str, str], list[Message]]]] = {}
    for message in given:
        for pid, part in _parts(message):
            patient, identity = (patient_of(pid), identity_of(pid)) if pid is not None else ("", NOBODY)
            people = found.setdefault(patient, [])
            same = next((n for n, (known, _) in enumerate(people) if _agree(known, identity, bool(patient))), None)
            if same is None:
                people.append((identity, [part]))
            else:
                people[same] = (_joined(people[same][0], identity), [*people[same][1], part])
    return [
        Case(patient, identity, tuple(in_order(parts)))
        for patient, people in found.items()
        for identity, parts in people
    ]


def in_order(given: Iterable[Message]) -> list[Message]:
    """Messages by their time (MSH-7); one without a time stays after the one before it."""
    timed, latest = [], ""
    for message in given:
        latest = message.time or latest
        timed.append((latest, message))
    return [message for _, message in sorted(timed, key=lambda pair: pair[0])]


def _parts(message: Message) -> Iterator[tuple[Segment | None, Message]]:
    """The segments of each patient, with those before the first PID, which speak of the whole message."""
    starts = [n for n, segment in enumerate(message.segments) if segment.name == "PID"]
    if not starts:
        yield None, message
        return
    before = message.segments[: starts[0]]
    head = tuple(segment for segment in before if segment.name in _HEAD)
    if astray := [segment for segment in before if segment.name not in _HEAD]:
        yield None, message.of((*head, *astray))
    for start, end in zip(starts, [*starts[1:], len(message.segments)], strict=True):
        yield message.segments[start], message.of((*head, *message.segments[start:end]))


def _agree(known: tuple[str, str, str], other: tuple[str, str, str], numbered: bool) -> bool:
    """Whether two may be the same person. With a number, sex alone may be corrected; without one, all must be the same."""
    if not numbered:
        return known == other
    return not (_differ(known[0], other[0]) and (_differ(known[1], other[1]) or _differ(known[2], other[2])))


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _joined(known: tuple[str, str, str], other: tuple[str, str, str]) -> tuple[str, str, str]:
    return known[0] or other[0], known[1] or other[1], known[2] or other[2]
