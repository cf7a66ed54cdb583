"""Documents that another program has read already (a LlamaHub reader, a database export) into the vault, like files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_CHARACTERS, MIB
from assistant.intake.admission import IngestGate
from assistant.intake.labels import Labelling
from assistant.intake.report import IngestReport
from assistant.intake.run import Run
from assistant.protocols import Embedder, Progress, no_progress
from assistant.readers.compose import clean
from assistant.readers.prefetch import Loaded
from assistant.readers.walk import Walk
from assistant.types import Document, Principal

if TYPE_CHECKING:
    from assistant.vault.store import Vault


def ingest_documents(
    documents: Iterable[Document],
    *,
    vault: Vault,
    embedder: Embedder,
    gate: IngestGate,
    principal: Principal,
    labels: Labelling | frozenset[str] | None,
    collection: str = "default",
    skip_duplicates: bool = False,
    progress: Progress = no_progress,
) -> IngestReport:
    """Take documents in under the ingest checks. Those of one `source` are stored together; unchanged ones are skipped.

    What cannot be stored (no source, no text, over 64 Mi characters) is a problem of the report, as a bad file is.
    """
    run = Run(vault, embedder, gate, principal, labels, collection, progress, skip_duplicates=skip_duplicates)
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(document.source, []).append(document)
    for number, (source, group) in enumerate(groups.items()):
        progress(number, len(groups), source)
        run.take(_loaded(source, group, run))
    run.flush()
    progress(len(groups), len(groups), "")
    return run.report(Walk(), (), prune=False)


def _loaded(source: str, group: list[Document], run: Run) -> Loaded:
    path = Path(source or "unnamed")
    try:
        given = [_plain(document, source) for document in group]
    except ReaderError as error:
        return Loaded(path, source, problem=error)
    # Everything that is stored, so that a change of any of it is a change.
    mark = run.fingerprint(
        repr(
            [(d.title, d.text, sorted(d.metadata.items()), sorted(d.fields.items()), sorted(d.labels)) for d in given]
        ).encode()
    )
    return Loaded(path, source, mark, None if run.is_stored(source, mark) else given)


def _plain(document: Document, source: str) -> Document:
    """The document without invisible characters, which are counted for the injection check. Raises ReaderError."""
    too_long = len(document.text) > MAX_CHARACTERS
    text, hidden = ("", 0) if too_long else clean(document.text)
    if not source or not text.strip():
        reason, remedy = "the document holds no readable text", "leave it out"
        if not source:
            reason, remedy = "the document names no source", "give each document an id or a file name"
        elif too_long:
            reason, remedy = f"the document is larger than {MAX_CHARACTERS // MIB} Mi characters", "split it"
        raise ReaderError(reason, path=source or "unnamed", remedy=remedy)
    metadata = {**document.metadata, **({"hidden": str(hidden)} if hidden else {})}
    # Sections count characters of the text as it was.
    sections = document.sections if text == document.text else ()
    return replace(document, title=clean(document.title)[0], text=text, metadata=metadata, sections=sections)
