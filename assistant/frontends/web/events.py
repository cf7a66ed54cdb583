"""What happens to one question, as server-sent events (WHATWG HTML, section 9.2) that both the widget and the API send."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from assistant.facade import Event as FacadeEvent
from assistant.facade import Finished, Released
from assistant.types import citation_json


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


# What tells somebody who tries how near he came: how sure a check was, how long it took, which policy and model there are.
_INSIDE: Final = ("verdicts", "policy", "model", "timings_ms")


def of(event: FacadeEvent, *, public: bool = False) -> tuple[str, dict[str, object]]:
    """A facade event as name and data; `public` without what only those who run the assistant need."""
    if isinstance(event, Released):
        return "released", {
            "text": event.shown,
            "citations": [_citation(citation_json(c), public) for c in event.citations],
        }
    if isinstance(event, Finished):
        answer = {**event.answer.as_json(), "question": event.question, "answer": event.shown}
        return "finished", {"answer": public_answer(answer) if public else answer}
    return "withdrawn", {"reason": event.reason}


def public_answer(answer: dict[str, Any]) -> dict[str, object]:
    """An answer's JSON for visitors: its words, sources, level and reason."""
    kept = {name: value for name, value in answer.items() if name not in _INSIDE}
    if isinstance(verified := kept.get("verified"), dict):
        # Visitors see that somebody vouches for it and until when, not who.
        kept["verified"] = {"until": verified.get("until", "")}
    for name in ("citations", "related", "closest"):
        if name in kept:
            kept[name] = [_citation(c, True) for c in kept[name]]
    return kept


def _citation(citation: dict[str, object], public: bool) -> dict[str, object]:
    return {name: value for name, value in citation.items() if not public or name != "score"}
