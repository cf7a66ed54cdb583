from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assistant.models.digest import sha256_of


@pytest.mark.parametrize("data", [b"", b"abc", b"x" * (3 << 20)])
def test_it_is_the_sha_256_of_the_whole_file(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(data)
    assert sha256_of(tmp_path / "f") == hashlib.sha256(data).hexdigest()


def test_a_published_value(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    assert sha256_of(tmp_path / "f").startswith("ba7816bf8f01cfea"), "FIPS 180-2, appendix B.1"


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sha256_of(tmp_path / "none")
