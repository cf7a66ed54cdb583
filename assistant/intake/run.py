"""Files into the vault: read, gated, cut, embedded, stored; unchanged ones skipped, changed ones replaced whole.

A source (one file) is stored in one transaction with all its documents, or not at all; a kill at any moment leaves what
was committed and the next run goes on from there.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from assistant.intake.admission import Admission, IngestGate, NotAdmitted, scope_of
from assistant.intake.duplicates import Entry, Shelves, Sketch
from assistant.intake.labels import Labelling, plain_record
from assistant.intake.report import IngestReport as IngestReport
from assistant.intake.report import readable
from assistant.intake.window import WINDOW, Item, Job, Stored, embed, store
from assistant.protocols import Embedder, FileProblem, Progress, no_progress
from assistant.readers import reader_version
from assistant.readers.prefetch import Loaded, read_ahead
from assistant.readers.walk import Walk, is_under, walk
from assistant.retrieval.chunk import VERSION as CHUNK_VERSION
from assistant.retrieval.chunk import chunk
from assistant.types import Document, Loss, Principal
from assistant.vault.relabel import QUARANTINE

if TYPE_CHECKING:
    from assistant.vault.records import DocumentInfo
    from assistant.vault.store import Vault

_MAX_AUDITED_IDS: Final = 500

INGEST: Final = Principal("ingest")
"""Who ingests where nobody is named: without roles, so nothing is permitted to it but what the policy gives to all."""


def ingest(
    paths: Iterable[Path | str],
    *,
    vault: Vault,
    embedder: Embedder,
    gate: IngestGate | None = None,
    principal: Principal = INGEST,
    labels: Labelling | frozenset[str] | None = None,
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
    With `ocr` text in pictures of pages is recognized. With `skip_duplicates` a document with the same words as one under
    the same labels is reported and not stored (unless an earlier form of its file is stored: that is replaced).
    `labels` are put on every document beside those its reader gave; where they are left open,
    `Labelling` decides. Ctrl-C returns the report so far with `partial`; errors
    of the vault, the embedder or the gate's own set-up are raised, and what was committed before stays.
    """
    run = Run(vault, embedder, gate, principal, labels, collection, progress, skip_duplicates=skip_duplicates, ocr=ocr)
    found = walk([Path(path) for path in paths])
    run.problems.extend(found.problems)
    removed: tuple[str, ...] = ()
    number = 0

    def step(name: str, page: int, pages: int) -> None:
        run.step(number, len(found.files), f"page {page} of {pages} of {name}")

    ahead = read_ahead(
        found.files, run.fingerprint, run.is_stored, workers=workers, limit_bytes=limit_bytes, ocr=ocr, step=step
    )
    try:
        with ahead as files:
            for number, file in enumerate(files):
                run.step(number, len(found.files), file.path.name)
                run.take(file)
            run.flush()
        progress(len(found.files), len(found.files), "")
        removed = run.removed(found, prune=prune)
    except KeyboardInterrupt:
        run.partial = True
    return run.report(found, removed, prune=prune)


