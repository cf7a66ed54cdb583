"""Does a source support a sentence? The lexical score of `reading/support.py`, the reader's support head, and both.

    python -m bench.support_model --data ../shared/data/grounding/entailment_dev.jsonl.xz [--each 150]

Balanced accuracy on sets that neither was trained or fitted on; "both": the lexical score and the head must each let a sentence pass.
Every neutral or contradicted hypothesis counts as not supported. The gate asks the lexical score alone: beside it the head stops one
of four sentences that pass wrongly, and finds a sentence whose parts are turned about as well supported as the right one.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from pathlib import Path

from assistant.policy.checks.grounding import Params as LexicalParams
from assistant.reading.reader import Reader
from assistant.reading.support import support
from assistant.retrieval.embed import MiniLM
from assistant.types import Evidence, Passage, Quote

SEED = 7
HEAD = 0.5
LINES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)


def sampled(path: Path, each: int) -> dict[str, list[tuple[str, str, bool]]]:
    """So many supported and as many other pairs of each set: premise, hypothesis, whether it is supported."""
    by: dict[tuple[str, bool], list[tuple[str, str, bool]]] = defaultdict(list)
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for raw in map(json.loads, file):
            held = raw["label"] == "entailment"
            by[raw["source"].split("-")[0], held].append((raw["premise"], raw["hypothesis"], held))
    rng = random.Random(SEED)
    found: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for (source, _), rows in sorted(by.items()):
        found[source] += rng.sample(rows, min(each, len(rows)))
    return found


def evidence(premise: str) -> Evidence:
    """A premise as the passage that a sentence cites."""
    passage = Passage(1, "premise", "", premise, 0, len(premise), "", "", frozenset({"public"}))
    return Evidence(1, passage, (Quote(premise, 0, len(premise)),))


def balanced(said: list[bool], true: list[bool]) -> float:
    """The mean of the shares of supported and of other pairs that are judged right."""
    kept = [s for s, t in zip(said, true, strict=True) if t]
    others = [not s for s, t in zip(said, true, strict=True) if not t]
    return (sum(kept) / max(1, len(kept)) + sum(others) / max(1, len(others))) / 2


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--each", type=int, default=150)
    given = parser.parse_args()
    embedder, reader, least = MiniLM(), Reader.load(), LexicalParams().min_support
    print(
        f"| set | pairs | lexical {least} | head {HEAD} | both | false passes: lexical, both |\n|---|---|---|---|---|---|"
    )
    everything: list[tuple[bool, float, bool]] = []
    for source, rows in sampled(given.data, given.each).items():
        lexical = [support(h, "", (evidence(p),), None, embedder).score >= least for p, h, _ in rows]
        supported = [e.supported for e in reader.entails([p for p, _, _ in rows], [h for _, h, _ in rows])]
        true = [held for _, _, held in rows]
        everything += zip(lexical, supported, true, strict=True)
        print(_line(source, lexical, supported, true, HEAD), flush=True)
    lexical, supported, true = (list(column) for column in zip(*everything, strict=True))
    print(_line("all", lexical, supported, true, HEAD))
    for line in LINES:
        print(f"head at {line}: {balanced([s >= line for s in supported], true):.3f}")


def _line(source: str, lexical: list[bool], supported: list[float], true: list[bool], line: float) -> str:
    alone = [s >= line for s in supported]
    both = [a and b for a, b in zip(lexical, alone, strict=True)]
    false = [
        sum(s for s, t in zip(said, true, strict=True) if not t) / max(1, true.count(False)) for said in (lexical, both)
    ]
    scores = " | ".join(f"{balanced(said, true):.3f}" for said in (lexical, alone, both))
    return f"| {source} | {len(true)} | {scores} | {false[0]:.2f}, {false[1]:.2f} |"


if __name__ == "__main__":
    main()
