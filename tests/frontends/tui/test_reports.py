from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.tui.reports import ReportFile, list_reports, read_report


def report(path: Path) -> ReportFile:
    return ReportFile(path, path.name, path.suffix[1:])


def test_reports_of_all_folders_newest_first_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for n, name in enumerate(("old.md", "sub/new.json", "page.html", "plot.svg")):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (1_000 + n, 1_000 + n))
    assert [(r.name, r.kind) for r in list_reports(tmp_path)] == [
        ("page.html", "html"),
        ("sub/new.json", "json"),
        ("old.md", "md"),
    ]
    assert list_reports(tmp_path / "none") == []


def test_json_is_read_as_an_outline(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"metrics": {"recall": 0.98765, "by": {}}, "items": [1, {"a": null}], "n": 3}')
    assert read_report(report(tmp_path / "r.json")).splitlines() == [
        "metrics:", "  recall: 0.9877", "  by: none", "items:", "  - 1", "  -", "    a: none", "n: 3",
    ]  # fmt: skip


def test_markdown_is_shown_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "r.md").write_text("# Größe\n")
    assert read_report(report(tmp_path / "r.md")) == "# Größe\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [("r.html", b"<p>", "web page"), ("r.json", b"{", "cannot be read"),
        ("r.md", b"\xff", "cannot be read"), ("r.md", b"x" * 2_000_001, "too large")],
)  # fmt: skip
def test_what_cannot_be_shown_here_says_what_to_do(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=said):
        read_report(report(tmp_path / name))


def test_a_report_that_has_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_report(report(tmp_path / "gone.md"))
