"""Events on their way to whoever listens, each sentence recorded before it goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.asking.events import Event, Released
from assistant.errors import AssistantError
from assistant.types import Answer, Query

if TYPE_CHECKING:
    from assistant.policy.gate import Gate


def recorded(
    events: Generator[Event, None, Answer], query: Query, gate: Gate, gave_up: Callable[[], None]
) -> Generator[Event, None, Answer]:
    """The same events and answer; a sentence is shown only after its record is written.

    Where a record cannot be written nothing more is shown and the answer is the refusal. Where the listener goes away or a part
    fails, that is recorded, `gave_up` is called, and the failure goes on.
    """
    trail = gate.trail(query)
    try:
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                answer: Answer = end.value
                return answer
            if trail is not None and isinstance(event, Released):
                try:
                    trail.showing(event.text, (citation.document_id for citation in event.citations))
                except Exception as error:  # noqa: BLE001 - no record, no sentence
                    events.close()
                    return gate.unrecorded(query, error)
            yield event
    except BaseException as error:
        # Each sentence that was shown has its record already: where this one cannot be written, none of them is lost.
        with suppress(AssistantError):
            if trail is not None:
                trail.broke_off("closed" if isinstance(error, GeneratorExit) else type(error).__name__)
        with suppress(AssistantError):
            gave_up()
        raise
    finally:
        events.close()
