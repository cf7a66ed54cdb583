"""Lines of `assistant.asking.intents`: `python -m bench.calibrate_intents [QUESTIONS.jsonl ..]`.

Each example of a pack is judged by the other examples (found: of its own kind); each question of the pack's own set, and of the
files named, should be of no kind. Prints what the lines find and what they take from the documents.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assistant.asking.intents import contrast, is_of_kind, nearest, share, vocabulary
from assistant.language.words import content_stems
from assistant.packs.pack import load_pack
from assistant.retrieval.embed import MiniLM

PACKS = ("healthcare", "customer-service")


def main(files: list[Path]) -> None:
    """Print the table."""
    embedder = MiniLM()
    positive: list[tuple[bool, tuple[float, float, float], str]] = []
    negative: list[tuple[tuple[float, float, float], str]] = []
    for name in PACKS:
        pack = load_pack(name)
        words = vocabulary(pack)
        kinds, texts = zip(*pack.intents.examples, strict=True)
        examples, inside = embedder.query(list(texts)), embedder.query(contrast(pack))
        for i, kind in enumerate(kinds):
            rest = [n for n in range(len(kinds)) if n != i]
            found, near, question = nearest(examples[i], tuple(kinds[n] for n in rest), examples[rest], inside)
            known = frozenset(stem for n in rest if kinds[n] is found for stem in content_stems(texts[n]))
            positive.append((found.intent == kind.intent, (near, near - question, share(texts[i], known)), texts[i]))
        asked = [
            json.loads(line)["question"] for path in pack.evaluation for line in path.read_text("utf-8").splitlines()
        ]
        asked += [json.loads(line)["question"] for path in files for line in path.read_text("utf-8").splitlines()]
        for text, vector in zip(asked, embedder.query(asked), strict=True):
            found, near, question = nearest(vector, kinds, examples, inside)
            negative.append(((near, near - question, share(text, words[found.intent])), text))
    right = sum(own and is_of_kind(*signs) for own, signs, _ in positive)
    other = [text for own, signs, text in positive if not own and is_of_kind(*signs)]
    taken = [text for signs, text in negative if is_of_kind(*signs)]
    print(f"{right} of {len(positive)} examples found, {len(other)} taken for another kind: {other}")
    print(f"{len(taken)} of {len(negative)} questions taken: {taken}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
