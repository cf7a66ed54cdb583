"""How often the scope check lets questions through, for a grid of its two thresholds.

    python bench/calibrate_scope.py --data DATA

In scope: the pack's own evaluation questions and, for healthcare, the consumer health questions of `medquad`; ordinary
support questions for customer service. Out of scope: the pack's out-of-scope questions, the other pack's questions, and
questions about anything (SQuAD) as a sample of what strangers ask. Prints one line for each pack and pair of thresholds.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from types import SimpleNamespace

from assistant.packs.pack import list_packs, load_pack
from assistant.policy.checks.scope import Params, check
from assistant.protocols import Subject
from assistant.retrieval.embed import MiniLM
from assistant.types import Principal, Stage

ASKER = Principal("bench", frozenset({"bench"}))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=150)
    options = parser.parse_args()
    rng, embedder = random.Random(3), MiniLM()
    packs = {name: load_pack(name) for name in list_packs()}
    own = {name: [_row(line) for path in pack.evaluation for line in path.open()] for name, pack in packs.items()}
    medquad = [_row(line)["question"] for line in (options.data / "medquad/questions.dev.jsonl").open()]
    squad = [_row(line)["question"] for line in (options.data / "squad2/dev.jsonl").open()]
    direct = [_row(line) for line in (options.data / "injection_direct/dev.jsonl").open()]
    ordinary = [row["text"] for row in direct if row["label"] == 0]
    support = [text for text in ordinary if not text.endswith("?") or " my " in text]
    for name, pack in packs.items():
        tools = SimpleNamespace(pack=pack, embedder=embedder)
        others = [
            row["question"] for other in own if other != name for row in own[other] if row["kind"] == "answerable"
        ]
        sets = {
            "own": [row["question"] for row in own[name] if row["kind"] not in ("out_of_scope", "out-of-scope")],
            "wide": rng.sample(medquad if name == "healthcare" else support, options.sample),
            "out": [row["question"] for row in own[name] if row["kind"] in ("out_of_scope", "out-of-scope")],
            "other pack": others,
            "anything": rng.sample(squad, options.sample),
        }
        for outside in (0.2, 0.25, 0.3, 0.35, 0.4):
            for margin in (0.0, 0.04, 0.08, 0.12):
                params = Params(outside=outside, margin=margin)
                passed = {
                    kind: sum(check(params, _asked(q), tools).ok for q in questions) / max(1, len(questions))  # type: ignore[arg-type]
                    for kind, questions in sets.items()
                }
                rates = "  ".join(f"{kind} {rate:.3f}" for kind, rate in passed.items())
                print(f"{name} outside {outside} margin {margin}: passed  {rates}")


def _asked(question: str) -> Subject:
    return Subject(Stage.QUERY, question, ASKER, question)


def _row(line: str) -> dict[str, str]:
    row: dict[str, str] = json.loads(line)
    return row


if __name__ == "__main__":
    main()
