"""What stands around a medicine in a message: the order above it, its timings and its routes. One pass over a message."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from assistant.records.hl7.message import Message, Segment

MEDICINES: Final = frozenset("RXA RXE RXO RXD RXG".split())
# Segments that may stand between a medicine and its timings and routes.
_BESIDE: Final = frozenset("RXR RXC TQ1 TQ2 NTE OBX FT1 CTI".split())


@dataclass(frozen=True, slots=True)
class Around:
    """The order (ORC) of a medicine, its timings and routes. `place`: how many of its kind stand above it in that order."""

    order: Segment | None = None
    timings: list[Segment] = field(default_factory=list)
    routes: list[Segment] = field(default_factory=list)
    place: int = 0

    @property
    def number(self) -> str:
        """The order's number; where a sender puts several medicines under one, with their place under it."""
        number = (self.order.part(2) or self.order.part(3)) if self.order is not None else ""
        return f"{number}#{self.place}" if number and self.place else number


def around(message: Message) -> dict[int, Around]:
    """For each medicine of a message, by its place, what stands around it."""
    found: dict[int, Around] = {}
    order: Segment | None = None
    counts: Counter[str] = Counter()
    before: list[Segment] = []
    now: Around | None = None
    for at, segment in enumerate(message.segments):
        name = segment.name
        if name in MEDICINES:
            # An administration is no order: what is given has a time of its own.
            given = name == "RXA"
            now = found[at] = Around(None if given else order, [] if given else before, [], counts[name])
            counts[name] += 1
            before = []
        elif name == "TQ1":
            (before if now is None else now.timings).append(segment)
        elif name == "RXR" and now is not None:
            now.routes.append(segment)
        elif name not in _BESIDE:
            now, before = None, []
            if name == "ORC":
                order, counts = segment, Counter()
    return found
