from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.frontends.web.problems import Problem
from assistant.frontends.web.reports import list_reports, read_report


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    monkeypatch.setenv("ASSISTANT_REPORTS", str(made))
    return made


def names() -> list[str]:
    return [row["name"] for row in list_reports()["reports"]]  # type: ignore[index]


def test_reports_are_listed_newest_first_with_size_and_time(folder: Path) -> None:
    for n, name in enumerate(("old.json", "new.md", "middle.html")):
        (folder / name).write_text("x" * n)
    for name, at in (("old.json", 1_000_000_000), ("new.md", 1_700_000_000), ("middle.html", 1_300_000_000)):
        os.utime(folder / name, (at, at))
    assert names() == ["new.md", "middle.html", "old.json"]
    assert list_reports()["reports"][0] == {"name": "new.md", "bytes": 1, "at": "2023-11-14T22:13:20+00:00"}  # type: ignore[index]


def test_where_there_is_no_folder_there_are_no_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_REPORTS", str(tmp_path / "none"))
    assert list_reports() == {"reports": []}
    with pytest.raises(Problem):
        read_report("a.json")


def test_only_plain_reports_are_shown(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "folder.json").mkdir()
    for name in (".hidden.json", "key.pem", "script.js", "good.csv"):
        (folder / name).write_text("x")
    with (folder / "huge.json").open("wb") as huge:
        huge.truncate(9 * 1024 * 1024)
    assert names() == ["good.csv"]


@pytest.mark.parametrize("name", ["../secret.json", "..", "", "/etc/passwd", "good.csv/", "GOOD.CSV", "good.csv\0"])
def test_no_name_leads_out_of_the_folder(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.json").write_text("{}")
    (folder / "good.csv").write_text("a,b")
    with pytest.raises(Problem) as caught:
        read_report(name)
    assert caught.value.status == 404


def test_markdown_and_tables_are_served_as_text_not_as_pages(folder: Path) -> None:
    for name in ("a.md", "a.csv", "a.txt"):
        (folder / name).write_text("<script>alert(1)</script>")
        assert read_report(name)[1] == "text/plain; charset=utf-8"
    (folder / "a.html").write_bytes(b"<p>")
    assert read_report("a.html") == (b"<p>", "text/html; charset=utf-8")
