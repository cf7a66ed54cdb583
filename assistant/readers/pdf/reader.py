"""PDF by PDFium: pages as a person reads them, one section a page, what is not surely read kept apart."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final

from assistant.errors import ReaderError
from assistant.readers.compose import Composer, stem
from assistant.readers.editions import edition_of
from assistant.readers.pdf.characters import reads_as_text
from assistant.readers.pdf.glyphs import Sheet, flatten, sheet_of
from assistant.readers.pdf.outline import headings_of, title_of
from assistant.readers.pdf.pages import PageWords
from assistant.readers.pdf.pdfium import Page, PdfFile
from assistant.readers.pdf.running import margins_of, without_running
from assistant.readers.pdf.scans import words_in_picture
from assistant.readers.pdf.strikes import clear_struck
from assistant.readers.pdf.words import turned_box, words_of
from assistant.readers.pdf.writer import Writer
from assistant.readers.settings import at_hand
from assistant.types import Document, LossKind

MAX_PAGES: Final = 5_000
MAX_SECONDS: Final = 300.0
"""A 1,000-page manual takes about half a minute; more means a file made to hang its reader."""
SECONDS_A_SCAN: Final = 120.0
"""For each page where text is recognized: it takes 2 to 5 seconds on two idle cores."""
_PICTURE: Final = 0.04
"""Of the page: smaller pictures are logos and ornaments."""
_SCANNED: Final = 0.5
"""Of the page: a scan fills it, but for its margins."""
_STAMPED: Final = 60
"""Printed characters that a scan may bear: a page number, a stamp, a file number."""
_UNMAPPED: Final = 0.02
"""Of the glyphs of a page: above it words are lost, not single ornaments."""


def read_pdf(data: bytes, source: str) -> list[Document]:
    """A PDF: sections located by page, headed by the outline entry that covers the page.

    What is not surely in reading order is a section of its own that is not `sure`. Pages that are only a picture are
    counted in metadata "image_pages" and told as losses. Raises ReaderError for encrypted files and for files in which no
    page holds text.
    """
    document = opened(data, source)
    try:
        pages = list(_pages(document, source))
        headings, title = _about(document)
    finally:
        document.close()
    blank = sum(page.empty for page in pages)
    if blank == len(pages):
        raise ReaderError(
            "the PDF holds only pictures of pages, no text",
            path=source,
            remedy="run text recognition (OCR): `ingest --ocr`, or another program such as ocrmypdf before",
        )
    margins = margins_of([page.words for page in pages if page.groups])
    # A stamp across the page runs in a direction of its own.
    margins += [" ".join(word.text for word in group.words) for page in pages[:1] for group in page.groups[1:]]
    _strip_running(pages)
    composer = Composer(source)
    Writer(composer, pages, headings).write()
    title = title or stem(source)
    metadata = {"pages": str(len(pages)), "image_pages": str(blank) if blank else ""}
    metadata |= edition_of([title, *composer.first], around=margins)
    return [composer.build(title=title, media_type="application/pdf", metadata=metadata)]


def opened(data: bytes, source: str) -> PdfFile:
    """The file opened by PDFium. Raises ReaderError where it is no PDF, encrypted, damaged, empty or too long."""
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise ReaderError("the file is not a PDF", path=source, remedy="export it again as PDF")
    try:
        document: PdfFile = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise ReaderError(
                "the PDF is encrypted", path=source, remedy="save it without a password, then ingest it again"
            ) from None
        raise ReaderError("the PDF is damaged", path=source, remedy="print it to a new PDF") from None
    if count > MAX_PAGES:
        document.close()
        raise ReaderError(f"the PDF has more than {MAX_PAGES:,} pages", path=source, remedy="split the file")
    if count == 0:
        document.close()
        raise ReaderError("the PDF has no pages", path=source, remedy="export it again")
    return document


def _pages(document: PdfFile, source: str) -> Iterator[PageWords]:
    import pypdfium2

    started, failed = time.monotonic(), 0
    limit = MAX_SECONDS if not at_hand().ocr else max(MAX_SECONDS, SECONDS_A_SCAN * len(document))
    for index in range(len(document)):
        if time.monotonic() - started > limit:
            raise ReaderError(
                "the PDF takes too long to read", path=source, remedy="print it to a new PDF, or split it"
            )
        try:
            page, _ = read_page(document, index, source)
        except pypdfium2.PdfiumError:
            failed += 1
            page = PageWords(index + 1, [], [], losses=[(LossKind.UNREAD, "a damaged page")])
        yield page
        at_hand().step(index + 1, len(document))
    if failed == len(document):
        raise ReaderError("the PDF is damaged", path=source, remedy="print it to a new PDF")


def read_page(document: PdfFile, index: int, source: str) -> tuple[PageWords, Sheet]:
    """One page's words and what it shows. Raises PdfiumError for a damaged page, ReaderError where OCR is not installed."""
    page = document[index]
    try:
        if flatten(page):
            page.close()
            page = document[index]
        sheet = sheet_of(page)
        if at_hand().ocr and is_scan(sheet):
            return _scan(page, index + 1, source), sheet
        return _printed(sheet, index + 1), sheet
    finally:
        page.close()


