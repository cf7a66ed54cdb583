"""The table of types in docs/models.md: a writer of the store in each type, measured beside its source.

    python -m bench.quantize OUT [--model NAME] [--types Q8_0 Q6_K ..] [--questions 12] [--windows 4] [--texts-only]

Writes OUT/quantization.json, .md and .svg after each type, so that a run that is stopped has what it reached. Nothing is put
into the store.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.evaluate.quantized_report import plot, table
from assistant.evaluate.quantizing import DEFAULT_DOMAIN, Comparison, Wanted, compare
from assistant.models.catalog import load_catalog
from assistant.models.quantize import PRESETS


def write(out: Path, found: Comparison) -> None:
    """What there is so far."""
    (out / "quantization.json").write_text(json.dumps(found.as_json(), indent=1), encoding="utf-8")
    (out / "quantization.md").write_text(table(found), encoding="utf-8")
    (out / "quantization.svg").write_text(plot(found), encoding="utf-8")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", default=load_catalog().default("writer").name)
    parser.add_argument("--types", nargs="+", default=list(PRESETS))
    parser.add_argument("--domain", default=DEFAULT_DOMAIN)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--no-importance", action="store_true")
    parser.add_argument("--texts-only", action="store_true", help="perplexity and divergence, no answers")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = Wanted(
        options.model,
        options.types,
        options.domain,
        weighted=not options.no_importance,
        keep=False,
        answers=not options.texts_only,
        questions=options.questions,
        windows=options.windows,
    )
    compare(wanted, store=None, told=lambda found: write(options.out, found))


if __name__ == "__main__":
    main()
