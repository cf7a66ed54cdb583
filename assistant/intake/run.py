"""Files into the vault: read, gated, cut, embedded, stored; unchanged ones skipped, changed ones replaced whole.

A source (one file) is stored in one transaction with all its documents, or not at all; a kill at any moment leaves what
was committed and the next run goes on from there.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from assistant.errors import ReaderError
from assistant.formats.limits import MIB, TEXT_LIMIT
from assistant.intake.duplicates import Entry, Shelves, Sketch
from assistant.intake.report import IngestReport as IngestReport
from assistant.protocols import Embedder, FileProblem, Progress, no_progress
from assistant.readers import VERSION as READER_VERSION
from assistant.readers.ahead import Loaded, read_ahead
from assistant.readers.process import ReaderProcess
from assistant.readers.registry import LIMITS, reader_for
from assistant.readers.walk import Walk, is_under, walk
from assistant.retrieval.chunk import VERSION as CHUNK_VERSION
from assistant.retrieval.chunk import chunk, embedded
from assistant.types import Action, Chunk, Document, Loss, Principal, Verdict

if TYPE_CHECKING:
    from assistant.protocols import Vectors

WINDOW: Final = 512
"""Passages embedded at once, from as many files as it takes: the embedder sorts them by length, so that little padding is
computed (64 a batch); also what a kill can cost in work."""

_MAX_AUDITED_IDS: Final = 500

INGEST: Final = Principal("ingest")
"""Who ingests where nobody is named: without roles, so nothing is permitted to it but what the policy gives to all."""


class IngestGate(Protocol):
    """What ingest needs of the gate."""

    @property
    def policy(self) -> Any: ...

    def ingest(
        self, document: Document, principal: Principal, *, scope: str = ""
    ) -> tuple[Document | None, tuple[Verdict, ...]]: ...

    def original(self, document: Document) -> Document | None: ...


def ingest(
    paths: Iterable[Path | str],
    *,
    vault: Any,
    embedder: Embedder,
    gate: IngestGate | None = None,
    principal: Principal = INGEST,
    labels: frozenset[str] = frozenset({"public"}),
    collection: str = "default",
    progress: Progress = no_progress,
    prune: bool = False,
    workers: int = 1,
    limit_bytes: int | None = None,
    skip_duplicates: bool = False,
    ocr: bool = False,
) -> IngestReport:
    """Take files and folders into the vault and say what was done.

    A bad file becomes a `FileProblem` and the others go in. `workers` files are read ahead while others are embedded.
    With `ocr` text in pictures of pages is recognized. With `skip_duplicates` a document with the same words as one under the
    same labels is reported and not stored (unless an earlier form of its file is stored: that is replaced).
    `labels` are put on every document beside those its reader gave. Ctrl-C returns the report so far with `partial`; errors
    of the vault, the embedder or the gate's own set-up are raised, and what was committed before stays.
    """
    run = _Run(vault, embedder, gate, principal, labels, collection, progress, skip_duplicates=skip_duplicates, ocr=ocr)
    found = walk([Path(path) for path in paths])
    run.problems.extend(found.problems)
    removed: tuple[str, ...] = ()
    number = 0

    def step(name: str, page: int, pages: int) -> None:
        progress(number, len(found.files), f"page {page} of {pages} of {name}")

    ahead = read_ahead(
        found.files, run.fingerprint, run.is_stored, workers=workers, limit_bytes=limit_bytes, ocr=ocr, step=step
    )
    try:
        with ahead as files:
            for number, file in enumerate(files):
                progress(number, len(found.files), file.path.name)
                run.take(file)
            run.flush()
        progress(len(found.files), len(found.files), "")
        removed = run.removed(found, prune=prune)
    except KeyboardInterrupt:
        run.partial = True
    return run.report(found, removed, prune=prune)


def ingest_bytes(
    name: str,
    data: bytes,
    *,
    vault: Any,
    embedder: Embedder,
    gate: IngestGate,
    principal: Principal,
    labels: frozenset[str],
    collection: str = "default",
) -> IngestReport:
    """Take one file in that is held in memory (an upload), under its name; nothing of it touches the disk.

    It is read in a process of its own whatever its kind. A file that cannot be read is a problem of the report.
    """
    run = _Run(vault, embedder, gate, principal, labels, collection, no_progress)
    process = ReaderProcess()
    try:
        run.take(_loaded(name, data, run, process))
    finally:
        process.close()
    run.flush()
    return run.report(Walk(), (), prune=False)


def _loaded(name: str, data: bytes, run: _Run, process: ReaderProcess) -> Loaded:
    path = Path(name)
    try:
        reader_for(path)
        limit = LIMITS.get(path.suffix.lower(), TEXT_LIMIT)
        if not 0 < len(data) <= limit:
            reason = "the file is too large" if data else "the file is empty"
            raise ReaderError(reason, path=name, remedy=f"give 1 byte to {limit // MIB} MiB")
        mark = run.fingerprint(data)
        stored = run.is_stored(name, mark)
        return Loaded(path, name, mark, None if stored else process.read(data, name, path.suffix.lower()))
    except ReaderError as error:
        return Loaded(path, name, problem=error)


@dataclass(slots=True)
class _Item:
    """One document on its way: its passages get their vectors batch by batch."""

    document: Document
    record: str
    chunks: list[Chunk]
    vectors: Vectors
    scope: str
    sketch: str = ""
    entry: Entry | None = None
    repeats: Entry | None = None


@dataclass(slots=True)
class _Job:
    """One file whose documents wait to be embedded and stored together."""

    source: str
    fingerprint: str
    items: list[_Item]


class _Run:
    """The state of one run. Everything here happens in the caller's thread; only reading is done ahead."""

    def __init__(
        self,
        vault: Any,
        embedder: Embedder,
        gate: IngestGate | None,
        principal: Principal,
        labels: frozenset[str],
        collection: str,
        progress: Progress,
        *,
        skip_duplicates: bool = False,
        ocr: bool = False,
    ) -> None:
        self.problems: list[FileProblem] = []
        self.losses: list[tuple[str, Loss]] = []
        self.partial = False
        self._vault, self._embedder, self._gate = vault, embedder, gate
        self._principal, self._labels, self._collection, self._progress = principal, labels, collection, progress
        self._started = time.monotonic()
        self._added: list[str] = []
        self._replaced: list[str] = []
        self._unchanged: list[str] = []
        self._documents = self._passages = self._waiting = 0
        self._jobs: list[_Job] = []
        self._verdicts: Counter[str] = Counter()
        self._skip = skip_duplicates
        self._duplicates: list[tuple[str, str, float]] = []
        self._policy = str(gate.policy.sha256) if gate else ""
        # What besides the bytes decides what is stored: a change of any reads every file again.
        self._context = json.dumps(
            [READER_VERSION, CHUNK_VERSION, self._policy, embedder.name, sorted(labels), *(["ocr"] if ocr else [])],
            separators=(",", ":"),
        ).encode()

    # ------------------------------------------------------------ before reading; called from the reading threads

    def fingerprint(self, data: bytes) -> str:
        """The keyed hash of a file's bytes and of how they would be stored now."""
        return str(self._vault.content_hmac(self._context + b"\n" + data))

    def is_stored(self, source: str, fingerprint: str) -> bool:
        """Whether the source is in the vault just so, and nothing older of it beside."""
        stored = self._vault.find_source(source, self._collection)
        return bool(stored) and all(info.content_hmac == fingerprint for info in stored)

    def take(self, file: Loaded) -> None:
        """Count a file that needs nothing, note one that failed, queue one that was read."""
        if file.problem is not None:
            self._problem(file.path, file.problem.message, file.problem.remedy)
        elif file.documents is None:
            self._unchanged.append(file.source)
        else:
            self._queue(file, file.documents)

    def _queue(self, file: Loaded, documents: Sequence[Document]) -> None:
        items: list[_Item] = []
        blocked = 0
        keys = self._keys(documents)
        before = frozenset(info.id for info in self._vault.find_source(file.source, self._collection))
        for key, document in zip(keys, documents, strict=True):
            kept = self._gated(replace(document, labels=document.labels | self._labels), file.path)
            blocked += not kept
            sketch = self._shelves.sketch(document.text)
            repeats, skip = self._repeats(sketch, kept, file.source, before)
            for twin, admitted in enumerate(() if skip else kept):
                chunks = chunk(admitted)
                vectors = np.zeros((len(chunks), self._embedder.dimension), np.float32)
                item = _Item(admitted, f"{key}+{twin}" if twin else key, chunks, vectors, _scope(document))
                if not twin:
                    item.sketch, item.repeats = sketch.stored(), repeats
                    item.entry = self._shelves.add(sketch, admitted.labels, file.source)
                items.append(item)
        if not items:
            return
        # A file of which the gate kept a part back is read again next time, so that it is reported again.
        fingerprint = f"{file.fingerprint}+{blocked}" if blocked else file.fingerprint
        self._jobs.append(_Job(file.source, fingerprint, items))
        self._waiting += sum(len(item.chunks) for item in items)
        if self._waiting >= WINDOW:
            self.flush()

    @cached_property
    def _shelves(self) -> Shelves:
        return Shelves(self._vault, self._collection)

    def _repeats(
        self, sketch: Sketch, kept: Sequence[Document], source: str, before: frozenset[str]
    ) -> tuple[Entry | None, bool]:
        """The document that a new one repeats, and whether to leave the new one out for that."""
        match = self._shelves.find(sketch, kept[0].labels, before) if kept else None
        if match is None:
            return None, False
        self._duplicates.append((source, match.entry.source, match.likeness))
        return match.entry, self._skip and match.identical and not before

    def _keys(self, documents: Sequence[Document]) -> list[str]:
        """What tells the documents of one source apart, as keyed hashes: a record's own id may identify a person."""
        if len(documents) == 1:
            return [""]
        seen: Counter[str] = Counter()
        keys = []
        for document in documents:
            name = document.metadata.get("record") or document.title
            seen[name] += 1
            keys.append(str(self._vault.content_hmac(f"record\n{name}\n{seen[name]}".encode()))[:24])
        return keys

    def _gated(self, document: Document, path: Path) -> list[Document]:
        """The document as the policy lets it be stored, its original beside it where the policy keeps both."""
        if self._gate is None:
            return [document]
        admitted, verdicts = self._gate.ingest(document, self._principal, scope=_scope(document))
        self._verdicts.update(f"{v.check}:{v.action}" for v in verdicts if v.action is not Action.PASS)
        if admitted is None:
            last = verdicts[-1] if verdicts else None
            reason = f"the policy keeps it out: {last.reason} ({last.check})" if last else "the policy keeps it out"
            self._problem(path, reason, "see `assistant policy explain`, or leave the file out")
            return []
        original = self._gate.original(document)
        return [admitted] if original is None else [admitted, original]

    def flush(self) -> None:
        """Embed what waits and store it, all sources of the window in one transaction."""
        jobs, self._jobs, self._waiting = self._jobs, [], 0
        if not jobs:
            return
        self._embed([item for job in jobs for item in job.items])
        stale: list[str] = []
        new: list[str] = []
        changed: list[str] = []
        ids: list[str] = []
        with self._vault.transaction():
            for job in jobs:
                before = {info.id for info in self._vault.find_source(job.source, self._collection)}
                stored = [self._store(item, job) for item in job.items]
                (changed if before else new).append(job.source)
                stale.extend(before.difference(stored))
                ids.extend(stored)
            self._audit("ingest", ids, len(jobs), sum(len(i.chunks) for j in jobs for i in j.items))
        # Only now: what this adds up to is in the vault, whatever happens next.
        self._added += new
        self._replaced += changed
        self.losses += [
            (j.source, loss) for j in jobs for item in j.items if item.entry for loss in item.document.losses
        ]
        self._documents += len(ids)
        self._passages += sum(len(item.chunks) for job in jobs for item in job.items)
        self._delete(stale)

    def _embed(self, items: Sequence[_Item]) -> None:
        places = [(item, n) for item in items for n in range(len(item.chunks))]
        # By length, so that the passages of one window are of one size and little padding is computed.
        places.sort(key=lambda place: len(place[0].chunks[place[1]].text))
        for at in range(0, len(places), WINDOW):
            part = places[at : at + WINDOW]
            texts = [embedded(i.document.title, i.chunks[n].heading, i.chunks[n].text) for i, n in part]
            for (item, n), vector in zip(part, self._embedder.passages(texts), strict=True):
                item.vectors[n] = vector

    def _store(self, item: _Item, job: _Job) -> str:
        repeats = self._vault.mark_of(item.repeats.id) if item.repeats and item.repeats.id else ""
        told = {key: value for key, value in (("sketch", item.sketch), ("duplicate_of", repeats)) if value}
        document = replace(item.document, metadata={**item.document.metadata, **told})
        document_id = str(
            self._vault.put_document(
                document,
                item.chunks,
                item.vectors,
                collection=self._collection,
                content_hmac=job.fingerprint,
                record=item.record,
                scope=item.scope,
            )
        )
        if item.entry is not None:
            item.entry.id = document_id
        return document_id

    def _delete(self, ids: Sequence[str]) -> None:
        for document_id in ids:
            self._vault.delete_document(document_id)
        if ids:
            self._audit("ingest.removed", ids, 0, 0)

    def _audit(self, kind: str, ids: Sequence[str], sources: int, passages: int) -> None:
        self._vault.audit.append(
            kind,
            {
                "sources": sources,
                "documents": len(ids),
                "passages": passages,
                "ids": list(ids[:_MAX_AUDITED_IDS]),
                "policy": self._policy,
                "embedder": self._embedder.name,
                "labels": sorted(self._labels),
            },
        )

    def removed(self, found: Walk, *, prune: bool) -> tuple[str, ...]:
        """Stored sources under the given folders that are not on disk any more; deleted where `prune` says so."""
        if not found.roots:
            return ()
        present = set(found.sources)
        gone: dict[str, list[str]] = {}
        for info in self._vault.documents(self._collection):
            given = any(is_under(info.source, root) for root in found.roots)
            if given and info.source not in present and not any(is_under(info.source, lost) for lost in found.lost):
                gone.setdefault(info.source, []).append(info.id)
        if prune:
            for ids in gone.values():
                self._delete(ids)
        return tuple(gone)

    def report(self, found: Walk, removed: tuple[str, ...], *, prune: bool) -> IngestReport:
        """The run in figures."""
        return IngestReport(
            added=tuple(self._added),
            replaced=tuple(self._replaced),
            unchanged=tuple(self._unchanged),
            removed=removed,
            problems=tuple(self.problems),
            skipped=tuple(found.skipped),
            documents=self._documents,
            passages=self._passages,
            seconds=time.monotonic() - self._started,
            pruned=prune and bool(removed),
            partial=self.partial,
            duplicates=tuple(self._duplicates),
            losses=tuple(self.losses),
            verdicts=dict(self._verdicts),
        )

    def _problem(self, path: Path, reason: str, remedy: str) -> None:
        self.problems.append(FileProblem(path, reason, remedy))


def _scope(document: Document) -> str:
    """Inside what a document's pseudonyms are consistent: its patient, else its file."""
    return document.metadata.get("patient_id") or document.source
