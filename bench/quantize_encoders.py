"""What fewer bits cost the embedder and the reader: the second table of docs/models.md.

    python -m bench.quantize_encoders DATA [--documents 500] [--queries 100] [--rows 150]

DATA is the evaluation data. The embedder alone ranks a part of SciFact: every document that is judged for the first test
queries, and others up to --documents (nDCG@10). The reader reads the first rows of each kind of SQuAD 2.0 dev (area under the ROC curve
of answerability, and the share of right sentences). It is shipped in int8 per channel, which is therefore its source here.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evaluate.metrics import ndcg
from assistant.evaluate.rounding import BITS, ROUNDINGS, rounded
from assistant.fairness.svg import Bar, bars
from assistant.models.catalog import verify
from assistant.retrieval.embed import MODEL, MiniLM


def embedder_with(folder: Path, name: str) -> MiniLM:
    """The embedder with rounded weights, in a folder of its own."""
    from safetensors.numpy import load_file, save_file

    source = verify(MODEL)
    target = folder / name.replace(" ", "-")
    shutil.copytree(source, target)
    arrays = load_file(source / "model.safetensors")
    save_file(rounded(arrays, name), target / "model.safetensors")
    return MiniLM(target)


def retrieval(embedder: MiniLM, data: Path, most: int, queries: int) -> float:
    """nDCG@10 of the embedder alone."""
    judged: dict[str, dict[str, int]] = {}
    for line in (data / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        judged.setdefault(query, {})[document] = int(grade)
    chosen = list(judged)[:queries]
    needed = {document for query in chosen for document in judged[query]}
    rows = [json.loads(line) for line in (data / "corpus.jsonl").read_text().splitlines()]
    rows.sort(key=lambda row: str(row["_id"]) not in needed)
    rows = rows[: max(most, len(needed))]
    ids = [str(row["_id"]) for row in rows]
    texts = {row["_id"]: row["text"] for row in map(json.loads, (data / "queries.jsonl").read_text().splitlines())}
    passages = embedder._light([f"{row['title']} {row['text']}" for row in rows])
    asked = embedder._light([texts[query] for query in chosen])
    order = np.argsort(-(asked @ passages.T), axis=1)
    return float(
        np.mean([ndcg([ids[i] for i in ranks[:10]], judged[query]) for query, ranks in zip(chosen, order, strict=True)])
    )


def reading(name: str, data: Path, most: int) -> tuple[float, float]:
    """Area under the curve and share of right sentences, with the reader's matrices rounded once more."""
    from safetensors.numpy import load, save

    from assistant.reading.network import Network, dequantize
    from assistant.reading.reader import WEIGHTS, Reader, word_encoder
    from assistant.tune.reader_measure import by_source, outcomes, squad

    arrays = load(WEIGHTS.read_bytes())
    settings = arrays.pop("settings")
    plain = dequantize(arrays)
    encoder = {key: array for key, array in plain.items() if key.startswith("encoder.")}
    blob = save(
        {key: np.ascontiguousarray(a) for key, a in {**plain, **rounded(encoder, name), "settings": settings}.items()}
    )
    reader = Reader(Network.of(blob, verify(MODEL)), *word_encoder(verify(MODEL)))
    rows = squad(data)
    some = [row for label in (0, 1) for row in [row for row in rows if row.label == label][: most // 2]]
    figures = next(iter(by_source(outcomes(reader, some)).values()))
    return figures["reader"], figures["sentence"]


HEAD = "| weights | bits a weight | embedder, nDCG@10 | reader, AUC | reader, right sentence |\n|---|---|---|---|---|"


@dataclass(frozen=True)
class Rounded:
    """What one rounding of the weights leaves of both encoders."""

    weights: str
    ndcg: float
    area: float
    right: float

    @property
    def row(self) -> str:
        """A row of the table under `HEAD`."""
        return f"| {self.weights} | {BITS[self.weights]:.1f} | {self.ndcg:.4f} | {self.area:.4f} | {self.right:.3f} |"


def measured(data: Path, documents: int, queries: int, rows: int, weights: Sequence[str]) -> Iterator[Rounded]:
    """Each rounding in turn."""
    with tempfile.TemporaryDirectory(prefix="rounded-") as scratch:
        for name in weights:
            ndcg = retrieval(embedder_with(Path(scratch), name), data / "scifact", documents, queries)
            yield Rounded(name, ndcg, *reading(name, data / "squad2" / "dev.jsonl", rows))


def plot(found: Sequence[Rounded]) -> str:
    """Both encoders by rounding, as SVG."""
    return bars(
        "Encoders with rounded weights: nDCG@10 of the embedder, AUC of the reader",
        [
            Bar(f"{what}, {one.weights}", value, value, value)
            for what, of in (("embedder", "ndcg"), ("reader", "area"))
            for one in found
            for value in [float(getattr(one, of))]
        ],
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rows", type=int, default=150)
    parser.add_argument("--weights", nargs="+", choices=ROUNDINGS, default=list(ROUNDINGS))
    options = parser.parse_args()
    print(HEAD, flush=True)
    for one in measured(options.data, options.documents, options.queries, options.rows, options.weights):
        print(one.row, flush=True)


if __name__ == "__main__":
    main()
