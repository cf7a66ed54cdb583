"""Which reader reads which file, and the one way in: `read_file` raises ReaderError and nothing else."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from functools import wraps
from pathlib import Path
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.limits import (
    BINARY_LIMIT,
    HL7_LIMIT,
    JSON_LIMIT,
    MARKDOWN_LIMIT,
    MAX_DOCUMENTS,
    MIB,
    TEXT_LIMIT,
    XML_LIMIT,
)
from assistant.protocols import Reader
from assistant.readers.ccda import read_xml
from assistant.readers.delimited import read_csv, read_tsv
from assistant.readers.docx import read_docx
from assistant.readers.epub import read_epub
from assistant.readers.hl7 import read_hl7
from assistant.readers.html import read_html
from assistant.readers.mail import mail_reader
from assistant.readers.pdf import read_pdf
from assistant.readers.pptx import read_pptx
from assistant.readers.records import read_json, read_jsonl
from assistant.readers.sheets import read_xlsx
from assistant.readers.text import read_markdown, read_text
from assistant.records import security
from assistant.types import Document

VERSION: Final = "4"
"""Raised whenever a reader gives another text for the same bytes."""


def reader_version() -> str:
    """What decides, beside the bytes, what a file is read as: VERSION, and the tables of labels as they are.

    It is part of what is compared with stored documents: another text or other labels, and they are read again.
    """
    return f"{VERSION}.{security.digest()}"


def guarded(reader: Reader) -> Reader:
    """A reader whose every failure is a ReaderError that holds nothing of the file."""

    @wraps(reader)
    def read(data: bytes, source: str) -> list[Document]:
        try:
            documents = reader(data, source)
        except ReaderError:
            raise
        except RecursionError:
            reason, remedy = "the file is nested too deeply", "flatten or export it again"
        except MemoryError:
            reason, remedy = "the file needs more memory than it may have", "split the file"
        except Exception as error:  # noqa: BLE001 - parsers of hostile bytes raise anything; the error's name is safe to say
            reason = f"the file is damaged or not what its name says ({type(error).__name__})"
            remedy = "open it in its own program and save it again"
        else:
            if documents and len(documents) <= MAX_DOCUMENTS:
                return documents
            reason, remedy = "the file holds no readable text", "leave this file out"
            if documents:
                reason, remedy = f"the file holds more than {MAX_DOCUMENTS:,} documents", "split the file"
        # `from None`: a parser's own message may quote the file.
        raise ReaderError(reason, path=source, remedy=remedy) from None

    return read


def _all_guarded(readers: Mapping[str, Reader]) -> dict[str, Reader]:
    return {ending: guarded(reader) for ending, reader in readers.items()}


READERS: Final[dict[str, Reader]] = _all_guarded(
    {
        ".txt": read_text,
        ".text": read_text,
        ".log": read_text,
        ".md": read_markdown,
        ".markdown": read_markdown,
        ".html": read_html,
        ".htm": read_html,
        ".xhtml": read_html,
        ".pdf": read_pdf,
        ".docx": read_docx,
        ".pptx": read_pptx,
        ".xlsx": read_xlsx,
        ".xlsm": read_xlsx,
        ".epub": read_epub,
        ".xml": read_xml,
        ".ccda": read_xml,
        ".cda": read_xml,
        ".hl7": read_hl7,
        ".csv": read_csv,
        ".tsv": read_tsv,
        ".tab": read_tsv,
        ".json": read_json,
        ".jsonl": read_jsonl,
        ".ndjson": read_jsonl,
    }
)

LIMITS: Final[dict[str, int]] = {
    ".md": MARKDOWN_LIMIT,
    ".markdown": MARKDOWN_LIMIT,
    ".json": JSON_LIMIT,
    ".jsonl": JSON_LIMIT,
    ".ndjson": JSON_LIMIT,
    ".pdf": BINARY_LIMIT,
    ".docx": BINARY_LIMIT,
    ".pptx": BINARY_LIMIT,
    ".xlsx": BINARY_LIMIT,
    ".xlsm": BINARY_LIMIT,
    ".epub": BINARY_LIMIT,
    ".eml": BINARY_LIMIT,
    ".xml": XML_LIMIT,
    ".ccda": XML_LIMIT,
    ".cda": XML_LIMIT,
    ".hl7": HL7_LIMIT,
}
"""Bytes that a file of this ending may have; the others have TEXT_LIMIT."""

# A mail's attachments may be of any kind, mails included.
READERS[".eml"] = guarded(mail_reader(READERS, LIMITS))

_INSTEAD: Final = {
    ".doc": "save it as DOCX",
    ".xls": "save it as XLSX or CSV",
    ".ppt": "save it as PPTX",
    ".xlsb": "save it as XLSX",
    ".ods": "save it as XLSX or CSV",
    ".msg": "save it as EML",
    ".mbox": "export the mails one by one as EML",
    ".rtf": "save it as DOCX",
    ".odt": "save it as DOCX",
    ".zip": "unpack it and ingest the folder",
    ".gz": "unpack it and ingest the folder",
    ".png": "run text recognition (OCR) over it first",
    ".jpg": "run text recognition (OCR) over it first",
    ".jpeg": "run text recognition (OCR) over it first",
    ".tif": "run text recognition (OCR) over it first",
    ".tiff": "run text recognition (OCR) over it first",
}


def source_of(path: Path) -> str:
    """A path as text that any database can hold: bytes of a name that are no UTF-8 are written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def reader_for(path: Path) -> Reader:
    """The reader of a file by its ending. Raises ReaderError, with what to do instead, where there is none."""
    ending = path.suffix.lower()
    if ending not in READERS:
        kinds = " ".join(sorted(READERS))
        raise ReaderError(
            f"there is no reader for '{ending}' files" if ending else "the file's name has no ending",
            path=source_of(path),
            remedy=_INSTEAD.get(ending, f"convert it to one of: {kinds}"),
        )
    return READERS[ending]


