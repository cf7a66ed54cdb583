"""The outline and the title of a PDF."""

from __future__ import annotations

import re
from typing import Final

from assistant.readers.compose import Outline, tidy
from assistant.readers.pdf.pdfium import PdfFile

_MOST: Final = 5_000
_FILE: Final = re.compile(r"\.\w{3,4}$")


def headings_of(document: PdfFile) -> dict[int, str]:
    """The outline by page index: the last entry that begins on each page, with the entries above it."""
    found: dict[int, str] = {}
    outline = Outline()
    for number, item in enumerate(document.get_toc(max_depth=15)):
        if number >= _MOST:
            break
        title = tidy(item.get_title() or "")[:200]
        target = item.get_dest()
        page = target.get_index() if target is not None else None
        path = outline.enter(item.level + 1, title)
        if page is not None and page >= 0 and title:
            found.setdefault(page, path)
    return found


def title_of(document: PdfFile) -> str:
    """The title in the file's properties, "" where a word processor left its file name there."""
    title = tidy(document.get_metadata_value("Title") or "")
    generic = not title or title.lower().startswith(("microsoft word", "untitled")) or _FILE.search(title)
    return "" if generic else title
