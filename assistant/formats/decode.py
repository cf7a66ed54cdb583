"""Bytes to text: byte-order marks, UTF-8, then the best guess among the single- and double-byte charsets."""

from __future__ import annotations

import codecs
import re
from typing import Final

from assistant.errors import ReaderError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)
# Control characters that text does not have; tab, line feed, form feed, carriage return and escape are ordinary.
_CONTROL: Final = bytes(b for b in range(32) if b not in (9, 10, 11, 12, 13, 27))
_SAMPLE: Final = 256 * 1024
_FEW: Final = 100
"""Bytes above ASCII below which a statistical guess has nothing to count."""
_TOLERATED: Final = 0.02
"""Share of control or undecodable bytes above which a file is not text; a stray one in a log is common."""


def decode(data: bytes, source: str) -> str:
    """The text of a file, whatever its charset; newlines become line feeds. Raises ReaderError where it is not text."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise ReaderError(
                f"the content is {what}, not text", path=source, remedy="give the file the ending of its real kind"
            )
    return newlines(_decode(data, source))


def newlines(text: str) -> str:
    """Every kind of line end as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")


def _decode(data: bytes, source: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return data.decode(encoding, "replace")
    if wide := _wide(data):
        return data.decode(wide, "replace")
    sample = data[:_SAMPLE]
    if sum(map(sample.count, (bytes([b]) for b in _CONTROL))) > len(sample) * _TOLERATED:
        raise ReaderError("the content is binary, not text", path=source, remedy="leave this file out")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    patched = data.decode("utf-8", "replace")
    broken = patched.count("\ufffd")
    # A UTF-8 file with a torn character here and there has many whole multi-byte characters beside it.
    if broken * 10 < sum(1 for c in patched if c > "\x7f") - broken:
        return patched
    return _guess(data)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: Latin text has a zero in every second byte."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(sample) < 4:
        return ""
    half = len(sample) // 2
    odd, even = sample[1::2].count(0) / half, sample[0::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else ""


def _guess(data: bytes) -> str:
    sample = data[:_SAMPLE]
    high = len(re.findall(rb"[\x80-\xff]", sample))
    letters = len(re.findall(rb"[A-Za-z]", sample))
    # Western European text is mostly ASCII; short samples mislead a statistical guess, so the common case goes first. In other
    # scripts whole words lie above ASCII, here single letters and signs do.
    if high * 5 <= letters or (high < _FEW and not re.search(rb"[\x80-\xff]{3}", sample)):
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(sample, threshold=0.3).best()
    return data.decode(best.encoding if best else "cp1252", "replace")
