"""The documents that a pack brings, taken in under the labels of the pack's table: for newcomers who have none of their own yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.protocols import Progress, no_progress

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.intake.run import IngestReport
    from assistant.packs.pack import Pack

COLLECTION: Final = "samples"
"""Where they lie, so that they can be told from a site's own."""


def batches(pack: Pack) -> list[tuple[frozenset[str], list[Path]]]:
    """The pack's documents by their labels, in an order that stays the same."""
    return [
        (labels, [document.path for document in pack.documents if document.labels == labels])
        for labels in sorted({document.labels for document in pack.documents}, key=sorted)
    ]


def take_samples(assistant: Assistant, progress: Progress = no_progress) -> list[IngestReport]:
    """Take the pack's documents in, a report for each set of labels; stops after one that was broken off."""
    reports: list[IngestReport] = []
    for labels, paths in batches(assistant.pack):
        reports.append(assistant.ingest(paths, labels=labels, collection=COLLECTION, progress=progress))
        if reports[-1].partial:
            break
    return reports
