"""The reports of evaluation and fairness runs: totals that other commands wrote, found in the reports folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import UsageError

# HTML is for a browser; what can be read here is Markdown and JSON.
READABLE: Final = (".md", ".json")
_MOST: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One report; `kind` is the ending without its dot."""

    path: Path
    name: str
    kind: str


def list_reports(folder: Path) -> list[ReportFile]:
    """The reports of a folder and its subfolders, newest first; empty where there is no folder."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix in (*READABLE, ".html")]
    found.sort(key=lambda path: (-path.stat().st_mtime, path.name))
    return [ReportFile(path, str(path.relative_to(folder)), path.suffix[1:]) for path in found]


def read_report(report: ReportFile) -> str:
    """The report as lines of text. Raises UsageError where it cannot be read here."""
    if report.path.suffix not in READABLE:
        raise UsageError("this report is a web page", path=report.path, remedy="open it in a browser")
    try:
        if report.path.stat().st_size > _MOST:
            raise UsageError("the report is too large to show here", path=report.path, remedy="open it in an editor")
        text = report.path.read_text(encoding="utf-8")
        return text if report.kind == "md" else "\n".join(_lines(json.loads(text)))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the report cannot be read ({type(error).__name__})", path=report.path, remedy="run the evaluation again"
        ) from None


def _lines(value: object, indent: int = 0) -> list[str]:
    """JSON as an indented outline: a screen reader and a person read it more easily than braces."""
    pad = "  " * indent
    if isinstance(value, dict):
        lines: list[str] = []
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                lines += [f"{pad}{key}:", *_lines(inner, indent + 1)]
            else:
                lines.append(f"{pad}{key}: {_scalar(inner)}")
        return lines
    if isinstance(value, list):
        lines = []
        for inner in value:
            nested = _lines(inner, indent + 1) if isinstance(inner, dict | list) else [f"{pad}- {_scalar(inner)}"]
            lines += [f"{pad}-", *nested] if isinstance(inner, dict | list) else nested
        return lines
    return [f"{pad}{_scalar(value)}"]


def _scalar(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "none" if value is None or value == {} or value == [] else str(value)
