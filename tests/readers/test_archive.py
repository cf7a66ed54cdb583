"""ZIP containers that lie, swell, are encrypted or damaged."""

from __future__ import annotations

import io
import zipfile

import pytest

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_MEMBERS, MIB
from assistant.readers.archive import Archive


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def test_members_are_named_and_read() -> None:
    archive = Archive(zipped(a=b"one", b=b"<x>two</x>"), "f.docx", "DOCX")
    assert archive.names == ["a", "b"]
    assert "a" in archive and "c" not in archive
    assert archive.read("a") == b"one"
    assert archive.xml("b").text == "two"
    archive.check()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "damaged"),
        (b"no zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "encrypted or of the old"),
        (zipped(a=b"x" * 500)[:-30], "damaged"),
        (zipped(a=b"\0" * (2 * MIB)), "unpacks to far more"),
    ],
    # A ZIP holds the time at which it was made, and a test's name must be the same in two processes.
    ids=["empty", "no zip", "OLE", "cut", "bomb"],
)
def test_what_is_no_document_is_refused_at_the_door(data: bytes, why: str) -> None:
    with pytest.raises(ReaderError, match=why) as caught:
        Archive(data, "f.docx", "DOCX")
    assert caught.value.path == "f.docx"


def test_a_page_of_blanks_is_no_bomb() -> None:
    assert len(Archive(zipped(a=b"\0" * (MIB // 2)), "f", "DOCX").read("a")) == MIB // 2


def test_too_many_members_are_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(MAX_MEMBERS + 1):
            archive.writestr(f"{number}", b"")
    with pytest.raises(ReaderError, match="unpacks"):
        Archive(held.getvalue(), "f", "DOCX")


def test_a_member_that_is_missing_or_broken_is_said_to_be() -> None:
    data = bytearray(zipped(a=b"some words of a member " * 20))
    with pytest.raises(ReaderError, match="damaged"):
        Archive(bytes(data), "f", "DOCX").read("absent")
    data[40] ^= 0xFF
    with pytest.raises(ReaderError, match="damaged"):
        Archive(bytes(data), "f", "DOCX").read("a")
    with pytest.raises(ReaderError, match="damaged"):
        Archive(bytes(data), "f", "DOCX").check()


def test_an_encrypted_member_is_told() -> None:
    data = bytearray(zipped(a=b"x"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(ReaderError, match="encrypted"):
        Archive(bytes(data), "f", "DOCX")
