from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from readers.pdf.printing import drawn, lines, read

OWN = "fever cough rash pain sleep".split()


def test_lines_that_differ_in_their_digits_stay() -> None:
    doses = [12, 25, 37, 50, 75]
    pages = [lines(f"Week {n}: take {dose} mg.", f"Of {OWN[n - 1]} we say this.") for n, dose in enumerate(doses, 1)]
    text = read(drawn(*pages)).text
    for n, dose in enumerate(doses, 1):
        assert f"Week {n}: take {dose} mg." in text


def test_a_repeated_line_stays_once() -> None:
    pages = [
        lines("Withdrawn: do not use", f"Of {word} we say this.", "Sentence between.", "End of it.") for word in OWN
    ]
    assert read(drawn(*pages)).text.count("Withdrawn: do not use") == 1


def test_page_numbers_go_and_other_numbers_stay() -> None:
    def page(n: int, word: str):
        def draw(canvas: Canvas) -> None:
            lines(f"Of {word} we say this.", "Sentence between.", f"And {word} ends.", "Call 112")(canvas)
            canvas.drawString(280, 30, f"- {n} -")

        return draw

    text = read(drawn(*[page(n, word) for n, word in enumerate(OWN, 7)])).text
    assert "- 8 -" not in text
    assert "Call 112" in text


def test_a_line_inside_a_page_is_no_head_however_often_it_stands_there() -> None:
    pages = [lines(f"Of {word} first.", "Call the nurse about any rash.", f"Then {word}.", "End.") for word in OWN]
    assert read(drawn(*pages)).text.count("Call the nurse about any rash.") == 5


def test_the_number_of_a_section_is_no_page_number() -> None:
    pages = [lines(f"Step {n}", f"Of {word} we say this.", "Sentence between.") for n, word in enumerate(OWN, 1)]
    text = read(drawn(*pages)).text
    assert all(f"Step {n}" in text for n in range(1, 6))


def test_the_number_of_a_page_of_a_short_document_goes() -> None:
    def page(*marks: tuple[float, float, str]):
        def draw(canvas: Canvas) -> None:
            lines("Of fever we say this.", "Sentence between.", "And it ends")(canvas)
            for x, y, text in marks:
                canvas.drawString(x, y, text)

        return draw

    assert read(drawn(page((280, 30, "1")))).text.endswith("And it ends")
    both = read(drawn(page((280, 30, "- 1 -")), page((280, 30, "2")))).text
    assert "- 1 -" not in both and not both.endswith("2")
    # Another number than the page's is content, and so is one that stands close to the text.
    assert read(drawn(page((280, 30, "7")))).text.endswith("7")
    close = drawn(lines("Of fever we say this.", "Sentence between.", "The number of rooms is", "1"))
    assert "rooms is 1" in read(close).text
