"""Prompt variants for the small writer, side by side: source and question, with examples, and the reader's answer to phrase.

    python -m bench.prompts ../shared/data/squad2/dev.jsonl 60

The sentences around the gold answer are given as the source, so that writing alone is compared. Prints, for each variant,
how many first sentences hold a gold answer, how many of those the source supports, and seconds a question.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from assistant.asking.phrasing import phrasing
from assistant.config import go_offline
from assistant.engines.registry import build_engine
from assistant.evaluate.grounded import EXAMPLES, around
from assistant.evaluate.scoring import is_right, is_supported
from assistant.language.sentences import sentences
from assistant.protocols import Prompt, Sampling

REFUSAL = ("Source: The clinic opens at nine.\nQuestion: What does parking cost?", "The sources do not say.")

VARIANTS: dict[str, Callable[[str, str, str], Prompt | None]] = {
    "source and question": lambda s, q, _: Prompt(
        "You answer from the source in one short sentence.",
        f"Source [1]: {s}\n\nQuestion: {q}\nAnswer in one sentence using words of the source.",
    ),
    "with two examples": lambda s, q, _: Prompt("Answer in one sentence.", f"Source: {s}\nQuestion: {q}", EXAMPLES),
    "with a refusal among them": lambda s, q, _: Prompt(
        "Answer from the source or say: The sources do not say.", f"Source: {s}\nQuestion: {q}", (*EXAMPLES, REFUSAL)),
    "short answer to phrase": lambda _, q, a: phrasing(q, a),
}  # fmt: skip


def main(data: Path, limit: int) -> None:
    """Run all variants on a seeded sample."""
    go_offline()
    rows = [json.loads(line) for line in data.read_text().splitlines()]
    rows = [row for row in rows if row["answerable"]]
    random.Random(3).shuffle(rows)
    engine = build_engine("llamacpp")
    for name, make in VARIANTS.items():
        asked = right = supported = 0
        begun = time.perf_counter()
        for row in rows[:limit]:
            source = around(row["contexts"][0]["text"], row["answers"])
            prompt = make(source, row["question"], min(row["answers"], key=len))
            if prompt is None:
                continue
            written = sentences("".join(engine.stream(prompt, Sampling(max_tokens=64, stop=("\n",)))))
            first = written[0].text if written else ""
            asked += 1
            right += is_right(first, row["answers"])
            supported += is_right(first, row["answers"]) and is_supported(first, [source])
        print(
            f"{name:<28} right {right}/{asked}, and supported {supported}; {(time.perf_counter() - begun) / asked:.2f} s a question"
        )
    engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60)
