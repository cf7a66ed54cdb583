"""The comparisons of single parts: embedding, redaction, reading a PDF, writing, search."""

from __future__ import annotations

import io
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assistant.config import model_store
from bench.side import texts
from bench.side.measure import Side

_TOKENS = 48


@contextmanager
def embedding() -> Iterator[Side]:
    """Passages to vectors, as at ingest, and sentence-transformers as it comes."""
    from sentence_transformers import SentenceTransformer

    from assistant.retrieval import embed

    work = list(texts.passages()[:192])
    store = model_store() / embed.MODEL
    stock, ours = SentenceTransformer(str(store), device="cpu", local_files_only=True), embed.MiniLM(store)
    embed.HEAVY_FROM = 0  # type: ignore[misc]  # the way of a large ingest, whatever the number of these
    cosine = float((ours.passages(work) * stock.encode(work, normalize_embeddings=True)).sum(axis=1).min())
    yield Side(
        "embedding",
        f"{len(work)} passages to vectors",
        "sentence-transformers, float32, defaults",
        lambda: ours.passages(work),
        lambda: stock.encode(work, show_progress_bar=False),
        f"least cosine between the two {cosine:.4f}",
    )


@contextmanager
def redaction() -> Iterator[Side]:
    """Identifiers in ward notes, and Presidio with its own recognizers."""
    from assistant.packs.pack import load_pack
    from assistant.privacy.redact import build_redactor
    from assistant.privacy.stock import stock_analyzer

    work = texts.notes(48)
    ours, stock = build_redactor(load_pack("healthcare")), stock_analyzer()
    round_ = itertools.count()

    def fresh() -> list[str]:
        # Ours remembers what it found in a text: each round has texts of its own.
        return [f"{text}\nRound {next(round_)}." for text in work]

    yield Side(
        "redaction",
        f"identifiers in {len(work)} notes",
        "Presidio, its own recognizers",
        lambda: ours.find_many(fresh()),
        lambda: [stock.analyze(text, language="en") for text in fresh()],
        "recall of both is measured by `bench/redaction.py` on labelled notes",
    )


@contextmanager
def pdf() -> Iterator[Side]:
    """A text PDF of twelve pages, made here."""
    from pypdf import PdfReader
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    from assistant.readers.registry import READERS

    made = io.BytesIO()
    canvas = Canvas(made, A4)
    for page in range(12):
        for line, text in enumerate(texts.passages()[page * 4 : page * 4 + 45]):
            canvas.drawString(50, 800 - 17 * line, text.replace("\n", " ")[:90])
        canvas.showPage()
    canvas.save()
    data = made.getvalue()
    yield Side(
        "pdf",
        "the text of 12 pages",
        "pypdf",
        lambda: READERS[".pdf"](data, "a.pdf"),
        lambda: [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages],
        "ours also finds columns, tables and what is unsure; what both read right is measured by `bench.pdf`",
    )


def _prompt(number: int) -> Any:
    from assistant.protocols import Prompt

    facts = "\n".join(f"[{n}] {text}" for n, text in enumerate(texts.passages()[number : number + 3], 1))
    return Prompt("Answer from the numbered sources only.", f"{facts}\nWhat do they say?")


@contextmanager
def _writer(name: str) -> Iterator[Any]:
    from assistant.engines.registry import build_engine

    engine = build_engine(name, None)
    try:
        yield engine
    finally:
        engine.close()


def _write(engine: Any) -> None:
    from assistant.protocols import Sampling

    for number in range(2):
        for _ in engine.stream(_prompt(number), Sampling(max_tokens=_TOKENS, timeout_s=600)):
            pass


@contextmanager
def writing() -> Iterator[Side]:
    """The engine of the product and its library without it: same weights, same prompts, same threads, greedy."""
    import xllamacpp

    from assistant.config import threads
    from assistant.engines.load import decode_threads, prefill_threads
    from assistant.engines.prompt import render
    from assistant.models.catalog import load_catalog, verify

    entry = load_catalog().default("writer")
    params = xllamacpp.CommonParams()
    params.model.path = str(verify(entry.name))
    params.n_parallel, params.n_ctx, params.n_gpu_layers = 2, 8192, 0
    params.cpuparams.n_threads = decode_threads(threads())
    params.cpuparams_batch.n_threads = prefill_threads(threads())
    params.verbosity, params.ui, params.endpoint_metrics = -1, False, False
    raw = xllamacpp.Server(params)
    prompts = [render(_prompt(number), entry.chat_template).text for number in range(2)]

    def theirs() -> None:
        for prompt in prompts:
            raw.handle_completions({"prompt": prompt, "n_predict": _TOKENS, "temperature": 0.0})

    with _writer("llamacpp") as engine:
        yield Side(
            "writing",
            f"two answers of up to {_TOKENS} tokens",
            "xllamacpp without us",
            lambda: _write(engine),
            theirs,
            "the same core: what is measured is what we put around it",
        )


