from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib import colors
from reportlab.platypus import Table

from assistant.errors import ReaderError
from assistant.readers.pdf.marks import quote_marks
from readers.pdf.printing import A4, drawn, flowing, lines

PAGE = ("Paracetamol is used for pain and fever. The usual dose", "is one gram. Never take more than four grams.")


def test_a_quote_over_two_lines_has_two_boxes() -> None:
    marks = quote_marks(drawn(lines(*PAGE)), 1, "The usual dose is one gram.")
    first, second = marks.boxes
    assert (marks.width, marks.height) == A4
    # Drawn 780 and 766 points from the foot of a page of 842, at 60 from the left, 11 points high.
    assert first.y0 < 842 - 780 < first.y1
    assert second.y0 < 842 - 766 < second.y1
    assert second.x0 == pytest.approx(60, abs=1)
    assert first.x0 > 200


def test_a_turned_page_is_marked_as_it_is_shown() -> None:
    writer = PdfWriter()
    writer.add_page(PdfReader(io.BytesIO(drawn(lines(*PAGE)))).pages[0]).rotate(90)
    file = io.BytesIO()
    writer.write(file)
    marks = quote_marks(file.getvalue(), 1, "Never take more than four grams.")
    (box,) = marks.boxes
    assert (marks.width, marks.height) == (A4[1], A4[0])
    assert box.y1 - box.y0 > box.x1 - box.x0, "the line runs from top to bottom"
    assert box.x0 < 766 < box.x1


def test_a_row_of_a_table_is_marked_by_its_cells() -> None:
    table = Table(
        [["Drug", "Dose"], ["Paracetamol", "1000 mg"], ["Ibuprofen", "400 mg"]],
        style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
    )
    data = flowing([table])
    (first, *_) = quote_marks(data, 1, "Drug: Ibuprofen; Dose: 400 mg").boxes
    assert quote_marks(data, 1, "Drug: Ibuprofen; Dose: 400 mg").boxes
    assert first.x0 > 0


def test_what_is_not_on_the_page_is_not_marked() -> None:
    data = drawn(lines(*PAGE), lines("Another page."))
    assert quote_marks(data, 2, "The usual dose is one gram.").boxes == ()
    assert quote_marks(data, 1, "Nothing of this stands anywhere here at all.").boxes == ()


def test_a_page_that_is_not_there() -> None:
    with pytest.raises(ReaderError, match="no such page"):
        quote_marks(drawn(lines(*PAGE)), 9, "The usual dose")
