from __future__ import annotations

from collections.abc import Callable
from itertools import count

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas

from assistant.readers.pdf.flows import columns_in_turn
from assistant.readers.pdf.words import Run, Word
from readers.pdf.printing import BODY, drawn, flowing, lines, read

LEFT = ["Warfarin is paused five", "days before surgery. It is", "started again the evening", "after the operation."]
RIGHT = ["Apixaban is paused two", "days before surgery. It is", "started again after one", "day of rest at home."]


def placed(*texts: tuple[float, float, str]) -> list[Word]:
    """Words at a place, in the order in which a file writes them."""
    numbers = count()
    found = []
    for x, y, text in texts:
        for word in text.split():
            width = 5.0 * len(word)
            found.append(Word([Run(word)], x, y - 8, x + width, y + 2, y, 10, order=next(numbers)))
            x += width + 3
    return found


def column(x: float, y: float, texts: list[str]) -> list[tuple[float, float, str]]:
    return [(x, y + 12 * n, text) for n, text in enumerate(texts)]


def test_columns_are_known_by_the_order_in_which_they_are_written() -> None:
    found = columns_in_turn(placed(*column(50, 100, LEFT), *column(250, 88, RIGHT), (50, 200, "Ask the clinic first.")))
    assert found is not None
    assert [" ".join(word.text for word in part) for part in found.columns] == [" ".join(LEFT), " ".join(RIGHT)]
    assert [word.text for word in found.below] == ["Ask", "the", "clinic", "first."]


def test_rows_written_one_after_the_other_are_no_columns() -> None:
    rows = [place for pair in zip(column(50, 100, LEFT), column(250, 100, RIGHT), strict=True) for place in pair]
    assert columns_in_turn(placed(*rows)) is None


def test_cells_of_several_lines_in_rows_below_each_other_are_no_columns() -> None:
    first = [*column(50, 100, LEFT[:3]), *column(250, 100, RIGHT[:3])]
    second = [*column(50, 145, LEFT[:3]), *column(250, 145, RIGHT[:3])]
    assert columns_in_turn(placed(*first, *second)) is None


def test_a_line_over_the_gutter_says_that_the_order_means_nothing() -> None:
    across = (50, 112, "This line runs over the whole width of the page and both of its columns")
    assert columns_in_turn(placed(*column(50, 100, LEFT), *column(250, 100, RIGHT), across)) is None


def test_words_without_an_order_are_not_weighed() -> None:
    words = placed(*column(50, 100, LEFT), *column(250, 100, RIGHT))
    for word in words:
        word.order = -1
    assert columns_in_turn(words) is None


def test_a_column_that_begins_higher_than_the_first_is_not_torn() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 820, "Blood thinners around surgery")
        lines(*LEFT, y=770)(canvas)
        lines(*RIGHT, x=300, y=779)(canvas)

    assert read(drawn(draw)).text.split("\n\n")[1:] == [" ".join(LEFT), " ".join(RIGHT)]


def test_justified_lines_of_few_words_are_no_rows_of_a_table() -> None:
    # Narrow columns: "antibiotics      thermometer" fills its line with one blank.
    words = "nurse gives antibiotics thermometer anticoagulant degrees when fever falls".split()
    texts = [" ".join([words[(n * n + k) % 9] for k in range(9)]).capitalize() + f" {n} times." for n in range(60)]
    style = ParagraphStyle("c", parent=BODY, alignment=TA_JUSTIFY, fontSize=11, leading=14)
    document = read(flowing([" ".join(texts[n : n + 5]) for n in range(0, 60, 5)], columns=4, gap=20, style=style))
    assert not [word for word in ("|", ": ", ";") if word in document.text]
    assert all(text in " ".join(document.text.split()) for text in texts)


def told(draw: Callable[[Canvas], None]) -> list[str]:
    return read(drawn(draw)).text.splitlines()


def test_a_table_ends_where_text_runs_under_its_columns() -> None:
    # Rows of names and doses, then notes that reach over the first gutter and stand left of the second.
    def draw(canvas: Canvas) -> None:
        rows = [("Drug", "Adult", "Child"), ("Amoxicillin", "500 mg", "25 mg/kg"), ("Doxycycline", "100 mg", "never")]
        for n, row in enumerate(rows):
            for x, cell in zip((60, 160, 400), row, strict=True):
                canvas.drawString(x, 780 - 24 * n, cell)
        lines("Not where penicillin is not borne well.", "Wash hands.", "Dry them.", y=708, step=22)(canvas)

    assert "Drug: Amoxicillin; Adult: 500 mg; Child: 25 mg/kg" in told(draw)
    assert "Drug: Doxycycline; Adult: 100 mg; Child: never" in told(draw)
