"""Choose `min_named` and `min_overview` of the check `answerable`: what each line does to open questions over a collection.

    python -m bench.calibrate_topic ../shared/data/medquad/questions.dev.jsonl ../shared/data/medquad/documents
    python -m bench.calibrate_topic domains/healthcare/eval/questions.jsonl domains/healthcare/documents

For every question the reader's probability and the named share of each passage that compaction leaves are measured once;
then each pair of lines is applied. Prints, for each, the share of answerable questions answered, of those with the right
document, and of unanswerable questions refused. The shipped pair was chosen on the MedQuAD dev questions.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from assistant.asking.clock import Clock
from assistant.asking.journey import Journey
from assistant.config import go_offline
from assistant.evaluate.answers import read_items, throwaway
from assistant.evaluate.scored import Item
from assistant.facade import Assistant
from assistant.policy.checks.answerable import Params
from assistant.reading import topic
from assistant.reading.reader import Reader
from assistant.retrieval.expand import expansions


class Option(NamedTuple):
    """A passage that could answer: the reader's probability, the named share (1 without a subject), right document or not."""

    sure: float
    named: float
    overview: bool
    right: bool


def measured(assistant: Assistant, reader: Reader, item: Item) -> list[Option]:
    """The options of one question; none for a question that is refused."""
    query = assistant.gate.admit(item.question, assistant.principal)
    if query.blocked:
        return []
    passages, _ = assistant.gate.veil(query, assistant._found(query, Clock(), None))
    journey = Journey(assistant.parts, query, Clock())
    evidence = journey.compact(query, passages)
    readings = reader.read(query.asked, [e.passage.text for e in evidence])
    rarity, named = journey.rarity(query), topic.topic_of(query.asked)
    others = expansions(named, assistant.pack.lexicon) if named else ()
    return [
        Option(
            reading.answerable,
            topic.topic_share(named, e.passage, rarity, others) if named else 1.0,
            bool(named),
            bool(item.document)
            and Path(item.document).stem in assistant.vault.document_info(e.passage.document_id).source,
        )
        for e, reading in zip(evidence, readings, strict=True)
    ]


def rates(
    found: list[tuple[Item, list[Option]]], detail: float, overview: float, named: float
) -> tuple[float, float, float]:
    """Answered of the answerable, right document of those, refused of the unanswerable."""
    answered = right = released = 0
    for item, options in found:
        kept = [o for o in options if o.named >= named and o.sure >= (overview if o.overview else detail)]
        if kept and item.answerable:
            answered += 1
            right += max(kept).right
        released += bool(kept) and not item.answerable
    answerable = sum(item.answerable for item, _ in found)
    return answered / max(1, answerable), right / max(1, answered), 1 - released / max(1, len(found) - answerable)


def main(questions: Path, documents: Path) -> None:
    """Ingest, measure, print the table."""
    go_offline()
    items = read_items(questions)
    with throwaway(policy="base", domain=None, engine="extractive") as assistant:
        assistant.ingest([documents], labels=frozenset({"public"}))
        reader = Reader.load()
        found = [(item, measured(assistant, reader, item)) for item in items]
    print(f"{len(items)} questions, {sum(bool(o and o[0].overview) for _, o in found)} of them overview questions")
    for overview in (0.42, 0.44, 0.46, 0.48, 0.50):
        for named in (0.0, 0.5, 0.6, 0.65, 0.7):
            told = "  ".join(f"{rate:.3f}" for rate in rates(found, Params().min_answerable, overview, named))
            print(f"overview {overview:.2f}  named {named:.2f}   answered, right document, refused: {told}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
