"""One file that is held in memory (an upload) into the vault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ReaderError
from assistant.formats.limits import MIB, TEXT_LIMIT
from assistant.intake.admission import IngestGate
from assistant.intake.labels import Labelling
from assistant.intake.report import IngestReport
from assistant.intake.run import Run
from assistant.protocols import Embedder, Progress, no_progress
from assistant.readers.prefetch import Loaded, drawable
from assistant.readers.process import ReaderProcess
from assistant.readers.registry import LIMITS, reader_for
from assistant.readers.walk import Walk
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.vault.store import Vault


def ingest_bytes(
    name: str,
    data: bytes,
    *,
    vault: Vault,
    embedder: Embedder,
    gate: IngestGate,
    principal: Principal,
    labels: Labelling | frozenset[str] | None,
    collection: str = "default",
    progress: Progress = no_progress,
) -> IngestReport:
    """Take one file in that is held in memory (an upload), under its name; nothing of it touches the disk.

    It is read in a process of its own whatever its kind. A file that cannot be read is a problem of the report; what
    `progress` raises as KeyboardInterrupt ends it, and nothing of the file is stored.
    """
    run = Run(vault, embedder, gate, principal, labels, collection, progress)
    process = ReaderProcess()
    try:
        run.step(0, 1, name)
        run.take(_loaded(name, data, run, process))
        run.flush()
    except KeyboardInterrupt:
        run.partial = True
    finally:
        process.close()
    return run.report(Walk(), (), prune=False)


def _loaded(name: str, data: bytes, run: Run, process: ReaderProcess) -> Loaded:
    path = Path(name)
    try:
        reader_for(path)
        limit = LIMITS.get(path.suffix.lower(), TEXT_LIMIT)
        if not 0 < len(data) <= limit:
            reason = "the file is too large" if data else "the file is empty"
            raise ReaderError(reason, path=name, remedy=f"give 1 byte to {limit // MIB} MiB")
        mark = run.fingerprint(data)
        stored = run.is_stored(name, mark)
        ending = path.suffix.lower()
        return Loaded(path, name, mark, None if stored else process.read(data, name, ending), drawable(ending, data))
    except ReaderError as error:
        return Loaded(path, name, problem=error)
