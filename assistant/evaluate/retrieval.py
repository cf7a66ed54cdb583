"""Retrieval measured on a BEIR folder: ingested into a throw-away vault, embedded and searched as the product does it."""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

import numpy as np

from assistant.errors import UsageError
from assistant.evaluate.metrics import average_precision, bootstrap, ndcg, recall, reciprocal_rank
from assistant.protocols import Embedder, Progress, no_progress
from assistant.types import Chunk, Document

if TYPE_CHECKING:
    from assistant.retrieval.search import Retriever
    from assistant.vault.store import Vault

# Documents in a ranking: what BEIR scores, and what the raw output holds.
DEPTH: Final = 100
# Passages that each search contributes: enough that a hundred documents remain when several passages belong to one.
_CANDIDATES: Final = 300
_WINDOW: Final = 2048
_LABELS: Final = frozenset({"public"})


@dataclass(frozen=True, slots=True)
class Collection:
    """A BEIR folder: documents, and the queries that have judgements, in file order."""

    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]


def evaluate(
    folder: Path,
    *,
    limit: int | None = None,
    out: Path | None = None,
    progress: Progress = no_progress,
    embedder: Embedder | None = None,
    split: str = "test",
) -> dict[str, object]:
    """Rank the collection for each query of `qrels/<split>.tsv` and score the rankings.

    `limit` takes the first queries only; all documents are searched. `out` gets one line a query:
    `{"query": id, "ranking": [document ids, best first, at most 100]}`. Metrics come with 95% bootstrap intervals.
    Raises UsageError where the folder is not in BEIR format.
    """
    began = time.monotonic()
    data = read_beir(folder, split)
    chosen = list(data.queries)[:limit]
    with tempfile.TemporaryDirectory(prefix="assistant-eval-") as scratch:
        vault = throw_away_vault(Path(scratch) / "vault")
        try:
            retriever, owner = fill(vault, data.documents, embedder, progress)
            rankings, waits = _rank(retriever, owner, data.queries, chosen, progress)
        finally:
            vault.close()
    if out is not None:
        lines = (json.dumps({"query": q, "ranking": rankings[q]}, ensure_ascii=False) for q in chosen)
        out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    metrics = score(rankings, data.judgements)
    metrics["search_ms"] = {"median": _at(waits, 50), "p95": _at(waits, 95)}
    return {"metrics": metrics, "n": len(chosen), "data": str(folder), "seconds": round(time.monotonic() - began, 1)}


def score(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """The measures of BEIR over rankings, each with its interval."""
    measures = {"ndcg@10": ndcg, "recall@100": recall, "mrr@10": reciprocal_rank, "map": average_precision}
    result = {}
    for name, measure in measures.items():
        mean, low, high = bootstrap([measure(ranking, judgements[q]) for q, ranking in rankings.items()])
        result[name] = {"mean": round(mean, 4), "low": round(low, 4), "high": round(high, 4)}
    return result


def read_beir(folder: Path, split: str = "test") -> Collection:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`. Raises UsageError naming file and line."""
    judgements: dict[str, dict[str, int]] = {}
    path = folder / "qrels" / f"{split}.tsv"
    for number, line in enumerate(_lines(path), 1):
        parts = line.split("\t")
        if number == 1 and parts[-1].strip() == "score":
            continue
        if len(parts) != 3 or not parts[2].strip().lstrip("-").isdigit():
            raise UsageError(
                "not a judgement", path=path, line=number, remedy="each line: query id, document id, grade, by tabs"
            )
        judgements.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    texts = {item["_id"]: item["text"] for item in _objects(folder / "queries.jsonl")}
    documents = tuple(
        Document(
            title=item.get("title", ""),
            text=item["text"],
            source="corpus.jsonl",
            labels=_LABELS,
            metadata={"record": item["_id"]},
        )
        for item in _objects(folder / "corpus.jsonl")
    )
    missing = [q for q in judgements if q not in texts]
    if missing:
        raise UsageError(f"{len(missing)} judged queries are not in queries.jsonl", path=path)
    return Collection(documents, {q: texts[q] for q in judgements}, judgements)


def throw_away_vault(folder: Path) -> Vault:
    """A new vault whose key nobody knows; it cannot be opened again."""
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

    return Vault.create(folder, Secret.passphrase(secrets.token_hex(32)))


def fill(
    vault: Vault, documents: Sequence[Document], embedder: Embedder | None = None, progress: Progress = no_progress
) -> tuple[Retriever, dict[int, str]]:
    """Store, embed and index documents; the retriever, and which record each passage id belongs to."""
    from assistant.retrieval.chunk import chunk, embedded
    from assistant.retrieval.embed import MiniLM
    from assistant.retrieval.search import Retriever
    from assistant.retrieval.sentence_vectors import grouped, sentences_of

    embedder = embedder or MiniLM()
    owner: dict[int, str] = {}
    pending: list[tuple[Document, list[Chunk]]] = []
    for number, document in enumerate(documents, 1):
        # A document without text is still a document: its title is searched.
        whole = document if document.text.strip() else _titled(document)
        pending.append((whole, chunk(whole)))
        if sum(len(chunks) for _, chunks in pending) >= _WINDOW or number == len(documents):
            texts = [embedded(item.title, c.heading, c.text) for item, chunks in pending for c in chunks]
            vectors = embedder.passages(texts)
            sentences = grouped(
                [sentences_of(i.title, c.heading, c.text) for i, chunks in pending for c in chunks], embedder
            )
            at = 0
            with vault.transaction():
                for item, chunks in pending:
                    record = item.metadata["record"]
                    part = np.ascontiguousarray(vectors[at : at + len(chunks)])
                    own = sentences[at : at + len(chunks)]
                    stored = vault.put_document(item, chunks, part, content_hmac="", record=record, sentences=own)
                    owner.update((passage.id, record) for passage in vault.document_passages(stored))
                    at += len(chunks)
            pending = []
            progress(number, len(documents), "documents")
    return Retriever(vault, embedder), owner


def _titled(document: Document) -> Document:
    return replace(document, text=document.title or document.metadata["record"])


def _rank(
    retriever: Retriever,
    owner: Mapping[int, str],
    queries: Mapping[str, str],
    chosen: Sequence[str],
    progress: Progress,
) -> tuple[dict[str, list[str]], list[float]]:
    from assistant.retrieval.search import by_document

    rankings: dict[str, list[str]] = {}
    waits: list[float] = []
    for number, q in enumerate(chosen, 1):
        began = time.perf_counter()
        ranked = retriever.rank(queries[q], allowed=None, depth=_CANDIDATES)
        rankings[q] = [record for record, _ in by_document(ranked, owner)][:DEPTH]
        waits.append(1000 * (time.perf_counter() - began))
        progress(number, len(chosen), "queries")
    return rankings, waits


def _at(values: Sequence[float], percent: float) -> float:
    return round(float(np.percentile(values, percent)), 1) if values else 0.0


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield line.rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "cannot be read as a part of a BEIR folder",
            path=path,
            remedy="give a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv",
        ) from error


class BeirText(TypedDict):
    """A document or a query of a BEIR folder."""

    _id: str
    text: str
    title: NotRequired[str]


def _objects(path: Path) -> Iterator[BeirText]:
    for number, line in enumerate(_lines(path), 1):
        try:
            item = json.loads(line)
            if not (isinstance(item["_id"], str) and isinstance(item["text"], str)):
                raise TypeError
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                "not an object with the texts _id and text", path=path, line=number, remedy="mend the line"
            ) from error
        yield item
