"""PDF by pypdf: one section a page, lines joined to paragraphs, running heads removed."""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import ReaderError
from assistant.readers.compose import Composer, stem, tidy
from assistant.types import Document

if TYPE_CHECKING:
    from pypdf import PdfReader

_LIGATURES: Final = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"})
_TORN: Final = re.compile(r"([^\W\d_]+)-\n[ \t]*([^\W\d_]+)")
_LIST: Final = re.compile(r"[-*•‣▪◦–]\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s")
_DIGITS: Final = re.compile(r"\d+")
_SENTENCE_END: Final = (".", "!", "?", ":", ";")
MAX_PAGES: Final = 10_000
MAX_SECONDS: Final = 300.0
"""A 1,000-page manual takes about a minute; more means a file made to hang its reader."""


def read_pdf(data: bytes, source: str) -> list[Document]:
    """A PDF with a text layer: sections located by page, headed by the outline entry that covers the page.

    Pages that are only a picture are counted in metadata "image_pages". Raises ReaderError for encrypted files and for
    files in which no page holds text.
    """
    reader = _open(data, source)
    pages = _texts(reader, source)
    blank = sum(not page.strip() for page in pages)
    if blank == len(pages):
        raise ReaderError(
            "the PDF holds only pictures of pages, no text",
            path=source,
            remedy="run text recognition (OCR) over it first, for example with ocrmypdf",
        )
    pages = _without_running_heads(pages)
    headings = _headings(reader)
    composer = Composer(source)
    # The two halves of a torn word are no words; counting them would keep every tear.
    joined = {word.lower() for page in pages for word in re.findall(r"[^\W\d_]{4,}", _TORN.sub(" ", page))}
    heading = ""
    for number, page in enumerate(pages, 1):
        heading = headings.get(number - 1, heading)
        if not page.strip():
            # Shown, never retrieved: whoever opens the document sees what the assistant could not read.
            composer.note(f"[Page {number} holds no text: it is a picture or blank, and was not read.]")
            continue
        composer.open(heading, f"page {number}")
        for paragraph in paragraphs(page, joined):
            composer.add(paragraph)
    metadata = {"pages": str(len(pages)), "image_pages": str(blank) if blank else ""}
    return [composer.build(title=_title(reader) or stem(source), media_type="application/pdf", metadata=metadata)]


def _open(data: bytes, source: str) -> PdfReader:
    import logging

    from pypdf import PdfReader

    # pypdf logs what it finds wrong, with pieces of the file; nothing of a document may reach a log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    if b"%PDF-" not in data[:1024]:
        raise ReaderError("the file is not a PDF", path=source, remedy="export it again as PDF")
    reader = PdfReader(io.BytesIO(data), strict=False)
    # Many files are encrypted with an empty owner's password only, which everybody may open.
    if reader.is_encrypted and not reader.decrypt(""):
        raise ReaderError(
            "the PDF is encrypted", path=source, remedy="save it without a password, then ingest it again"
        )
    return reader


def _texts(reader: PdfReader, source: str) -> list[str]:
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise ReaderError(f"the PDF has more than {MAX_PAGES:,} pages", path=source, remedy="split the file")
    if count == 0:
        raise ReaderError("the PDF has no pages", path=source, remedy="export it again")
    started, found, failed = time.monotonic(), [], 0
    for page in reader.pages:
        if time.monotonic() - started > MAX_SECONDS:
            raise ReaderError(
                "the PDF takes too long to read", path=source, remedy="print it to a new PDF, or split it"
            )
        try:
            found.append((page.extract_text() or "").translate(_LIGATURES))
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - one page that pypdf trips over must not lose the others
            failed += 1
            found.append("")
    if failed == count:
        raise ReaderError("the PDF is damaged", path=source, remedy="print it to a new PDF")
    return found


def _without_running_heads(pages: list[str]) -> list[str]:
    """Pages without the first and last lines that most of them share, page numbers counted as equal."""
    if len(pages) < 4:
        return pages
    tally: Counter[tuple[str, str]] = Counter()
    for page in pages:
        lines = [line for line in page.split("\n") if line.strip()]
        tally.update({("top", _DIGITS.sub("#", tidy(line))) for line in lines[:2]})
        tally.update({("end", _DIGITS.sub("#", tidy(line))) for line in lines[-2:]})
    running = {edge for edge, times in tally.items() if times * 2 > len(pages) and len(edge[1]) < 120}
    if not running:
        return pages
    return [_strip_edges(page, running) for page in pages]


def _strip_edges(page: str, running: set[tuple[str, str]]) -> str:
    lines = [line for line in page.split("\n") if line.strip()]
    for _ in range(2):
        if lines and ("top", _DIGITS.sub("#", tidy(lines[0]))) in running:
            lines.pop(0)
        if lines and ("end", _DIGITS.sub("#", tidy(lines[-1]))) in running:
            lines.pop()
    return "\n".join(lines)


def paragraphs(page: str, vocabulary: set[str]) -> list[str]:
    """A page's lines as paragraphs: torn words joined, a line well short of the widest or before a list ends one.

    `vocabulary` holds the document's words; a word torn at a hyphen loses it where the whole word occurs elsewhere.
    """
    page = _TORN.sub(lambda m: _rejoin(m.group(1), m.group(2), vocabulary), page)
    lines = [line.strip() for line in page.split("\n")]
    width = max((len(line) for line in lines), default=0)
    found: list[str] = []
    parts: list[str] = []
    for i, line in enumerate(lines):
        if not line:
            _join(found, parts)
            continue
        if _LIST.match(line):
            _join(found, parts)
        parts.append(line)
        following = lines[i + 1] if i + 1 < len(lines) else ""
        short = len(line) < width * 0.7
        if short and (line.endswith(_SENTENCE_END) or (following[:1].isupper() and len(line) < width * 0.5)):
            _join(found, parts)
    _join(found, parts)
    return found


def _join(found: list[str], parts: list[str]) -> None:
    if parts:
        found.append(tidy(" ".join(parts)))
        parts.clear()


def _rejoin(before: str, after: str, vocabulary: set[str]) -> str:
    # "treat-\nment" was torn; "long-\nterm" has its hyphen for good. A whole word seen elsewhere decides.
    if (before + after).lower() in vocabulary:
        return before + after
    if after[:1].isupper() or (before.lower() in vocabulary and after.lower() in vocabulary and len(after) > 3):
        return f"{before}-{after}"
    return before + after


def _headings(reader: PdfReader) -> dict[int, str]:
    """The outline by page index: the last entry that begins on each page, with the entries above it."""
    found: dict[int, str] = {}
    stack: list[tuple[Any, str]] = []
    try:
        stack = [(entry, "") for entry in reversed(reader.outline)]
        last, seen = "", 0
        while stack and seen < 5000:
            entry, above = stack.pop()
            seen += 1
            if isinstance(entry, list):
                path = last
                stack.extend((inner, path) for inner in reversed(entry))
                continue
            title = tidy(str(entry.title or ""))[:200]
            last = f"{above} > {title}" if above and title else title or above
            page = reader.get_destination_page_number(entry)
            if page is not None and page >= 0 and title:
                found.setdefault(page, last)
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - a broken outline costs headings, not the text
        return found
    return found


def _title(reader: PdfReader) -> str:
    try:
        title = tidy(str(reader.metadata.title or "")) if reader.metadata else ""
    except Exception:  # noqa: BLE001 - as above
        return ""
    # Word processors leave their file name here.
    generic = not title or title.lower().startswith(("microsoft word", "untitled")) or re.search(r"\.\w{3,4}$", title)
    return "" if generic else title
