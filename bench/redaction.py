"""Redaction beside stock Presidio on the same texts in one run: recall, precision, clinical terms hidden, milliseconds a text.

    python bench/redaction.py DATA.jsonl [--limit N] [--seed N]

Without a file, notes are made up from the shipped name lists, so that the throughput can be measured anywhere. The processes'
own CPU time is what is compared: other load on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.config import go_offline
from assistant.privacy.egress import attempts, install_guard

go_offline()
install_guard()

from assistant.evaluate.redaction import read_rows, score  # noqa: E402 - the guard comes first
from assistant.privacy.words import name_lists  # noqa: E402


def made_up(count: int, seed: int) -> list[dict[str, Any]]:
    """Discharge summaries with the places of their identifiers."""
    rng = random.Random(seed)
    lists = name_lists()
    rows = []
    for _ in range(count):
        origin = rng.choice(sorted(set(lists.given) & set(lists.surnames)))
        first = rng.choice([n for names in lists.given[origin].values() for n in names])
        last = rng.choice(lists.surnames[origin])
        parts = [
            ("DISCHARGE SUMMARY\nPatient: ", ""),
            (f"{first} {last}", "PERSON"),
            ("   MRN: ", ""),
            (f"{rng.randrange(10**6, 10**7)}", "MRN"),
            ("   DOB: ", ""),
            (f"{rng.randrange(1930, 2010)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}", "DATE_OF_BIRTH"),
            ("\nAddress: ", ""),
            (f"{rng.randrange(10, 9999)} Maple Street, Springfield, IL 6{rng.randrange(1000, 9999)}", "ADDRESS"),
            (
                "\nAdmitted with community-acquired pneumonia and Parkinson disease. Hemoglobin A1c 6.1%, Glasgow Coma Scale 15.\n",
                "",
            ),
            ("Treated with amoxicillin 500 mg and levodopa; a Foley catheter was removed on day two. ", ""),
            (last, "PERSON"),
            (
                " reports less cough and no fever. Lungs clear, saturation 96% on room air. Follow-up in two weeks.\nPhone: ",
                "",
            ),
            (f"({rng.randrange(201, 989)}) {rng.randrange(200, 999)}-{rng.randrange(1000, 9999)}", "PHONE_NUMBER"),
            ("\n", ""),
        ]
        text, spans = "", []
        for piece, entity in parts:
            if entity:
                spans.append({"entity": entity, "start": len(text), "end": len(text) + len(piece)})
            text += piece
        rows.append({"text": text, "spans": spans})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rows = (read_rows(arguments.data) if arguments.data else made_up(arguments.limit, arguments.seed))[
        : arguments.limit
    ]
    texts = [row["text"] for row in rows]

    from assistant.packs.pack import load_pack
    from assistant.privacy.redact import build_redactor

    loading = time.process_time()
    redactor = build_redactor(load_pack("healthcare"))
    redactor.warm()
    loaded = time.process_time() - loading
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.process_time()
    ours = redactor.find_many(texts, redactor.entities - {"DATE"})
    our_seconds = time.process_time() - began

    from assistant.privacy.stock import stock_analyzer
    from assistant.types import Span

    engine = stock_analyzer()
    engine.analyze("Warm up.", language="en")
    began = time.process_time()
    found = [engine.analyze(text, language="en") for text in texts]
    stock_seconds = time.process_time() - began
    stock = [[Span(r.entity_type, r.start, r.end, r.score) for r in results] for results in found]
    print(
        json.dumps(
            {
                "n": len(rows),
                "ours": {k: v for k, v in score(rows, ours).items() if not k.startswith("by_")},
                "stock": {k: v for k, v in score(rows, stock).items() if not k.startswith("by_")},
                "ours_ms_per_text": round(1000 * our_seconds / len(rows), 2),
                "stock_ms_per_text": round(1000 * stock_seconds / len(rows), 2),
                "times_faster": round(stock_seconds / our_seconds, 2),
                "load_cpu_seconds": round(loaded, 2),
                "resident_mb_after_load": round(memory),
                "network_attempts": len(attempts()),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
