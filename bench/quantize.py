"""The table of types in docs/models.md: a writer of the store in each type, measured beside its source.

    python -m bench.quantize OUT [--model NAME] [--types Q8_0 Q6_K ..] [--questions 12] [--windows 4] [--texts-only] [--encoders DATA]

Writes OUT/quantization.json, .md and .svg after each type, so that a run that is stopped has what it reached. Nothing is put
into the store. With the folder of the evaluation data the encoders follow: OUT/encoders.md and .svg (`bench.quantize_encoders`).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from assistant.evaluate.quantized_report import plot, table
from assistant.evaluate.quantizing import DEFAULT_DOMAIN, Comparison, Wanted, compare
from assistant.evaluate.rounding import ROUNDINGS
from assistant.models.catalog import load_catalog
from assistant.models.quantize import PRESETS
from bench.quantize_encoders import HEAD, Rounded, measured
from bench.quantize_encoders import plot as encoders_plot


def write(out: Path, found: Comparison) -> None:
    """What there is so far."""
    (out / "quantization.json").write_text(json.dumps(found.as_json(), indent=1), encoding="utf-8")
    (out / "quantization.md").write_text(table(found), encoding="utf-8")
    (out / "quantization.svg").write_text(plot(found), encoding="utf-8")


def encoders(out: Path, data: Path) -> None:
    """Embedder and reader with rounded weights, written after each rounding; on as few documents and rows as two busy cores bear."""
    found: list[Rounded] = []
    for one in measured(data, 160, 60, 60, list(ROUNDINGS)):
        found.append(one)
        (out / "encoders.md").write_text("\n".join([HEAD, *(each.row for each in found), ""]), encoding="utf-8")
        (out / "encoders.svg").write_text(encoders_plot(found), encoding="utf-8")


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
    parser.add_argument("--encoders", type=Path, metavar="DATA", help="evaluation data: the encoders follow")
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
    if options.encoders is not None:
        encoders(options.out, options.encoders)


if __name__ == "__main__":
    main()