def read_file(path: Path, *, limit_bytes: int | None = None) -> list[Document]:
    """The documents of one file. `limit_bytes` replaces the limit of its kind (64 MiB for text: see limits.py).

    Raises ReaderError, with reason and remedy and without a word of the file, whatever is wrong with it.
    """
    reader = reader_for(path)
    return reader(load(path, limit_bytes=limit_bytes), source_of(path))


def load(path: Path, *, limit_bytes: int | None = None) -> bytes:
    """The bytes of a regular file that is neither empty nor over its limit. Raises ReaderError."""
    source = source_of(path)
    limit = limit_bytes if limit_bytes is not None else LIMITS.get(path.suffix.lower(), TEXT_LIMIT)
    try:
        # Without O_NONBLOCK a named pipe would hang the run.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                raise ReaderError("it is not a regular file", path=source, remedy="give files and folders only")
            data = file.read(limit + 1) if state.st_size <= limit else b""
    except (OSError, ValueError) as error:
        raise _unreadable(error, source) from None
    size = max(state.st_size, len(data))
    if size > limit:
        raise ReaderError(
            f"the file is too large: {size / MIB:,.1f} MiB, the limit is {limit / MIB:,.1f} MiB",
            path=source,
            remedy="split the file, or raise `--max-mb` (`limit_bytes`) where there is memory for about 20 times its size",
        )
    if not data:
        raise ReaderError("the file is empty", path=source, remedy="leave it out, or copy it again")
    return data


def _unreadable(error: OSError | ValueError, source: str) -> ReaderError:
    number = getattr(error, "errno", None)
    if number in (errno.EACCES, errno.EPERM):
        return ReaderError(
            "there is no permission to read the file", path=source, remedy="give this user read permission"
        )
    if number == errno.ELOOP:
        return ReaderError("the symbolic link leads back to itself", path=source, remedy="remove the link")
    if number == errno.ENOENT:
        return ReaderError("the file does not exist, or its link leads nowhere", path=source, remedy="check the name")
    if number == errno.EISDIR:
        return ReaderError("it is a folder, not a file", path=source, remedy="give the folder to ingest instead")
    return ReaderError(
        f"the file cannot be read ({errno.errorcode.get(number, 'system error') if number else 'invalid name'})",
        path=source,
        remedy="check the disk and the name",
    )
