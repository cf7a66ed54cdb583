from __future__ import annotations

from assistant.readers.pptx import read_pptx
from assistant.types import Document, LossKind
from readers.samples import pptx, slide


def test_slides() -> None:
    (document,) = read_pptx(pptx(slide("Hygiene", "Wash hands."), slide("Masks", "Wear one.")), "talk.pptx")
    assert [(s.locator, s.heading, document.text[s.start : s.end]) for s in document.sections] == [
        ("slide 1", "Hygiene", "Wash hands."),
        ("slide 2", "Masks", "Wear one."),
    ]


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<a:p>{properties}{''.join(runs)}</a:p>"


def run(text: str, looks: str = "", below: str = "") -> str:
    return f"<a:r><a:rPr {looks}>{below}</a:rPr><a:t>{text}</a:t></a:r>"


def shown(*paragraphs: str, shapes: str = "", place: str = "") -> Document:
    xml = slide("Talk", "BODY").replace("<a:p><a:r><a:t>BODY</a:t></a:r></a:p>", "".join(paragraphs))
    return read_pptx(pptx(xml.replace("</p:spTree>", f"{shapes}</p:spTree>")), "talk.pptx")[0]


def test_struck_raised_and_symbol_text() -> None:
    document = shown(
        paragraph(
            run("Open at "), run("7", 'strike="sngStrike"'), run("9"), run("2", 'baseline="30000"'), run(" hours")
        ),
        paragraph(
            run("CO"), run("2", 'baseline="-25000"'), run(" below 4 "), run("m", below='<a:latin typeface="Symbol"/>')
        ),
    )
    assert document.text.endswith("Open at 9 hours (note 2)\nCO2 below 4 µ")
    assert [(loss.kind, loss.place) for loss in document.losses] == [(LossKind.STRUCK, "slide 1")]


def test_numbers_of_lists() -> None:
    numbered = '<a:pPr{}><a:buAutoNum type="{}"/></a:pPr>'
    document = shown(
        paragraph(run("Steps:")),
        paragraph(run("wash"), properties=numbered.format("", "arabicPeriod")),
        paragraph(run("hands"), properties=numbered.format(' lvl="1"', "alphaLcParenR")),
        paragraph(run("arms"), properties=numbered.format(' lvl="1"', "alphaLcParenR")),
        paragraph(run("dry"), properties=numbered.format("", "arabicPeriod")),
    )
    assert document.text.endswith("Steps:\n1. wash\na) hands\nb) arms\n2. dry")


def test_merged_cells_of_a_table() -> None:
    cell = "<a:tc{}><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = [
        [("", "Ward"), ("", "Meal"), ("", "Hour")],
        [(' rowSpan="2"', "North"), ("", "lunch"), ("", "12")],
        [(' vMerge="1"', ""), ("", "supper"), ("", "18")],
        [("", "South"), (' gridSpan="2"', "none"), (' hMerge="1"', "")],
    ]
    table = (
        "<a:tbl>" + "".join("<a:tr>" + "".join(cell.format(*c) for c in row) + "</a:tr>" for row in rows) + "</a:tbl>"
    )
    text = shown(paragraph(run("x")), shapes=table).text
    assert text.endswith(
        "Ward: North; Meal: lunch; Hour: 12\n\nWard: North; Meal: supper; Hour: 18\n\nWard: South; Meal, Hour: none"
    )


def test_pictures_footers_and_editions() -> None:
    words = "<p:txBody><a:p><a:r><a:t>Superseded</a:t></a:r></a:p></p:txBody>"
    footer = f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="ftr"/></p:nvPr></p:nvSpPr>{words}</p:sp>'
    document = shown(paragraph(run("Wash hands.")), shapes="<p:pic/>" + footer)
    assert document.sections[-1].locator == "footer"
    assert document.metadata == {"edition.status": "superseded"}
    assert [loss.kind for loss in document.losses] == [LossKind.IMAGE]
