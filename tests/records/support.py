"""A file of a record as the chart of its one patient."""

from __future__ import annotations

from pathlib import Path

from assistant.records import sources
from assistant.records.model import Chart


def loaded(tmp_path: Path, data: bytes, name: str = "r.json") -> Chart:
    """The chart of a file with these bytes, in the format that its name tells."""
    path = tmp_path / name
    path.write_bytes(data)
    (part,) = sources.scan(str(path), sources.kind_of(path))
    return sources.load(part.patient_id, [part])
