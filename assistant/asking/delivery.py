"""Events of an answer on their way to the person who asked."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.asking.events import Event, Released
from assistant.asking.reidentification import Reidentification, sure

if TYPE_CHECKING:
    from assistant.types import Answer


def delivered(
    events: Generator[Event, None, Answer], own: Reidentification, stored: Callable[[str], str]
) -> Generator[Event, None, Answer]:
    """The same events and answer, the released sentences with the words that their asker typed."""
    try:
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                answer: Answer = end.value
                return answer
            yield replace(event, own=sure(own, event.citations, stored)) if isinstance(event, Released) else event
    finally:
        events.close()
