from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Spacer, Table

from readers.pdf.printing import BODY, drawn, flowing, lines, read, sure_text

WORDS = "the nurse gives each child a warm blanket when fever falls below two degrees over night and rest helps them".split()


@st.composite
def sentences(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=6, max_size=16))
    number = draw(st.integers(2, 999))
    return f"{words[0].capitalize()} {' '.join(words[1:])} {number} times."


@given(
    paragraphs=st.lists(st.lists(sentences(), min_size=3, max_size=5), min_size=6, max_size=10),
    columns=st.integers(2, 3),
    justified=st.booleans(),
    gap=st.integers(14, 40),
)
@settings(max_examples=40, deadline=None)
def test_sentences_in_columns_stay_whole(paragraphs: list[list[str]], columns: int, justified: bool, gap: int) -> None:
    style = ParagraphStyle("c", parent=BODY, alignment=TA_JUSTIFY) if justified else BODY
    document = read(flowing([" ".join(p) for p in paragraphs], columns=columns, gap=gap, style=style))
    released = sure_text(document)
    # Nothing that was not written is released: every released sentence is one of those written.
    written = {sentence for paragraph in paragraphs for sentence in paragraph}
    assert set(released.replace(" times. ", " times.\n").splitlines()) <= written
    whole = " ".join(document.text.split())
    if all(section.sure for section in document.sections):
        for sentence in written:
            assert sentence in whole


@given(
    rows=st.integers(2, 7),
    widths=st.lists(st.integers(80, 120), min_size=3, max_size=4),
    style=st.sampled_from(["grid", "level", "none"]),
    wrapped=st.booleans(),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_every_cell_of_a_table_is_told_with_its_header(
    rows: int, widths: list[int], style: str, wrapped: bool, data: st.DataObject
) -> None:
    heads = ["Medicine", "Dose", "Remark", "Weight"][: len(widths)]
    body = []
    for n in range(rows):
        remark = " ".join(data.draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=9 if wrapped else 2)))
        dose = f"{data.draw(st.integers(1, 900))} mg" if data.draw(st.booleans()) or n == 0 else ""
        body.append([f"Drug{n}", dose, remark.capitalize(), f"{data.draw(st.integers(1, 90))} kg"][: len(widths)])
    cells = [[Paragraph(cell, BODY) for cell in row] for row in [heads, *body]]
    rules = {
        "grid": [("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
        "level": [("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.black)],
        "none": [],
    }[style]
    table = Table(cells, colWidths=widths, style=[*rules, ("VALIGN", (0, 0), (-1, -1), "TOP")])
    document = read(
        flowing(["Before the table stands a sentence of its own.", table, Spacer(1, 12), "And one after it."])
    )
    told = [" ".join(line.split()) for line in document.text.splitlines()]
    released = sure_text(document)
    for row in body:
        pairs = [f"{head}: {cell}" for head, cell in zip(heads, row, strict=True) if cell]
        assert "; ".join(pairs) in told or "; ".join(pairs) not in released
        if style == "grid":
            assert "; ".join(pairs) in told
        if not row[1]:
            assert f"Medicine: {row[0]}; Dose" not in released


def test_a_heading_over_two_columns_comes_first() -> None:
    left = [
        "Warfarin is paused five",
        "days before surgery. It is",
        "started again the evening",
        "after the operation.",
    ]
    right = ["Apixaban is paused two", "days before surgery. It is", "started again after one", "day of rest at home."]

    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 800, "Blood thinners around surgery")
        lines(*left, y=770)(canvas)
        lines(*right, x=300, y=770)(canvas)

    text = read(drawn(draw)).text
    assert text.split("\n\n") == ["Blood thinners around surgery", " ".join(left), " ".join(right)]


def test_columns_whose_lines_are_not_level() -> None:
    left = [
        "Warfarin is paused five",
        "days before surgery. It is",
        "started again the evening",
        "after the operation.",
    ]
    right = ["Apixaban is paused two", "days before surgery. It is", "started again after one", "day of rest at home."]

    def draw(canvas: Canvas) -> None:
        lines(*left, y=770, step=13)(canvas)
        lines(*right, x=300, y=764, step=15)(canvas)

    assert read(drawn(draw)).text.split("\n\n") == [" ".join(left), " ".join(right)]


def test_a_sentence_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    text = "Do not stop the beta blocker before the operation unless the heart rate is below forty beats. "
    document = read(flowing([text * 30], columns=2))
    assert " ".join(document.text.split()) == (text * 30).strip()
    document = read(flowing([text * 100]))
    assert " ".join(document.text.split()) == (text * 100).strip()
    assert any("page 1–2" in section.locator for section in document.sections)


def test_pages_that_end_with_a_sentence_stay_apart() -> None:
    document = read(drawn(lines("The first page ends here."), lines("The second begins here.")))
    assert [section.locator for section in document.sections] == ["page 1", "page 2"]


def test_label_and_value_on_one_line_stay_one_line() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "Ward 7 is closed at night.")
        canvas.drawString(60, 750, "Telephone")
        canvas.drawString(300, 750, "2222")

    assert "Telephone | 2222" in read(drawn(draw)).text


def test_what_is_beside_each_other_without_order_is_not_sure() -> None:
    # A column of prose beside single names that belong to none of its lines.
    prose = [
        "The patient is seen by the team",
        "every morning at eight and the",
        "plan is written down for the night",
        "shift, which reads it at nine.",
    ]

    def draw(canvas: Canvas) -> None:
        lines(*prose, y=770, step=14)(canvas)
        lines("Adrenaline", "Atropine", x=300, y=770, step=28)(canvas)

    document = read(drawn(draw))
    assert not any(section.sure for section in document.sections)
    assert {str(loss.kind) for loss in document.losses} == {"uncertain reading order"}
    assert "Atropine" in document.text


def test_cells_over_several_rows_and_columns() -> None:
    table = Table(
        [
            ["Route", "Group", "Dose"],
            ["Intravenous", "Adults", "50 mg"],
            ["", "Children", "25 mg"],
            ["Never by mouth", "", ""],
        ],
        style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (0, 1), (0, 2)), ("SPAN", (0, 3), (2, 3))],
    )
    text = read(flowing([table])).text
    assert "Route: Intravenous; Group: Adults; Dose: 50 mg" in text
    assert "Route: Intravenous; Group: Children; Dose: 25 mg" in text
    assert "Never by mouth" in text


def test_a_frame_around_prose_is_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(50, 700, 400, 100)
        lines("Warning: keep out of reach of children", "and lock the cupboard at night.")(canvas)

    assert read(drawn(draw)).text == "Warning: keep out of reach of children and lock the cupboard at night."
