"""Evaluation and fairness reports of `config.reports_home()`: listed and shown, never written here."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from assistant.config import reports_home
from assistant.frontends.web import problems

_TYPES: Final = {
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/plain; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
_MOST: Final = 200
_MAX_BYTES: Final = 8 * 1024 * 1024


def list_reports() -> dict[str, object]:
    """The reports, newest first; none where the folder is missing."""
    folder = reports_home()
    found = [path for path in folder.iterdir() if _is_report(path)] if folder.is_dir() else []
    rows = [
        {
            "name": path.name,
            "bytes": path.stat().st_size,
            "at": datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds"),
        }
        for path in found
    ]
    return {"reports": sorted(rows, key=lambda row: str(row["at"]), reverse=True)[:_MOST]}


def read_report(name: str) -> tuple[bytes, str]:
    """A report's bytes and media type. Raises Problem 404 for anything that is not listed."""
    folder = reports_home()
    # By comparison with what lies there, so that no name can lead out of the folder.
    path = next((p for p in folder.iterdir() if p.name == name and _is_report(p)), None) if folder.is_dir() else None
    if path is None:
        raise problems.not_found()
    return path.read_bytes(), _TYPES[path.suffix]


def _is_report(path: Path) -> bool:
    return (
        path.suffix in _TYPES
        and path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and path.stat().st_size <= _MAX_BYTES
    )
