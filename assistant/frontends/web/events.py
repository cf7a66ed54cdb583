"""What happens to one question, as server-sent events (WHATWG HTML, section 9.2) that both the widget and the API send."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from assistant import shapes
from assistant.facade import Event as FacadeEvent
from assistant.facade import Finished, Released
from assistant.frontends.presented import reason_in_words
from assistant.shapes import shown


class Event(NamedTuple):
    """`number` counts from 1 within one question, so that a broken stream goes on where it broke."""

    number: int
    name: str
    data: dict[str, Any]

    @property
    def last(self) -> bool:
        """Whether nothing comes after it."""
        return self.name in ("finished", "failed")

    def encode(self) -> bytes:
        """The event on the wire. JSON has no raw line breaks, so one `data` line holds it."""
        data = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        # U+2028 and U+2029 are no line ends in this format; lone surrogates cannot be sent.
        return f"id: {self.number}\nevent: {self.name}\ndata: {data}\n\n".encode("utf-8", "replace")


HEARTBEAT = b": still here\n\n"


def of(event: FacadeEvent, *, public: bool = False) -> tuple[str, dict[str, object]]:
    """A facade event as name and data; `public` without what only those who run the assistant need.

    The shapes are `ReleasedEvent`, `FinishedEvent` and `WithdrawnEvent` of `replies`, or their public forms.
    """
    if isinstance(event, Released):
        citation = shapes.PublicCitation if public else shapes.Citation
        return "released", {"text": event.shown, "citations": [shown(citation, c) for c in event.citations]}
    if isinstance(event, Finished):
        answer = shown(shapes.PublicAnswer if public else shapes.Answer, event.answer)
        if public:
            answer["reason"] = reason_in_words(event.answer.reason)
        return "finished", {"answer": {**answer, "question": event.question, "answer": event.shown}}
    return "withdrawn", {"reason": event.reason}
