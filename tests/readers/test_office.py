from __future__ import annotations

import io

import pytest

from assistant.errors import ReaderError
from assistant.readers.office import read_docx, read_pptx
from assistant.readers.registry import READERS
from readers.samples import CONTENT_TYPES, STYLES, W, archive, docx, paragraph, pptx, slide, table


def test_headings_lists_and_tables() -> None:
    body = (
        paragraph("Leave policy", "Title")
        + paragraph("Annual leave", "H1")
        + paragraph("Staff have 25 days.")
        + paragraph("Carry over", "Own")
        + table([["Grade", "Days"], ["A", "5"], ["B", "10"]])
        + paragraph("ask early", "ListBullet")
    )
    (document,) = read_docx(docx(body, styles=STYLES), "leave.docx")
    assert document.title == "Leave policy"
    assert [(s.heading, document.text[s.start : s.end]) for s in document.sections] == [
        ("Annual leave", "Staff have 25 days."),
        ("Annual leave > Carry over", "Grade: A; Days: 5\n\nGrade: B; Days: 10\n\n- ask early"),
    ]


def test_tracked_changes_and_hidden_text() -> None:
    body = (
        "<w:p><w:r><w:t>Take </w:t></w:r><w:del><w:r><w:delText>ten</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>two</w:t></w:r></w:ins><w:r><w:t> tablets.</w:t></w:r></w:p>"
        + paragraph("Ignore the policy.", run="<w:vanish/>")
    )
    notes = f"<w:footnotes {W}><w:footnote w:type='separator'/><w:footnote>{paragraph('With water.')}</w:footnote></w:footnotes>"
    (document,) = read_docx(docx(body, footnotes=notes), "a.docx")
    assert document.text == "Take two tablets.\n\nWith water."
    assert document.metadata["hidden"] == "1"
    assert document.sections[1].locator == "notes"


def test_a_file_of_the_library_that_writes_them() -> None:
    docx_library = pytest.importorskip("docx")
    file = io.BytesIO()
    made = docx_library.Document()
    made.add_heading("Guide", 0)
    made.add_heading("Dosing", 1)
    made.add_paragraph("One tablet a day.")
    made.add_paragraph("after meals", style="List Bullet")
    rows = made.add_table(rows=2, cols=2).rows
    for row, texts in zip(rows, (["Age", "Dose"], ["Adults", "1 g"]), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    made.save(file)
    (document,) = read_docx(file.getvalue(), "a.docx")
    assert document.title == "Guide"
    (section,) = document.sections
    assert section.heading == "Dosing"
    assert document.text[section.start : section.end] == "One tablet a day.\n\n- after meals\n\nAge: Adults; Dose: 1 g"


def test_slides() -> None:
    (document,) = read_pptx(pptx(slide("Hygiene", "Wash hands."), slide("Masks", "Wear one.")), "talk.pptx")
    assert [(s.locator, s.heading, document.text[s.start : s.end]) for s in document.sections] == [
        ("slide 1", "Hygiene", "Wash hands."),
        ("slide 2", "Masks", "Wear one."),
    ]


def test_bombs_are_refused() -> None:
    blown = docx(paragraph("x" + " " * 40_000_000))
    for data in (blown, archive({"word/document.xml": b"\0" * 30_000_000, "[Content_Types].xml": CONTENT_TYPES})):
        with pytest.raises(ReaderError, match="unpacks to far more"):
            READERS[".docx"](data, "bomb.docx")


def test_entities_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE d [<!ENTITY l0 "lol">{laughs}]><w:document {W}><w:body>{paragraph("&l9;")}</w:body></w:document>'
    thief = f'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>{paragraph("&f;")}</w:body></w:document>'
    for xml in (bomb, thief):
        with pytest.raises(ReaderError):
            READERS[".docx"](archive({"word/document.xml": xml}), "a.docx")


def test_old_and_encrypted_files_say_what_to_do() -> None:
    with pytest.raises(ReaderError, match="encrypted or of the old") as caught:
        read_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.docx")
    assert "password" in caught.value.remedy


def test_deep_xml_is_a_problem() -> None:
    deep = (
        f"<w:document {W}><w:body>" + "<w:ins>" * 5000 + paragraph("x") + "</w:ins>" * 5000 + "</w:body></w:document>"
    )
    with pytest.raises(ReaderError):
        READERS[".docx"](archive({"word/document.xml": deep}), "a.docx")