def _printed(sheet: Sheet, number: int) -> PageWords:
    groups = words_of(sheet)
    angle = groups[0].angle if groups else 0
    rules = [turned_box(rule, angle, sheet) for rule in sheet.rules] if angle % 90 == 0 else []
    found = PageWords(number, groups, rules)
    struck = 0
    for group in groups:
        marks = [turned_box(box, group.angle, sheet) for box in sheet.struck] if group.angle % 90 == 0 else []
        lines = rules if group is groups[0] else []
        used = clear_struck(group.words, lines, marks)
        struck += len(used)
        found.rules = [rule for rule in found.rules if rule not in used]
    if struck:
        found.losses.append((LossKind.STRUCK, f"{struck} struck stretches, not read"))
    _note_losses(found, sheet)
    return found


def is_scan(sheet: Sheet) -> bool:
    """Whether a page is a picture: it shows one, and no or hardly any characters but those of an invisible text layer."""
    printed = len(sheet.glyphs) - sheet.veiled
    broken = sheet.unmapped.total() > 0.5 * max(1, len(sheet.glyphs)) and not reads_as_text(sheet.unmapped)
    return broken or (sheet.pictured > _SCANNED and printed < _STAMPED)


def _scan(page: Page, number: int, source: str) -> PageWords:
    words = words_in_picture(page, source)
    found = PageWords(number, [words], [])
    if words.words:
        found.losses.append((LossKind.RECOGNIZED, f"{len(words.words)} words"))
    else:
        found.losses.append((LossKind.IMAGE, "no text was recognized in the page"))
    return found


def _note_losses(page: PageWords, sheet: Sheet) -> None:
    pictures = sum(box.area > _PICTURE * sheet.width * sheet.height for box in sheet.pictures)
    if page.empty:
        page.losses.append((LossKind.IMAGE, "the page is a picture, its text was not read") if pictures else
                           (LossKind.UNREAD, "the page holds no text"))  # fmt: skip
    elif sheet.veiled > len(sheet.glyphs) / 2:
        page.sure = False
        page.losses.append((LossKind.RECOGNIZED, "the text layer of a scan, of unknown confidence"))
    elif pictures:
        page.losses.append((LossKind.IMAGE, f"{pictures} picture{'s' if pictures > 1 else ''}, not read"))
    if sheet.hidden:
        page.losses.append((LossKind.HIDDEN, f"{sheet.hidden} characters that nobody sees, not read"))
    if sheet.unmapped.total() > _UNMAPPED * max(1, len(sheet.glyphs)) and not reads_as_text(sheet.unmapped):
        page.sure = False
        page.losses.append((LossKind.UNSURE_CHARACTERS, "a font that does not say which characters it shows"))


def _about(document: PdfFile) -> tuple[dict[int, str], str]:
    try:
        return headings_of(document), title_of(document)
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - a broken outline costs headings, not the text
        return {}, ""


def _strip_running(pages: Sequence[PageWords]) -> None:
    filled = [page for page in pages if page.groups]
    for page, words in zip(filled, without_running([page.words for page in filled]), strict=True):
        page.groups[0].words = words
