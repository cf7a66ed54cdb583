"""Which questions turn on a word that no document holds, by how uncommon a word must be (`assistant.reading.out_of_vocabulary`).

    python -m bench.calibrate_out_of_vocabulary ../shared/data/medquad/questions.dev.jsonl ../shared/data/medquad/documents
    python -m bench.calibrate_out_of_vocabulary domains/healthcare/eval/questions.jsonl domains/healthcare/documents healthcare

For each number of tokens that the embedder makes of a word, and without the rule for names, prints the share of answerable
questions that would be refused (what it costs) and of unanswerable ones (what it is for). Slips of the pen are not forgiven
here: the words found are taken to be none. The shipped number, 2, was chosen on MedQuAD's dev questions.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.asking.clock import Clock
from assistant.asking.journey import Journey
from assistant.config import go_offline
from assistant.evaluate.answers import read_items, throwaway
from assistant.evaluate.scored import Item
from assistant.facade import Assistant
from assistant.reading import out_of_vocabulary as rule
from assistant.reading.reader import Reader


def flagged(assistant: Assistant, reader: Reader, item: Item) -> bool:
    """Whether the question would be refused for a word of its own."""
    query = assistant.gate.admit(item.question, assistant.principal)
    if query.blocked:
        return False
    return rule.is_out_of_vocabulary(
        query.asked,
        Journey(assistant.parts, query, Clock()).rarity(query),
        (),
        pieces=reader.pieces,
        lexicon=assistant.pack.lexicon,
    )


def main(questions: Path, documents: Path, domain: str | None) -> None:
    """Print the table."""
    go_offline()
    reader = Reader.load()
    items = read_items(questions)
    with throwaway(policy=domain or "base", domain=domain, engine="extractive") as assistant:
        assistant.ingest([documents], labels=frozenset({"public"}))
        print("least tokens | answerable refused | unanswerable refused")
        for least in (1, 2, 3, 4, 99):
            rule._PIECES = least  # type: ignore[misc]  # the one place that tries other values
            shares = []
            for answerable in (True, False):
                part = [item for item in items if item.answerable is answerable]
                shares.append(sum(flagged(assistant, reader, item) for item in part) / max(1, len(part)))
            print(f"{least if least < 99 else 'names only':>12} | {shares[0]:18.3f} | {shares[1]:20.3f}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
