"""Bytes to text: marks, charsets, torn characters, and what is no text at all."""

from __future__ import annotations

import pytest

from assistant.errors import ReaderError
from assistant.formats.decode import decode, newlines

TEXT = "Fièvre à 38,5 °C – naïve Patientin grüßt: 5 µg/ml, ½ Tablette.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"], ids=str
)
def test_a_text_is_read_in_whatever_charset_it_comes(encoding: str) -> None:
    assert decode((TEXT * 5).encode(encoding), "note.txt") == TEXT * 5


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Пациент жалуется на боль в спине и принимает по одной таблетке утром. ", "cp1251"),
        ("Ο ασθενής παραπονιέται για πόνο στην πλάτη και παίρνει ένα δισκίο το πρωί. ", "iso8859_7"),
    ],
)
def test_other_scripts_are_guessed_from_their_bytes(text: str, encoding: str) -> None:
    assert decode((text * 20).encode(encoding), "note.txt") == text * 20


def test_a_torn_character_does_not_turn_the_rest_into_another_charset() -> None:
    data = (TEXT * 20).encode()
    at = data.index("ß".encode())
    found = decode(data[: at + 1] + data[at + 2 :], "note.txt")
    assert found.count("\ufffd") == 1
    assert found.count("Fièvre") == 20


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "a ZIP archive or an office file"),
        (b"\x89PNG....", "a picture"),
        (b"\x7fELF....", "a program"),
        (b"SQLite format 3\x00", "a database"),
    ],
)
def test_a_file_of_another_kind_is_named(data: bytes, what: str) -> None:
    with pytest.raises(ReaderError, match=what) as caught:
        decode(data, "note.txt")
    assert caught.value.path == "note.txt"


def test_binary_is_refused_and_a_stray_control_byte_is_not() -> None:
    with pytest.raises(ReaderError, match="binary"):
        decode(bytes(range(1, 32)) * 40, "note.txt")
    assert decode(b"an ordinary log line\n" * 50 + b"\x01", "note.txt").endswith("\x01")


def test_nothing_is_nothing() -> None:
    assert decode(b"", "note.txt") == ""


def test_every_kind_of_line_end_is_a_line_feed() -> None:
    assert newlines("a\r\nb\rc\u2028d\u2029e") == "a\nb\nc\nd\n\ne"
    assert decode(b"a\r\nb\rc", "x") == "a\nb\nc"
