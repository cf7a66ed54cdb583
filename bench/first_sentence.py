"""Time to the first released sentence: the reader's answer to phrase, beside the compacted and the full passages as prompt.

    python -m bench.first_sentence [N]

Ours finds the answer first and asks the model to phrase that; where nothing is to be phrased the quote is released at once.
The two others prompt the model with the pack's own prompt: the compacted sentences, and the four full passages they came
from. All three on the healthcare pack's sample questions, in one run; the last two are released only if the same grounding
lets them pass. Prints medians in seconds and how many first sentences hold the gold answer.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

from assistant.asking.drafts import attribute, drafts
from assistant.config import go_offline
from assistant.evaluate.answers import read_items, throwaway
from assistant.evaluate.scored import Item
from assistant.evaluate.scoring import is_right
from assistant.facade import Assistant, Released
from assistant.protocols import Prompt, Sampling
from assistant.types import Evidence

PACK: Final = Path(str(resources.files("assistant"))).parent / "domains" / "healthcare"
FULL_PASSAGES: Final = 4


def ours(assistant: Assistant, question: str) -> tuple[float, str]:
    """Seconds to the first released sentence, and that sentence."""
    begun = time.perf_counter()
    for event in assistant.stream(question):
        if isinstance(event, Released):
            return time.perf_counter() - begun, event.text
    return time.perf_counter() - begun, ""


def prompted(assistant: Assistant, question: str, *, full: bool) -> tuple[float, str]:
    """The same with the passages in the prompt."""
    from assistant.reading.compact import compact

    begun = time.perf_counter()
    query = assistant.gate.admit(question, assistant.principal)
    if query.blocked:
        return time.perf_counter() - begun, ""
    passages, _ = assistant.gate.veil(query, assistant.search(question))
    evidence = compact(query.asked, passages, embedder=assistant.tools.embedder, lexicon=assistant.pack.lexicon)
    for sentence in _sentences(assistant, query, evidence, passages[:FULL_PASSAGES] if full else None):
        return time.perf_counter() - begun, sentence
    return time.perf_counter() - begun, ""


def _sentences(assistant: Assistant, query: Any, evidence: Sequence[Evidence], full: Any) -> Iterator[str]:
    shown = [(n, p.text) for n, p in enumerate(full, 1)] if full else [(item.n, item.text) for item in evidence]
    prompts, engine = assistant.pack.prompts, assistant.tools.engine
    prompt = Prompt(prompts.system, prompts.user(shown, query.asked), prompts.pairs(), tuple(n for n, _ in shown))
    for draft in drafts(engine.stream(prompt, Sampling(stop=("\n",), timeout_s=180)), limit=1):
        result = assistant.gate.sentence(query, attribute(draft, evidence), evidence, engine)
        if result.released:
            yield result.text


def main(limit: int) -> None:
    """Run all three on each question, question by question."""
    go_offline()
    items: list[Item] = [i for i in read_items(PACK / "eval" / "questions.jsonl") if i.answerable][:limit]
    found: dict[str, list[tuple[float, str, Item]]] = {"ours": [], "compacted": [], "four full passages": []}
    with throwaway(policy="healthcare", domain="healthcare", engine="llamacpp") as assistant:
        assistant.ingest([PACK / "documents"], labels=frozenset({"public"}))
        ours(assistant, items[0].question)  # loads what is loaded once
        prompted(assistant, items[0].question, full=False)
        for item in items:
            found["ours"].append((*ours(assistant, item.question), item))
            found["compacted"].append((*prompted(assistant, item.question, full=False), item))
            found["four full passages"].append((*prompted(assistant, item.question, full=True), item))
    base = statistics.median(seconds for seconds, _, _ in found["four full passages"])
    for name, rows in found.items():
        median = statistics.median(seconds for seconds, _, _ in rows)
        right = sum(is_right(text, item.answers) for _, text, item in rows)
        released = sum(bool(text) for _, text, _ in rows)
        print(
            f"{name:<20}{median:6.2f} s  {median / base:5.2f} of the full  released {released}/{len(rows)}  right {right}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
