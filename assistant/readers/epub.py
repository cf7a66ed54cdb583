"""EPUB: the chapters in reading order, each located by its number, with the headings of its pages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from assistant.errors import ReaderError
from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.compose import Composer, stem, tidy
from assistant.readers.editions import edition_of
from assistant.readers.html import Walker, page_text, parse
from assistant.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

_PAGES: Final = frozenset({"application/xhtml+xml", "text/html", "application/xml", ""})
# Fonts may be scrambled by these two without locking the book (EPUB 3.3, section 4.2.6.3).
_FONT_SCRAMBLING: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


class _Chapters(Composer):
    """A composer that puts the number of the chapter before every locator."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.chapter = 0

    def open(self, heading: str = "", locator: str = "", *, sure: bool = True) -> None:
        super().open(heading, f"chapter {self.chapter}" + (f": {locator}" if locator else ""), sure=sure)


def read_epub(data: bytes, source: str) -> list[Document]:
    """An electronic book; hidden text is left out and counted. Raises ReaderError where it is locked by rights management."""
    archive = Archive(data, source, "EPUB")
    if "META-INF/encryption.xml" in archive:
        _refuse_locked(archive.xml("META-INF/encryption.xml"), source)
    package = _package(archive, source)
    root = archive.xml(package)
    composer = _Chapters(source)
    for page in _spine(root, package):
        if page not in archive:
            continue
        composer.chapter += 1
        composer.open()
        root_of_page = parse(page_text(archive.read(page), source), source)
        Walker(composer).walk(root_of_page, _linked(root_of_page, page, archive))
    title = next((tidy(e.text or "") for e in root.iter() if local(e) == "title"), "")
    title = title or stem(source)
    metadata = {"chapters": str(composer.chapter), **edition_of([title, *composer.first])}
    return [composer.build(title=title, media_type="application/epub+zip", metadata=metadata)]


def _linked(root: _Element, page: str, archive: Archive) -> Iterator[str]:
    """The style sheets of the book that a page refers to: they strike text through, raise it and hide it."""
    for link in root.iter("link"):
        if "stylesheet" in (link.get("rel") or "").lower().split() and "print" not in (link.get("media") or "").lower():
            name = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(link.get("href") or "")))
            if name in archive:
                yield archive.read(name).decode("utf-8", "replace")


def _refuse_locked(encryption: _Element, source: str) -> None:
    for method in encryption.iter():
        if local(method) == "EncryptionMethod" and method.get("Algorithm") not in _FONT_SCRAMBLING:
            raise ReaderError("the book is encrypted", path=source, remedy="use a copy without rights management")


def _package(archive: Archive, source: str) -> str:
    if "META-INF/container.xml" in archive:
        for element in archive.xml("META-INF/container.xml").iter():
            path = element.get("full-path") or ""
            if local(element) == "rootfile" and path in archive:
                return path
    raise ReaderError("the file is not an EPUB", path=source, remedy="export it again as EPUB")


def _spine(root: _Element, package: str) -> list[str]:
    """The pages in reading order, as names of the archive; each once."""
    folder = posixpath.dirname(package)
    pages: dict[str, str] = {}
    for item in root.iter():
        if local(item) == "item" and (item.get("media-type") or "") in _PAGES:
            target = unquote((item.get("href") or "").partition("#")[0])
            pages[item.get("id") or ""] = posixpath.normpath(posixpath.join(folder, target))
    order = [pages.get(item.get("idref") or "", "") for item in root.iter() if local(item) == "itemref"]
    return list(dict.fromkeys(name for name in order if name))
