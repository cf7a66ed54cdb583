"""Which results of a patient's messages stand: what the laboratory withdrew, cancelled or replaced is no fact.

HL7 tables 0085 (OBX-11, the status of a result) and 0123 (OBR-25, of a report). A result is replaced by a later message about
the same order, test and sub-id (OBX-4). Text results of one test that follow each other are one text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.records.hl7.isolates import Isolates
from assistant.records.hl7.message import Message, Segment
from assistant.records.hl7.values import TEXTS, Value, coded, value_of

_STATES: Final = {
    "F": "final", "U": "final", "C": "corrected", "A": "amended", "B": "amended", "P": "preliminary", "R": "preliminary",
    "S": "preliminary", "I": "registered",
}  # fmt: skip
_VOID: Final = {"D": "deleted", "W": "entered-in-error", "X": "cancelled", "N": "not-done", "O": "order only"}
# OBR-25, where the report as a whole is no result or not yet one.
_VOID_REPORT: Final = {"X": "cancelled", "Y": "cancelled", "Z": "cancelled"}
_OPEN_REPORT: Final = {"P": "preliminary", "R": "preliminary", "S": "registered", "I": "registered", "C": "corrected"}
_UNSETTLED: Final = frozenset({"preliminary", "registered"})
_CHANGES: Final = frozenset({"corrected", "amended"})
REPLACED: Final = "replaced"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: its first segment, all its segments (lines of a text), the order above it, its value and status.

    `void`: why it is no fact ("entered-in-error", "deleted", "cancelled", "replaced" by a later message), '' where it is one.
    """

    segments: tuple[Segment, ...]
    order: Segment | None
    key: str
    name: str
    value: Value
    status: str
    void: str = ""
    organism: str = ""
    """What was grown and tested against a drug, where this is such a test: "Escherichia coli"."""

    @property
    def segment(self) -> Segment:
        """The segment that a citation names."""
        return self.segments[0]

    @property
    def date(self) -> str:
        """When it was observed (OBX-14, else the order's OBR-7), as sent."""
        return self.segment.part(14) or (self.order.part(7) if self.order is not None else "")


def standing(messages: Sequence[Message]) -> list[list[Finding]]:
    """The findings of each message, in order, with what no longer stands marked void. Messages are in the order of time."""
    found = [list(_findings(message)) for message in messages]
    # Of each key the findings that stand, by the time of the observation, the latest statement last.
    open_: dict[str, dict[str, tuple[int, int]]] = {}
    for n, findings in enumerate(found):
        for at, finding in enumerate(findings):
            known = open_.setdefault(finding.key, {})
            if known:
                # Of several under one order, the one of the same time is meant.
                date = finding.date if finding.date in known else next(reversed(known))
                before = known[date]
                _settle(found, before, (n, at))
                if found[before[0]][before[1]].void:
                    del known[date]
            if not found[n][at].void:
                known[finding.date] = (n, at)
    return found


def _settle(found: list[list[Finding]], before: tuple[int, int], now: tuple[int, int]) -> None:
    """Let a finding replace the one of the same key in an earlier message, where it does."""
    old, new = found[before[0]][before[1]], found[now[0]][now[1]]
    if new.segment.part(11) == "U" and not new.value.text and not new.value.file:
        # The status alone changes: what was preliminary is final.
        found[before[0]][before[1]] = replace(old, status="final")
        found[now[0]][now[1]] = replace(new, void=REPLACED)
        return
    same_time = not (old.date and new.date) or old.date == new.date
    if new.void or new.status in _CHANGES or old.status in _UNSETTLED or same_time:
        found[before[0]][before[1]] = replace(old, void=REPLACED)


def report_status(order: Segment) -> str:
    """How a report or an order of tests stands by OBR-25; "" where it is final or does not say."""
    state = order.part(25).upper()
    return _VOID_REPORT.get(state, "") or _OPEN_REPORT.get(state, "")


def _findings(message: Message) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    grown = Isolates(message)
    for run, order, number in _runs(message):
        finding = _finding(message, run, order, number)
        finding = replace(finding, organism=grown.tested(run[0], order, number))
        counts[finding.key] = counts.get(finding.key, 0) + 1
        # The second of the same name in one message is replaced by the second in a later one.
        yield replace(finding, key=f"{finding.key}#{counts[finding.key]}")


def _runs(message: Message) -> Iterator[tuple[list[Segment], Segment | None, int]]:
    order: Segment | None = None
    number = 0
    run: list[Segment] = []
    for segment in message.segments:
        if run and not (segment.name == "OBX" and _continues(run[-1], segment)):
            yield run, order, number
            run = []
        if segment.name == "OBR":
            order, number = segment, number + 1
        elif segment.name == "OBX":
            run.append(segment)
    if run:
        yield run, order, number


def _continues(above: Segment, below: Segment) -> bool:
    """Whether a text goes on: the same test, sub-id, status, flag and date, without a unit or range of its own."""
    if below.part(2) not in TEXTS or above.part(2) != below.part(2) or below.raw(6) or below.raw(7):
        return False
    return all(above.raw(at) == below.raw(at) for at in (3, 4, 6, 7, 8, 11, 14))


def _finding(message: Message, run: list[Segment], order: Segment | None, number: int) -> Finding:
    first = run[0]
    state = first.part(11).upper()
    report = order.part(25).upper() if order is not None else ""
    void = _VOID.get(state, "") or _VOID_REPORT.get(report, "")
    status = _STATES.get(state, "recorded")
    if not state:
        status = _OPEN_REPORT.get(report, status)
    value = value_of(first)
    if len(run) > 1:
        value = Value("\n".join(value_of(segment).text for segment in run).strip(), file=value.file)
    test = (first.part(3) or first.part(3, 2)).lower()
    key = "|".join((_order_key(message, first, order, number), test, first.part(4)))
    return Finding(tuple(run), order, key, coded(first, 3), value, status, void)


def _order_key(message: Message, obx: Segment, order: Segment | None, number: int) -> str:
    """What joins a result to its correction: the filler's or placer's number, else what was ordered and when."""
    if order is None:
        return obx.part(14) or message.id
    own = order.part(3) or order.part(2)
    when = order.part(7) or obx.part(14)
    return own or (f"{order.part(4)}@{when}" if when else f"{message.id}#{number}")
