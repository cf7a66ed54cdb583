from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from assistant.readers.prefetch import Loaded, drawable, read_ahead


def files(folder: Path, count: int) -> list[Path]:
    made = [folder / f"{n:02}.txt" for n in range(count)]
    for n, path in enumerate(made):
        path.write_text(f"Text number {n}.")
    return made


def mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(paths: list[Path], stored: set[str] | None = None, **more: int) -> list[Loaded]:
    with read_ahead(paths, mark, lambda _, m: m in (stored or set()), **more) as found:  # type: ignore[arg-type]
        return list(found)


def test_files_come_in_order_with_their_marks_however_many_read(tmp_path: Path) -> None:
    paths = files(tmp_path, 9)
    for workers in (0, 1, 3):
        found = read(paths, workers=workers)
        assert [one.path for one in found] == paths
        assert [one.documents[0].text for one in found if one.documents] == [f"Text number {n}." for n in range(9)]
        assert found[0].fingerprint == mark(paths[0].read_bytes()) and found[0].data == b""


def test_what_is_stored_already_is_not_read_again(tmp_path: Path) -> None:
    paths = files(tmp_path, 2)
    one, two = read(paths, {mark(paths[0].read_bytes())})
    assert one.documents is None and one.problem is None and two.documents is not None


def test_a_file_that_cannot_be_read_is_a_problem_and_the_next_one_is_read(tmp_path: Path) -> None:
    (bad, good) = files(tmp_path, 2)
    bad.write_bytes(b"")
    (tmp_path / "x.exe").write_bytes(b"MZ")
    found = read([bad, tmp_path / "none.txt", tmp_path / "x.exe", good], workers=2)
    assert [one.problem is None for one in found] == [False, False, False, True]
    assert all(one.problem is not None and one.problem.remedy for one in found[:3])


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    (path,) = files(tmp_path, 1)
    assert read([path], limit_bytes=5)[0].problem is not None


def test_no_more_than_two_files_a_worker_are_read_ahead(tmp_path: Path) -> None:
    paths, seen, lock = files(tmp_path, 12), [], threading.Lock()

    def counted(data: bytes) -> str:
        with lock:
            seen.append(data)
        return mark(data)

    with read_ahead(paths, counted, lambda *_: False, workers=1) as found:
        next(found)
        threading.Event().wait(0.3)
        assert len(seen) <= 4
        assert len(list(found)) == 11


def test_leaving_ends_the_reading(tmp_path: Path) -> None:
    with read_ahead(files(tmp_path, 50), mark, lambda *_: False) as found:
        next(found)
    with pytest.raises(RuntimeError):
        list(found)


def test_only_a_pdf_is_kept_to_be_drawn() -> None:
    assert drawable(".pdf", b"%PDF") == b"%PDF" and drawable(".txt", b"text") == b""


def test_a_risky_format_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<h1>Title</h1><p>Take 500 mg.</p>")
    (found,) = read([tmp_path / "a.html"])
    assert found.documents is not None and "Take 500 mg." in found.documents[0].text
