"""pypdfium2's classes are what our protocols say: a new version that renames something is noticed here, not in a reader."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import get_type_hints

import numpy as np
import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

from assistant.readers.pdf import pdfium
from readers.pdf.printing import drawn, lines


@pytest.fixture
def document() -> Iterator[pypdfium2.PdfDocument]:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(drawn(lines("First page."), lines("Second page.")))).pages:
        writer.add_page(page)
    parent = writer.add_outline_item(title="Part", page_number=0)
    writer.add_outline_item(title="Chapter", page_number=1, parent=parent)
    writer.add_metadata({"/Title": "A title"})
    file = io.BytesIO()
    writer.write(file)
    opened = pypdfium2.PdfDocument(file.getvalue())
    yield opened
    opened.close()


def members(protocol: type) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_") or name in ("__len__", "__getitem__")} | {
        name for name in get_type_hints(protocol) if not name.startswith("_")
    }


def test_documents_pages_and_bitmaps_have_what_is_used_of_them(document: pypdfium2.PdfDocument) -> None:
    page = document[0]
    bitmap = page.render(scale=1.0, grayscale=True)
    text = page.get_textpage()
    entry = next(iter(document.get_toc(max_depth=15)))
    for made, protocol in (
        (document, pdfium.PdfFile),
        (page, pdfium.Page),
        (bitmap, pdfium.Bitmap),
        (text, pdfium.TextPage),
        (entry, pdfium.Bookmark),
        (entry.get_dest(), pdfium.Target),
    ):
        wanted = members(protocol)
        assert wanted
        assert {name for name in wanted if not hasattr(made, name)} == set(), protocol.__name__
    text.close()
    bitmap.close()


def test_pages_tell_their_size_in_points_and_render_as_bytes(document: pypdfium2.PdfDocument) -> None:
    page = document[1]
    assert page.get_bbox() == (0.0, 0.0, 595.0, 842.0)
    assert page.get_size() == (595.0, 842.0) and page.get_rotation() == 0
    pixels = page.render(scale=1.0, rev_byteorder=True, prefer_bgrx=True).to_numpy()
    assert pixels.dtype == np.uint8 and pixels.shape[:2] == (842, 595)


def test_the_outline_counts_levels_and_pages_from_nought(document: pypdfium2.PdfDocument) -> None:
    found = [(item.level, item.get_title(), item.get_dest().get_index()) for item in document.get_toc(max_depth=15)]
    assert found == [(0, "Part", 0), (1, "Chapter", 1)]
    assert document.get_metadata_value("Title") == "A title"


def test_an_option_that_pypdfium2_does_not_know_is_an_error_there(document: pypdfium2.PdfDocument) -> None:
    with pytest.raises(TypeError):
        document[0].render(scale=1.0, greyscale=True)
