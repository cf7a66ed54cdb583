"""Drawing a page: its size, where the marks fall, and files that cannot be drawn."""

from __future__ import annotations

import io

import numpy as np
import pytest

from assistant.errors import ReaderError
from assistant.readers.pdf.drawing import WIDTH, draw_page, png
from assistant.readers.process import ReaderProcess
from readers.pdf.printing import drawn, lines

PAGE = ("Paracetamol is used for pain and fever. The usual dose", "is one gram. Never take more than four grams.")


def pixels(data: bytes) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_the_marks_stand_where_the_words_do() -> None:
    file = drawn(lines(*PAGE))
    plain, marked = pixels(draw_page(file, 1)), pixels(draw_page(file, 1, "The usual dose is one gram."))
    assert plain.shape == marked.shape
    assert abs(plain.shape[1] - WIDTH) <= 1
    rows, columns = np.nonzero((plain != marked).any(axis=2))
    scale = WIDTH / 595
    assert (842 - 795) * scale < rows.min() < rows.max() < (842 - 755) * scale
    assert columns.min() > 50 * scale
    ink = plain.sum(axis=2) < 200
    assert (marked[ink].sum(axis=1) < 300).mean() > 0.97, "the words can still be read under the pen"


def test_a_quote_that_is_not_there_marks_nothing() -> None:
    file = drawn(lines(*PAGE))
    assert draw_page(file, 1, "Something else entirely, about zebras and quaggas.") == draw_page(file, 1)


def test_a_picture_is_a_png_that_others_read() -> None:
    image = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    assert (pixels(png(image)) == image).all()


def test_a_process_of_its_own_draws_and_tells_what_it_cannot() -> None:
    process = ReaderProcess()
    try:
        file = drawn(lines(*PAGE))
        assert process.draw(file, "a.pdf", 1) == draw_page(file, 1)
        for data, page in ((file, 2), (b"no pdf at all", 1)):
            with pytest.raises(ReaderError):
                process.draw(data, "a.pdf", page)
        assert process.read(file, "a.pdf", ".pdf")[0].text.startswith("Paracetamol")
    finally:
        process.close()
