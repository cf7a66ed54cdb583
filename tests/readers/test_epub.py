from __future__ import annotations

import pytest

from assistant.errors import ReaderError
from assistant.readers import READERS
from assistant.readers.epub import read_epub
from readers.samples import epub


def test_chapters_in_reading_order_with_headings_and_tables() -> None:
    data = epub(
        {
            "b.xhtml": "<h1>Wounds</h1><p>Wash it.</p><h2>Deep ones</h2><p>See a doctor.</p>",
            "a.xhtml": "<h1>Fever</h1><table><tr><th>Age</th><th>Dose</th></tr><tr><td>2</td><td>5 ml</td></tr></table>",
        },
        spine=["a.xhtml", "b.xhtml"],
    )
    (document,) = read_epub(data, "book.epub")
    assert document.title == "Care at home"
    assert document.metadata["chapters"] == "2"
    shown = [(s.locator, s.heading, document.text[s.start : s.end]) for s in document.sections]
    assert shown == [
        ("chapter 1", "", "Age: 2; Dose: 5 ml"),
        ("chapter 2", "", "Wash it."),
        ("chapter 2: Deep ones", "Deep ones", "See a doctor."),
    ]


def test_a_page_that_is_missing_or_named_outside_is_passed_over() -> None:
    data = epub({"a.xhtml": "<p>Here.</p>", "../../etc/passwd": "<p>There.</p>"})
    assert read_epub(data, "b.epub")[0].text.count("Here.") == 1


def test_locked_books_are_refused_and_scrambled_fonts_are_not() -> None:
    lock = '<encryption><EncryptionMethod Algorithm="{}"/></encryption>'
    pages = {"a.xhtml": "<p>Here.</p>"}
    with pytest.raises(ReaderError, match="encrypted"):
        read_epub(epub(pages, extra={"META-INF/encryption.xml": lock.format("aes")}), "b.epub")
    fonts = lock.format("http://www.idpf.org/2008/embedding")
    assert read_epub(epub(pages, extra={"META-INF/encryption.xml": fonts}), "b.epub")


@pytest.mark.parametrize("data", [b"junk", epub({"a.xhtml": ""})])
def test_what_is_no_book_is_a_problem(data: bytes) -> None:
    with pytest.raises(ReaderError):
        READERS[".epub"](data, "b.epub")


def test_style_sheets_of_the_book_are_heeded() -> None:
    page = (
        '<link rel="stylesheet" href="css/a.css"/><p>Give <i class="old">9 mg</i> 5 mg of 10<b class="up">6</b>/ml.</p>'
    )
    css = ".old{text-decoration:line-through} .up{vertical-align:super}"
    data = epub({"a.xhtml": page}, extra={"OEBPS/css/a.css": css})
    assert read_epub(data, "b.epub")[0].text == "Give 5 mg of 10^6/ml."
    # One that the book does not hold, or that is for print, changes nothing.
    assert "9 mg" in read_epub(epub({"a.xhtml": page}), "b.epub")[0].text
    printed = page.replace('href="css', 'media="print" href="css')
    assert "9 mg" in read_epub(epub({"a.xhtml": printed}, extra={"OEBPS/css/a.css": css}), "b.epub")[0].text
