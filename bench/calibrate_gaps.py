"""From which likeness on are two groups of questions one (`assistant.curating.clusters`)? On wordings written for it.

    python -m bench.calibrate_gaps              (bench/wordings/tuning.tsv: chooses)
    python -m bench.calibrate_gaps held         (bench/wordings/held.tsv: only counts)

Wordings of one question belong together, those of different ones apart; near misses belong to nobody here, since a reader of the
board is helped as much by seeing them beside each other as apart. Prints precision and recall of pairs by the threshold.
"""

from __future__ import annotations

import itertools
import sys

from assistant.config import go_offline
from assistant.curating.clusters import TOGETHER, grouped
from assistant.retrieval.embed import MiniLM
from bench.calibrate_paraphrase import pairs


def main(name: str) -> None:
    """Print the table."""
    go_offline()
    meant: dict[str, set[str]] = {}
    for stored, asked, same in pairs(name):
        meant.setdefault(stored, {stored})
        if same:
            meant[stored].add(asked)
    wordings = [(text, stored) for stored, texts in meant.items() for text in sorted(texts)]
    vectors = MiniLM().query([text for text, _ in wordings])
    owner = [stored for _, stored in wordings]
    should = {pair for pair in itertools.combinations(range(len(owner)), 2) if owner[pair[0]] == owner[pair[1]]}
    for together in (0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, TOGETHER):
        did = {pair for group in grouped(vectors, together) for pair in itertools.combinations(group, 2)}
        right = len(did & should)
        precision, recall = right / max(1, len(did)), right / len(should)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"{together:.2f}: {len(should)} pairs, precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "tuning")