class Run:
    """The state of one run. Everything here happens in the caller's thread; only reading is done ahead."""

    def __init__(
        self,
        vault: Vault,
        embedder: Embedder,
        gate: IngestGate | None,
        principal: Principal,
        labels: Labelling | frozenset[str] | None,
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
        self._collection, self._progress = collection, progress
        policy = gate.policy if gate else None
        self._labelling = labels if isinstance(labels, Labelling) else Labelling(policy, None, labels)
        self._entrance = Admission(gate, principal, self._labelling)
        self._at = (0, 0, "")
        self._labels: Counter[frozenset[str]] = Counter()
        self._quarantined: list[str] = []
        self._started = time.monotonic()
        self._added: list[str] = []
        self._replaced: list[str] = []
        self._unchanged: list[str] = []
        self._documents = self._passages = self._waiting = 0
        self._jobs: list[Job] = []
        self._skip = skip_duplicates
        self._duplicates: list[tuple[str, str, float]] = []
        self._policy = str(gate.policy.sha256) if gate else ""
        # What besides the bytes decides what is stored: a change of any reads every file again.
        self._context = json.dumps(
            [reader_version(), CHUNK_VERSION, self._policy, embedder.name, *(["ocr"] if ocr else [])],
            separators=(",", ":"),
        ).encode()

    # ------------------------------------------------------------ before reading; called from the reading threads

    def fingerprint(self, data: bytes) -> str:
        """The keyed hash of a file's bytes and of how they would be stored now."""
        return str(self._vault.content_hmac(self._context + b"\n" + data))

    def is_stored(self, source: str, fingerprint: str) -> bool:
        """Whether the source is in the vault just so, under labels that stay, and nothing older of it beside."""
        stored = self._vault.find_source(source, self._collection)
        whole, chosen = self._marked(source, fingerprint), f"{fingerprint}.given"
        open_now = not self._labelling.mark(source).startswith("given")
        return bool(stored) and all(
            QUARANTINE not in info.labels
            and (
                info.content_hmac == whole
                or (open_now and info.content_hmac.startswith(chosen) and "+" not in info.content_hmac)
            )
            for info in stored
        )

    def _marked(self, source: str, fingerprint: str) -> str:
        """The fingerprint with what decides the labels."""
        kind, _, rest = self._labelling.mark(source).partition(":")
        return f"{fingerprint}.{kind}{str(self._vault.content_hmac(rest.encode()))[:12]}"

    def step(self, done: int, total: int, what: str) -> None:
        """Tell how far it has come; what is told may end the run."""
        self._at = (done, total, what)
        self._progress(done, total, what)

    def take(self, file: Loaded) -> None:
        """Count a file that needs nothing, note one that failed, queue one that was read."""
        if file.problem is not None:
            self._problem(file.path, file.problem.message, file.problem.remedy)
        elif file.documents is None:
            self._unchanged.append(file.source)
        else:
            self._queue(file, file.documents)

    def _queue(self, file: Loaded, documents: Sequence[Document]) -> None:
        items: list[Item] = []
        held: dict[str, bool] = {}
        keys = self._keys(documents)
        stored = self._vault.find_source(file.source, self._collection)
        for key, document in zip(keys, documents, strict=True):
            kept = self._entrance.admit(document, key, stored)
            if isinstance(kept, NotAdmitted):
                self._problem(file.path, kept.reason, kept.remedy)
                held[key] = kept.forbidden
                continue
            items += self._items(document, kept, key, file.source, frozenset(info.id for info in stored))
        self._quarantine(file, [info for info in stored if held.get(plain_record(info.record))])
        if not items:
            return
        # A file of which the gate kept a part back is read again next time, so that it is reported again.
        fingerprint = self._marked(file.source, file.fingerprint)
        fingerprint = f"{fingerprint}+{len(held)}" if held else fingerprint
        original = self._entrance.file_of([item.document for item in items], file.data)
        self._jobs.append(Job(file.source, fingerprint, items, frozenset(held), original))
        self._waiting += sum(len(item.chunks) for item in items)
        if self._waiting >= WINDOW:
            self.flush()

    def _items(
        self, document: Document, kept: Sequence[Document], key: str, source: str, before: frozenset[str]
    ) -> list[Item]:
        """What is stored of one document: nothing where it repeats another and such are left out."""
        sketch = self._shelves.sketch(document.text)
        repeats, skip = self._repeats(sketch, kept, source, before)
        items = []
        for twin, admitted in enumerate(() if skip else kept):
            chunks = chunk(admitted, step=self._further)
            vectors = np.zeros((len(chunks), self._embedder.dimension), np.float32)
            item = Item(admitted, f"{key}+{twin}" if twin else key, chunks, vectors, scope_of(document))
            if not twin:
                item.sketch, item.repeats = sketch.stored(), repeats
                item.entry = self._shelves.add(sketch, admitted.labels, source)
            items.append(item)
        return items

    def _quarantine(self, file: Loaded, old: Sequence[DocumentInfo]) -> None:
        """Keep from everybody what is stored of a version that this one would replace but may not."""
        moved = [info.id for info in old if QUARANTINE not in info.labels]
        if not moved:
            return
        with self._vault.transaction():
            for document_id in moved:
                self._vault.quarantine(document_id)
            self._audit("ingest.quarantined", moved, 1, 0)
        self._quarantined.append(file.source)

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

    def flush(self) -> None:
        """Embed what waits and store it, all sources of the window in one transaction."""
        jobs, self._jobs, self._waiting = self._jobs, [], 0
        if not jobs:
            return
        embed([item for job in jobs for item in job.items], self._embedder, self._further)
        # Told once more: whoever stopped it during the last batch was promised that nothing is stored.
        self._progress(*self._at)
        passages = sum(job.passages for job in jobs)
        with self._vault.transaction():
            stored = [self._stored(job) for job in jobs]
            ids = [document_id for one in stored for document_id in one.ids]
            self._audit("ingest", ids, len(jobs), passages)
        # Only now: what this adds up to is in the vault, whatever happens next.
        for one in stored:
            (self._replaced if one.replaced else self._added).append(one.source)
        self.losses += [(job.source, loss) for job in jobs for loss in job.losses]
        self._documents += len(ids)
        self._passages += passages
        self._delete([old for one in stored for old in one.stale])

    def _stored(self, job: Job) -> Stored:
        """Store the documents of a file, inside the transaction of its window."""
        infos = self._vault.find_source(job.source, self._collection)
        before = {info.id for info in infos if plain_record(info.record) not in job.held}
        ids = [store(item, job, self._vault, self._collection) for item in job.items]
        self._labels.update(item.document.labels for item in job.items)
        return Stored(job.source, ids, sorted(before.difference(ids)), bool(before))

    def _further(self, percent: int) -> None:
        """Tell how much of a long document is cut, or of a long window embedded. Here it can be stopped, and is then not stored."""
        done, total, what = self._at
        self._progress(done, total, f"{what} ({percent}%)" if what else "")

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
                "labels": {"+".join(sorted(labels)): count for labels, count in self._labels.items()},
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
            verdicts=dict(self._entrance.verdicts),
            notices=tuple(self._entrance.notices),
            quarantined=tuple(self._quarantined),
            labels={",".join(sorted(labels)): count for labels, count in sorted(self._labels.items(), key=str)},
            roles=readable(self._vault, self._gate.policy) if self._gate else {},
            losses=tuple(self.losses),
        )

    def _problem(self, path: Path, reason: str, remedy: str) -> None:
        self.problems.append(FileProblem(path, reason, remedy))
