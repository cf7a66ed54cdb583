"""What each gate before the reader gives and costs: questions right, wrong and let through, with it and without it.

    python -m bench.gates domains/healthcare/eval/questions.jsonl --documents domains/healthcare/documents --domain healthcare
    python -m bench.gates ../shared/data/squad2/dev.jsonl --limit 200
    python -m bench.gates knowledge/reading/service --every 2

Every question is searched and read once; then it is judged with all gates, without each of them, and with none. An answer is
what would be quoted; it is right by `assistant/evaluate/scoring.py`, or by its document where the gold answer is a whole
section. Of a folder of written questions (`assistant/tune/written_questions.py`) those whose documents were not trained on are
asked, and an answer is right where a quote lies in a stretch that answers. A gate earns its place where the wrong ones that it
holds back outnumber the right ones that it costs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from assistant.asking.clock import Clock
from assistant.asking.journey import Journey
from assistant.config import go_offline
from assistant.evaluate.answers import passages_of, read_items, throwaway
from assistant.evaluate.scored import Item
from assistant.evaluate.scoring import MAX_WORDS, is_right
from assistant.facade import Assistant
from assistant.reading.judgement import Decided, Found, Judgement
from assistant.reading.judging import GATES, Case, Judge, Params, reader
from assistant.reading.quoting import answer_quotes
from assistant.reading.reader import Reading
from assistant.reading.snippets import spoken_row
from assistant.tune.written_questions import locate, questions_of

WRITTEN = "written-"


class Remembering:
    """The reader, asked the same thing once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], Reading] = {}

    def pieces(self, word: str) -> int:
        """As the reader's."""
        return reader().pieces(word)

    @property
    def common(self) -> frozenset[str]:
        """As the reader's."""
        return reader().common

    def read(self, question: str, contexts: Sequence[str], headings: Sequence[str] | None = None) -> list[Reading]:
        """As the reader's."""
        asked = [(question, *pair) for pair in zip(headings or [""] * len(contexts), contexts, strict=True)]
        new = [key for key in dict.fromkeys(asked) if key not in self._known]
        readings = reader().read(question, [context for _, _, context in new], [above for _, above, _ in new])
        self._known.update(zip(new, readings, strict=True))
        return [self._known[key] for key in asked]


class Outcome(NamedTuple):
    """What one set of gates made of one question."""

    released: bool
    right: bool


def sets() -> Iterator[tuple[str, frozenset[str]]]:
    """All gates, all but one, and none."""
    yield "all", GATES
    for name in sorted(GATES):
        yield f"without {name}", GATES - {name}
    yield "none", frozenset()


def judged(assistant: Assistant, item: Item, *, given: bool) -> dict[str, Outcome]:
    """One question under every set of gates; empty where a query check refuses it."""
    query = assistant.gate.admit(item.question, assistant.principal)
    if query.blocked:
        return {}
    journey = Journey(assistant.parts, query, Clock(), passages_of(item.contexts) if given else None)
    passages, _ = assistant.gate.veil(query, journey.found(query))
    evidence = tuple(journey.compact(query, passages))
    case = Case(query.asked, item.question, evidence, journey.rarity(query), assistant.pack.lexicon)
    judge = Judge(Params(), assistant.tools.embedder, Remembering())
    return {name: _outcome(assistant, item, case, replace(judge, gates=gates).judge(case)) for name, gates in sets()}


def _outcome(assistant: Assistant, item: Item, case: Case, judgement: Judgement) -> Outcome:
    if not isinstance(judgement, Found | Decided):
        return Outcome(False, False)
    if item.document and all(len(answer.split()) > MAX_WORDS for answer in item.answers):
        # The gold answer is a whole section: the document is what can be right.
        (source,) = (e.passage.document_id for e in case.evidence if e.n == judgement.n)
        named = Path(item.document).stem in assistant.vault.document_info(source).source
        return Outcome(True, item.answerable and named)
    if item.id.startswith(WRITTEN):
        return _written(assistant, item, case, judgement)
    said = [
        spoken_row(quote.text)
        for shown in answer_quotes(case.question, case.evidence, judgement)
        for quote in shown.quotes
    ]
    lead = f"{judgement.word}: " if isinstance(judgement, Decided) else ""
    text = lead + " ".join(said)
    return Outcome(bool(said), item.answerable and is_right(text, item.answers))


def _written(assistant: Assistant, item: Item, case: Case, judgement: Found | Decided) -> Outcome:
    """A written question names where its answer stands."""
    quotes = [q.text for shown in answer_quotes(case.question, case.evidence, judgement) for q in shown.quotes]
    (passage,) = (e.passage for e in case.evidence if e.n == judgement.n)
    source = Path(assistant.vault.document_info(passage.document_id).source).name
    places = [locate(answer, passage.text) for answer in item.answers if source == item.document]
    told = [passage.text[at[0] : at[1]] for at in places if at is not None]
    right = any(quote in text or text in quote for quote in quotes for text in told)
    return Outcome(bool(quotes), right)


def written(folder: Path) -> list[Item]:
    """The written questions of the documents that were not trained on."""
    return [
        Item(f"{WRITTEN}{number}", one.question, (), one.answers, bool(one.answers), one.document)
        for number, one in enumerate(questions_of(folder))
        if one.held
    ]


def main() -> None:
    """Print one line a set of gates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--domain")
    parser.add_argument("--policy", default="base")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--every", type=int, default=1, help="only each so-manyth item")
    args = parser.parse_args()
    go_offline()
    folder = args.data.is_dir()
    documents = args.data if folder else args.documents
    items = (written(args.data)[: args.limit] if folder else read_items(args.data, args.limit))[:: args.every]
    rows: list[tuple[Item, dict[str, Outcome]]] = []
    with throwaway(policy=args.policy, domain=args.domain, engine="extractive") as assistant:
        if documents is not None:
            assistant.ingest(sorted(documents.glob("*.md")) if folder else [documents], labels=frozenset({"public"}))
        rows = [(item, judged(assistant, item, given=documents is None)) for item in items]
    print(f"{len(rows)} questions, {sum(item.answerable for item, _ in rows)} answerable: {args.data}")
    print("| gates | right | wrong | of these unanswerable |\n|---|---|---|---|")
    for name, _ in sets():
        found = [(item, outcomes[name]) for item, outcomes in rows if outcomes]
        right = sum(outcome.right for _, outcome in found)
        wrong = [item for item, outcome in found if outcome.released and not outcome.right]
        print(f"| {name} | {right} | {len(wrong)} | {sum(not item.answerable for item in wrong)} |")


if __name__ == "__main__":
    main()
