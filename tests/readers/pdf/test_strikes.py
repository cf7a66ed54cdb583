from __future__ import annotations

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from assistant.types import LossKind
from readers.pdf.printing import drawn, flowing, read


def test_struck_words_are_not_read_and_told() -> None:
    document = read(flowing(["Take 5 mg <strike>and 90 mg</strike> a day."]))
    assert document.text == "Take 5 mg a day."
    assert [loss.kind for loss in document.losses] == [LossKind.STRUCK]


def test_underlined_words_stay() -> None:
    document = read(flowing(["Take 5 mg <u>and 90 mg</u> a day."]))
    assert document.text == "Take 5 mg and 90 mg a day."
    assert document.losses == ()


def test_rules_of_a_table_strike_nothing() -> None:
    table = Table(
        [["Drug", "Dose"], ["Iron", "5 mg"], ["Zinc", "9 mg"]], style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    )
    document = read(flowing([table]))
    assert document.losses == ()
    assert "Drug: Zinc; Dose: 9 mg" in document.text


def test_a_line_across_the_page_strikes_nothing() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Iron is taken in the morning.")
        canvas.line(60, 715, 540, 715)
        canvas.drawString(60, 712, "a")

    assert read(drawn(draw)).losses == ()
