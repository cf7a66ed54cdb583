"""The second to fifth de-identification sets, ours and stock Presidio in one run: per entity, origin and kind; clinical words hidden.

    python -m bench.unlike [--set unlike|unseen|everyday|spoken] [--unopened] [--misses] [--sentences FILE.txt]

`--unopened` judges the other half: run it at the end, change nothing after it. `--misses` lists what stayed and what was hidden
without need (open half only). FILE has one sentence without identifiers a line.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.config import go_offline

go_offline()

from assistant.evaluate.redaction import HIDDEN, run_stock, score  # noqa: E402 - offline comes first
from assistant.types import Span  # noqa: E402
from bench import spoken  # noqa: E402
from bench.unlike.make import SEED, SETS, make  # noqa: E402


def hidden(row: Mapping[str, Any], mark: Mapping[str, Any], spans: Sequence[Span]) -> bool:
    """Nine letters and digits in ten of a marked identifier lie in spans."""
    covered = {i for s in spans for i in range(s.start, s.end)}
    places = [i for i in range(mark["start"], mark["end"]) if row["text"][i].isalnum()]
    return sum(i in covered for i in places) >= HIDDEN * len(places)


def by(rows: Sequence[Mapping[str, Any]], found: Sequence[Sequence[Span]], key: str) -> dict[str, tuple[float, int]]:
    """Recall and number of identifiers for each value of a mark's or row's key."""
    seen = defaultdict[str, list[bool]](list)
    for row, spans in zip(rows, found, strict=True):
        for mark in row["spans"]:
            if value := mark.get(key, row.get(key)):
                seen[value].append(hidden(row, mark, spans))
    return {value: (sum(flags) / len(flags), len(flags)) for value, flags in sorted(seen.items())}


def words_hidden(sentences: Sequence[str], found: Sequence[Sequence[Span]]) -> float:
    """Share of words that a span touches, of texts without identifiers."""
    touched = sum(
        len(text[s.start : s.end].split()) for text, spans in zip(sentences, found, strict=True) for s in spans
    )
    return touched / max(1, sum(len(text.split()) for text in sentences))


def show_misses(rows: Sequence[Mapping[str, Any]], found: Sequence[Sequence[Span]]) -> None:
    """What stayed readable and what was hidden without a mark, with its surroundings."""
    for row, spans in zip(rows, found, strict=True):
        text = row["text"]
        for m in row["spans"]:
            if not hidden(row, m, spans):
                print(
                    "STAYED",
                    m["entity"],
                    repr(text[m["start"] : m["end"]]),
                    repr(text[max(0, m["start"] - 25) : m["end"] + 15]),
                )
        for s in spans:
            if not any(s.start < m["end"] and m["start"] < s.end for m in row["spans"]):
                print("HIDDEN", s.entity, repr(text[s.start : s.end]), repr(text[max(0, s.start - 25) : s.end + 15]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=[*sorted(SETS), "spoken"], default="unlike")
    parser.add_argument("--unopened", action="store_true")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--sentences", type=Path)
    arguments = parser.parse_args()
    from assistant.packs.pack import load_pack
    from assistant.privacy.redact import build_redactor

    half = int(arguments.unopened)
    rows = spoken.rows(half) if arguments.set == "spoken" else make(half, SEED, arguments.set)
    texts = [row["text"] for row in rows]
    redactor = build_redactor(load_pack("healthcare"))
    found = {"ours": redactor.find_many(texts), "stock": run_stock(texts)[0]}
    if arguments.misses and not arguments.unopened:
        show_misses(rows, found["ours"])
        return
    report: dict[str, Any] = {}
    for name, spans in found.items():
        totals = score(rows, spans)
        report[name] = {k: totals[k] for k in ("recall", "precision", "identifiers", "predicted")}
        report[name] |= {key: by(rows, spans, key) for key in ("entity", "origin", "kind", "country")}
    if arguments.sentences:
        sentences = [s for s in arguments.sentences.read_text(encoding="utf-8").splitlines() if s.strip()]
        report["clinical_words_hidden"] = {
            "ours": words_hidden(sentences, redactor.find_many(sentences)),
            "stock": words_hidden(sentences, run_stock(sentences)[0]),
            "sentences": len(sentences),
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
