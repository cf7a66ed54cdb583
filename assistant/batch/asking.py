"""Fields of texts: each is a question, answered from that one document through the gate, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.charts.fields import FieldSpec
from assistant.errors import AssistantError, UsageError
from assistant.types import Passage, Status

if TYPE_CHECKING:
    from assistant.facade import Assistant

_PASSAGES: Final = 8


def asked(assistant: Assistant, path: Path, shown: str, fields: Sequence[FieldSpec]) -> dict[str, object]:
    """The fields of one file. A file that cannot be read, or may not be taken in, has an error instead of fields."""
    try:
        passages = _passages(assistant, path)
    except AssistantError as error:
        return {"source": shown, "error": error.message, "fields": {}}
    found = {}
    for spec in fields:
        if spec.ask is None:
            raise UsageError(f"the field {spec.name} asks nothing", remedy="give it a question, or a record to read")
        answer = assistant.ask(spec.ask, given=_nearest(assistant, spec.ask, passages))
        given = answer.status in (Status.ANSWERED, Status.EXTRACTED)
        found[spec.name] = {
            "value": answer.answer if given else None,
            "status": str(answer.status),
            "citations": [
                {"title": c.title, "locator": c.locator, "quote": c.quote} for c in answer.citations if given
            ],
        }
    return {"source": shown, "fields": found}


def _passages(assistant: Assistant, path: Path) -> list[Passage]:
    """The passages of a file after the ingest checks; nothing of it is stored."""
    from assistant.readers.registry import read_file
    from assistant.retrieval.chunk import chunk

    found: list[Passage] = []
    for document in read_file(path):
        admitted, _ = assistant.gate.ingest(document, assistant.principal)
        if admitted is None:
            raise AssistantError("the policy does not take this document in")
        for piece in chunk(admitted):
            found.append(
                Passage(
                    len(found), "", admitted.title, piece.text, piece.start, piece.end, piece.heading, piece.locator,
                    admitted.labels,
                )
            )  # fmt: skip
    return found


def _nearest(assistant: Assistant, question: str, passages: list[Passage]) -> list[Passage]:
    """The passages nearest to the question in meaning, best first."""
    if len(passages) <= 1:
        return passages
    vectors = assistant.tools.embedder.query([question, *(passage.text for passage in passages)])
    scores = vectors[1:] @ vectors[0]
    order = sorted(range(len(passages)), key=lambda i: -float(scores[i]))
    return [passages[i] for i in order[:_PASSAGES]]