@contextmanager
def engines() -> Iterator[Side]:
    """The default engine and the second one, ctransformers."""
    with _writer("llamacpp") as first, _writer("ctransformers") as second:
        yield Side(
            "engines",
            f"two answers of up to {_TOKENS} tokens",
            "ctransformers",
            lambda: _write(first),
            lambda: _write(second),
        )


@contextmanager
def _collection(folder: Path, count: int) -> Iterator[Any]:
    from assistant.evaluate.retrieval import throw_away_vault

    vectors = texts.unit_vectors(count)
    with throw_away_vault(folder) as vault:
        at = 0
        with vault.transaction():
            for document, chunks in texts.synthetic(count):
                vault.put_document(document, chunks, vectors[at : at + len(chunks)], content_hmac="")
                at += len(chunks)
        yield vault


class Ready:
    """An embedder that has its vectors already: search alone is compared, not embedding."""

    name, dimension = "ready", 384

    def __init__(self, count: int) -> None:
        self._vectors = texts.unit_vectors(count, seed=9)
        self._next = 0

    def query(self, wanted: Any) -> np.ndarray:
        """The next vectors in a row."""
        self._next = (self._next + len(wanted)) % (len(self._vectors) - len(wanted))
        return self._vectors[self._next : self._next + len(wanted)]

    passages = query


@contextmanager
def search(folder: Path, count: int) -> Iterator[Side]:
    """Both searches fused, over the encrypted vault, beside one of them over plain data."""
    from assistant.retrieval.search import Retriever

    asked = texts.synthetic_questions(12)
    with _collection(folder / "vault", count) as vault, _fts(folder, count, asked) as theirs:
        retriever = Retriever(vault, Ready(4096))
        yield Side(
            "search by words",
            f"{len(asked)} questions to {count:,} passages",
            "SQLite FTS5, unencrypted",
            lambda: [retriever.search(question, allowed=None) for question in asked],
            theirs,
            "ours searches by words and by vectors, fuses both, filters by role and decrypts what it shows; the peer searches by words",
        )


@contextmanager
def vectors(folder: Path, count: int) -> Iterator[Side]:
    """The vector index alone, from the vault, filtered by what a role may see, beside faiss without filter or vault."""
    from assistant.retrieval.index import VectorIndex

    asked = texts.unit_vectors(64, seed=9)
    with _collection(folder / "vault", count) as vault, _brute(count, asked) as theirs:
        index, visible = VectorIndex(vault), vault.visible_ids(None)
        yield Side(
            "search by vectors",
            f"the 8 nearest of {count:,} vectors, {len(asked)} times",
            "faiss, every vector compared",
            lambda: [index.search(row, 8, visible) for row in asked],
            theirs,
            "ours looks at each question whether the vault has changed, and keeps to what the asker may see",
        )


@contextmanager
def _fts(folder: Path, count: int, asked: list[str]) -> Iterator[Any]:
    line = sqlite3.connect(folder / "plain.db")
    line.execute("CREATE VIRTUAL TABLE passages USING fts5(text)")
    rows = ((chunk.text,) for _, chunks in texts.synthetic(count) for chunk in chunks)
    line.executemany("INSERT INTO passages VALUES (?)", rows)
    line.commit()

    def theirs() -> None:
        for question in asked:
            match = " OR ".join(f'"{word}"' for word in question.split())
            line.execute("SELECT text FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT 8", (match,)).fetchall()

    yield theirs
    line.close()


@contextmanager
def _brute(count: int, asked: np.ndarray) -> Iterator[Any]:
    import faiss

    index = faiss.IndexFlatIP(384)
    index.add(texts.unit_vectors(count))

    def theirs() -> None:
        for row in asked:
            index.search(row[None], 8)

    yield theirs
