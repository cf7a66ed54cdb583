from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from assistant.readers.delimited import read_csv
from assistant.readers.html import read_html
from assistant.readers.sheets import read_xlsx
from readers.pdf.printing import drawn, lines, read

ROWS = "Item,Status,Note\nLamp,withdrawn,valid until 2024-12-31\nSofa,sold,replaces Lamp 2023\n"


def edition(metadata: object) -> dict[str, str]:
    assert isinstance(metadata, dict)
    return {key: value for key, value in metadata.items() if key.startswith("edition.")}


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("Price list 2025\nvalid from 1 March 2025\n\n", {"edition.valid_from": "2025-03-01"}),
        ("Price list\nWithdrawn\n\n", {"edition.status": "withdrawn"}),
        # What is said of one item in a row is not said of the list.
        ("", {}),
        ("Price list\n\n", {}),
    ],
)
def test_a_table_says_its_edition_above_its_rows_only(above: str, said: dict[str, str]) -> None:
    (document,) = read_csv((above + ROWS).encode(), "a.csv")
    assert edition(document.metadata) == said
    book = Workbook()
    for line in (above + ROWS).splitlines():
        book.active.append([cell or None for cell in line.split(",")])
    book.create_sheet("Old").append(["Withdrawn"])
    file = io.BytesIO()
    book.save(file)
    (document,) = read_xlsx(file.getvalue(), "a.xlsx")
    assert edition(document.metadata) == said


def test_a_pdf_says_its_edition_in_its_first_lines_and_at_its_edges() -> None:
    texts = ["Warfarin policy", "Version 3, valid until 31 March 2026", "Give it in the evening.", "Test it each week."]
    head = read(drawn(lines(*texts, step=40)))
    assert edition(head.metadata) == {"edition.version": "3", "edition.valid_until": "2026-03-31"}

    def page(canvas: Canvas) -> None:
        lines("Warfarin is given in the evening, at the same time each day.", "The next test is in a week.")(canvas)
        canvas.drawString(60, 820, "Northern Trust")
        canvas.drawRightString(530, 820, "WITHDRAWN")

    assert edition(read(drawn(page, page)).metadata) == {"edition.status": "withdrawn"}
    assert edition(read(drawn(page)).metadata) == {"edition.status": "withdrawn"}


def test_a_stamp_across_the_page_is_read() -> None:
    def page(canvas: Canvas) -> None:
        lines("Warfarin is given in the evening.", "The next test is in a week.")(canvas)
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.drawString(0, 0, "DRAFT")

    assert edition(read(drawn(page)).metadata) == {"edition.status": "draft"}


def test_prose_and_items_of_a_pdf_say_nothing_of_its_edition() -> None:
    text = ["The offer was withdrawn in May.", "Vouchers: valid until 31 December 2025.", "Withdrawn items are sold."]
    assert edition(read(drawn(lines("Shop", "We sell lamps and sofas in all our shops.", *text))).metadata) == {}


def test_a_note_beside_a_page_is_read_and_a_list_of_links_is_not() -> None:
    page = "<h1>Doses</h1><p>Give 5 mg.</p><aside><p>Never in pregnancy.</p></aside>"
    (document,) = read_html(page.encode(), "a.html")
    assert "Never in pregnancy." in document.text
    (document,) = read_html(
        b"<p>Give 5 mg.</p><aside>See also <a href=a>Offers of the week</a> <a href=b>Our shops</a></aside>", "a.html"
    )
    assert document.text == "Give 5 mg."
