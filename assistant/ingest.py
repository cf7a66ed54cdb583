"""Files into the vault: read, gated, cut, embedded, stored; unchanged ones skipped, changed ones replaced whole.

A source (one file) is stored in one transaction with all its documents, or not at all; a kill at any moment leaves what
was committed and the next run goes on from there.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from assistant.errors import AssistantError, ReaderError
from assistant.protocols import Embedder, FileProblem, Progress, no_progress
from assistant.readers import VERSION as READER_VERSION
from assistant.readers import load, reader_for, source_of
from assistant.readers.process import ReaderProcess
from assistant.readers.walk import Walk, is_under, walk
from assistant.retrieval.chunk import VERSION as CHUNK_VERSION
from assistant.retrieval.chunk import chunk, embedded
from assistant.types import Action, Chunk, Document, Principal, Verdict

if TYPE_CHECKING:
    from assistant.protocols import Vectors
    from assistant.vault.records import DocumentInfo

WINDOW: Final = 512
"""Passages embedded at once, from as many files as it takes: the embedder sorts them by length, so that little padding is
computed (64 a batch); also what a kill can cost in work."""

# Read in a process of their own: parsers of binary and markup formats, and whatever is large.
_APART: Final = frozenset(".pdf .docx .pptx .xlsx .epub .html .htm .xhtml .xml .eml".split())
_LARGE: Final = 4 * 1024 * 1024
_MAX_AUDITED_IDS: Final = 500


class IngestGate(Protocol):
    """What ingest needs of the gate."""

    @property
    def policy(self) -> Any: ...

    def ingest(
        self, document: Document, principal: Principal, *, scope: str = ""
    ) -> tuple[Document | None, tuple[Verdict, ...]]: ...

    def original(self, document: Document) -> Document | None: ...


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run did; the tuples hold sources (paths as given).

    `removed` are stored sources under the given folders that are no longer there: deleted only where `pruned`.
    `skipped` are files of a folder that no reader reads. `partial` says that Ctrl-C ended the run early.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    skipped: tuple[FileProblem, ...] = ()
    documents: int = 0
    passages: int = 0
    seconds: float = 0.0
    pruned: bool = False
    partial: bool = False
    verdicts: Mapping[str, int] = field(default_factory=dict)
    """How often each check acted: "check:action" to count."""


def ingest(
    paths: Iterable[Path | str],
    *,
    vault: Any,
    embedder: Embedder,
    gate: IngestGate | None = None,
    principal: Principal = Principal("ingest"),
    labels: frozenset[str] = frozenset({"public"}),
    collection: str = "default",
    progress: Progress = no_progress,
    prune: bool = False,
    workers: int = 1,
    limit_bytes: int | None = None,
) -> IngestReport:
    """Take files and folders into the vault and say what was done.

    A bad file becomes a `FileProblem` and the others go in. `workers` files are read ahead while others are embedded.
    `labels` are put on every document beside those its reader gave. Ctrl-C returns the report so far with `partial`; errors
    of the vault, the embedder or the gate's own set-up are raised, and what was committed before stays.
    """
    run = _Run(vault, embedder, gate, principal, labels, collection, progress)
    found = walk([Path(path) for path in paths])
    run.problems.extend(found.problems)
    try:
        with _Ahead(workers, limit_bytes) as ahead:
            for job in ahead.jobs(found.files):
                run.take(job, len(found.files))
            run.flush()
        removed = run.removed(found, prune=prune)
    except KeyboardInterrupt:
        run.partial = True
        removed = ()
    return run.report(found, removed, prune=prune)


# ---------------------------------------------------------------- reading


@dataclass(slots=True)
class _Job:
    """One file: its bytes until they are fingerprinted, then its documents."""

    path: Path
    source: str
    data: bytes = b""
    problem: ReaderError | None = None


class _Ahead:
    """Loads files a few ahead of the embedding, and reads them, in the caller's thread or in a child process."""

    def __init__(self, workers: int, limit_bytes: int | None) -> None:
        self._workers = max(1, workers)
        self._limit = limit_bytes
        self._processes: list[ReaderProcess] = []
        self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="reader")

    def __enter__(self) -> _Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
