"""Lines of `assistant.asking.intents`: `python -m bench.calibrate_intents [QUESTIONS.jsonl ..]`.

Each example of a pack is judged by the other examples (found: of its own kind); each question of the pack's own set, and of the
files named, should be of no kind. Prints what each pair of lines finds and what it takes from the documents.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from assistant.asking.intents import contrast, nearest
from assistant.packs.pack import load_pack
from assistant.retrieval.embed import MiniLM

PACKS = ("healthcare", "customer-service")


def main(files: list[Path]) -> None:
    """Print the table."""
    embedder = MiniLM()
    positive: list[tuple[bool, float, float]] = []
    negative: list[tuple[float, float, str]] = []
    for name in PACKS:
        pack = load_pack(name)
        kinds, texts = zip(*pack.intents.examples, strict=True)
        examples, inside = embedder.query(list(texts)), embedder.query(contrast(pack))
        for i, kind in enumerate(kinds):
            rest = [n for n in range(len(kinds)) if n != i]
            found, near, question = nearest(examples[i], tuple(kinds[n] for n in rest), examples[rest], inside)
            positive.append((found.intent == kind.intent, near, question))
        asked = [
            json.loads(line)["question"] for path in pack.evaluation for line in path.read_text("utf-8").splitlines()
        ]
        asked += [json.loads(line)["question"] for path in files for line in path.read_text("utf-8").splitlines()]
        for text, vector in zip(asked, embedder.query(asked), strict=True):
            _, near, question = nearest(vector, kinds, examples, inside)
            negative.append((near, question, text))
    for line in np.arange(0.40, 0.75, 0.05):
        for ahead in (0.0, 0.06, 0.12, 0.18):
            right = sum(own and near >= line and near - question >= ahead for own, near, question in positive)
            other = sum(not own and near >= line and near - question >= ahead for own, near, question in positive)
            taken = [text for near, question, text in negative if near >= line and near - question >= ahead]
            print(
                f"near {line:.2f} ahead {ahead:.2f}: {right} of {len(positive)} found, {other} of another kind, "
                f"{len(taken)} of {len(negative)} questions taken {taken[:3]}"
            )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
