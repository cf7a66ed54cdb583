from __future__ import annotations

from pathlib import Path

from assistant.readers.walk import is_under, walk


def _tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def test_order_and_what_is_passed_over(tmp_path: Path) -> None:
    _tree(
        tmp_path,
        "b.txt",
        "a.md",
        "sub/c.TXT",
        ".git/d.txt",
        ".hidden.txt",
        "~$e.docx",
        "f.bin",
        "CVS/g.txt",
        "sub/h.txt~",
    )
    found = walk([tmp_path, tmp_path / "a.md", tmp_path / ".hidden.txt"])
    assert [p.relative_to(tmp_path).as_posix() for p in found.files] == ["a.md", "b.txt", "sub/c.TXT", ".hidden.txt"]
    assert [p.path.name for p in found.skipped] == ["f.bin"]
    assert found.problems == []
    assert found.roots == [tmp_path]


def test_links(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    _tree(inside, "a.txt", "sub/b.txt")
    _tree(outside, "c.txt")
    (inside / "loop").symlink_to(inside)
    (inside / "self.txt").symlink_to(inside / "self.txt")
    (inside / "away.txt").symlink_to(outside / "c.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "near.txt").symlink_to(inside / "a.txt")
    found = walk([inside])
    assert [p.name for p in found.files] == ["a.txt", "near.txt", "b.txt"]
    assert {p.path.name: p.reason.split(" link ")[1] for p in found.problems} == {
        "away.txt": "leads out of the folder",
        "folder": "leads out of the folder",
        "self.txt": "leads nowhere or back to itself",
    }
    assert [p.name for p in walk([inside / "folder"]).files] == ["c.txt"]


def test_is_under() -> None:
    assert is_under("docs/a.md", Path("docs"))
    assert is_under("a.md", Path())
    assert not is_under("/etc/a.md", Path())
    assert not is_under("../a.md", Path())
    assert not is_under("docs2/a.md", Path("docs"))
    assert is_under("/data/x/a.md", Path("/data/"))
