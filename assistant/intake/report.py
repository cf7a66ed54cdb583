"""What one run of ingest did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.protocols import FileProblem
from assistant.types import Loss


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
    duplicates: tuple[tuple[str, str, float], ...] = ()
    """Source, the source that it repeats, and how alike they are: 1.0 for the same words, which are left out where asked for."""
    verdicts: Mapping[str, int] = field(default_factory=dict)
    """How often each check acted: "check:action" to count."""
    losses: tuple[tuple[str, Loss], ...] = ()
    """Source and what its reader left out or is not sure of, for the files that this run read and stored."""
