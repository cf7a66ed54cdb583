from __future__ import annotations

import io

import pytest

from assistant.errors import ReaderError
from assistant.readers.docx import read_docx
from assistant.readers.registry import READERS
from assistant.types import LossKind
from readers.samples import CONTENT_TYPES, STYLES, W, archive, docx, paragraph, table

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


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


def words(*runs: str) -> str:
    """A paragraph of these runs as XML."""
    return f"<w:p>{''.join(runs)}</w:p>"


def run(text: str, looks: str = "") -> str:
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_struck_text_is_left_out_and_told() -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="Old"><w:name w:val="Old"/><w:rPr><w:strike/></w:rPr></w:style></w:styles>'
    )
    body = (
        words(run("Open at "), run("7", "<w:strike/>"), run("9", '<w:strike w:val="0"/>'), run(" am."))
        + words(run("Closed in June.", '<w:rStyle w:val="Old"/>'))
        + words(run("Pay "), run("cash", "<w:dstrike/>"), run("by card."))
    )
    (document,) = read_docx(docx(body, styles=styles), "a.docx")
    assert document.text == "Open at 9 am.\n\nPay by card."
    assert [loss.kind for loss in document.losses] == [LossKind.STRUCK] * 3
    assert [loss.place for loss in document.losses] == ["block 1", "block 2", "block 3"]


def sign(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def test_symbols_powers_and_formulas() -> None:
    part = "<m:f><m:num><m:r><m:t>3</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f>"
    part = f"<m:oMath {M}>{part}</m:oMath>"
    body = (
        words(run("Keep "), sign("Symbol", "F0A3"), run(" 4 "), run("m", '<w:rFonts w:ascii="Symbol"/>'), run("g"))
        + words(run("2 × 10"), run("7", '<w:vertAlign w:val="superscript"/>'), run("/L"))
        + words(run("Take 1"), part, run(" cup"))
        + words(sign("Wingdings", "F0A9"), run(" sign"))
    )
    (document,) = read_docx(docx(body), "a.docx")
    assert document.text.split("\n\n") == ["Keep ≤ 4 µg", "2 × 10^7/L", "Take 1 3/4 cup", "[?] sign"]
    assert [loss.kind for loss in document.losses] == [LossKind.UNREAD]


def test_merged_cells_header_rows_and_bold_headers() -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = [
        [("", "Ward"), ('<w:gridSpan w:val="2"/>', "Visits")],
        [('<w:vMerge w:val="restart"/>', "North"), ("", "mornings"), ("", "9 to 11")],
        [("<w:vMerge/>", ""), ("", "evenings"), ("", "18 to 20")],
    ]
    body = (
        "<w:tbl>" + "".join("<w:tr>" + "".join(cell.format(*c) for c in row) + "</w:tr>" for row in rows) + "</w:tbl>"
    )
    body = body.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
    assert read_docx(docx(body), "a.docx")[0].text.split("\n\n") == [
        "Ward: North; Visits: mornings; Visits: 9 to 11",
        "Ward: North; Visits: evenings; Visits: 18 to 20",
    ]


def test_numbered_lists_and_notes() -> None:
    item = '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>{}</w:t></w:r>{}</w:p>'
    note = '<w:r><w:footnoteReference w:id="3"/></w:r>'
    body = paragraph("Steps:") + item.format(0, "Wash", note) + item.format(1, "hands", "") + item.format(0, "Dry", "")
    notes = f"<w:footnotes {W}><w:footnote w:id='3'>{paragraph('With soap.')}</w:footnote></w:footnotes>"
    (document,) = read_docx(docx(body, numbering=NUMBERING, footnotes=notes), "a.docx")
    assert document.text == "Steps:\n1. Wash (note 1)\n  a) hands\n2. Dry\n\nNote 1: With soap."


def test_heads_of_pages_are_read_and_withdraw_the_document() -> None:
    mark = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    number = mark.format("begin") + "<w:r><w:instrText>PAGE</w:instrText></w:r>" + mark.format("separate")
    number += run("Page seven") + mark.format("end")
    header = f"<w:hdr {W}>{paragraph('Withdrawn')}{words(number)}</w:hdr>"
    body = paragraph("Porters are called on 3390.") + f'<w:sectPr {R}><w:headerReference r:id="rId7"/></w:sectPr>'
    unused = f"<w:hdr {W}>{paragraph('Superseded')}</w:hdr>"
    rels = "".join(f'<Relationship Id="rId{n + 6}" Type="x/header" Target="header{n}.xml"/>' for n in (1, 2))
    rels = f"<Relationships>{rels}</Relationships>"
    data = docx(body, header1=header, header2=unused, **{"_rels/document.xml.rels": rels})
    (document,) = read_docx(data, "a.docx")
    assert document.text == "Porters are called on 3390.\n\nWithdrawn"
    assert document.sections[-1].locator == "page header"
    assert document.metadata == {"edition.status": "withdrawn"}


def test_pictures_charts_and_comments_are_told() -> None:
    picture = '<w:r><w:drawing><x:docPr xmlns:x="x" descr="{}"/><x:pic xmlns:x="x"/></w:drawing></w:r>'
    body = words(run("See "), picture.format("the map")) + words(
        run("Plan"), picture.format(""), '<w:r><w:commentReference w:id="0"/></w:r>'
    )
    (document,) = read_docx(docx(body), "a.docx")
    assert document.text == "See the map\n\nPlan"
    assert [(loss.kind, loss.place) for loss in document.losses] == [(LossKind.IMAGE, "block 2"), (LossKind.UNREAD, "")]


def test_text_moved_up_or_down_by_hand_is_raised_or_lowered() -> None:
    raised, little = '<w:position w:val="8"/>', '<w:position w:val="2"/>'
    body = words(run("below 10"), run("9", raised), run("/L within 5 days"), run("2", raised))
    body += words(run("room 1"), run("2", little)) + words(run("CO"), run("2", '<w:position w:val="-6"/>'), run(" gas"))
    (document,) = read_docx(docx(body), "a.docx")
    assert document.text.split("\n\n") == ["below 10^9/L within 5 days (note 2)", "room 12", "CO2 gas"]


def test_a_table_within_a_cell_keeps_its_cells_and_rows_apart() -> None:
    def table(*rows: list[str]) -> str:
        lines = (
            "".join(f"<w:tc>{cell if cell.startswith('<') else words(run(cell))}</w:tc>" for cell in row)
            for row in rows
        )
        return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"

    inner = table(["Age", "Dose"], ["1 y", "2,5 mg"], ["6 y", "5 mg"])
    (document,) = read_docx(docx(table(["Drug", "Children"], ["Talin", inner])), "a.docx")
    assert document.text == "Drug: Talin; Children: Age | Dose / 1 y | 2,5 mg / 6 y | 5 mg"


def test_controls_that_were_not_filled_in_and_fields_that_were() -> None:
    def control(properties: str, text: str) -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{words(run(text))}</w:sdtContent></w:sdt>"

    def field(data: str) -> str:
        begun = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
        return f'{begun}<w:r><w:fldChar w:fldCharType="end"/></w:r>'

    options = '<w:result w:val="1"/><w:listEntry w:val="oral"/><w:listEntry w:val="nasal"/>'
    body = (
        control("<w:showingPlcHdr/>", "Click here to enter text.")
        + control('<w:showingPlcHdr w:val="0"/>', "Route: oral")
        + words(field('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'), run(" Yes "))
        + words(field("<w:checkBox><w:default w:val='0'/></w:checkBox>"), run(" No "))
        + words(run("Route "), field(f"<w:ddList>{options}</w:ddList>"))
    )
    (document,) = read_docx(docx(body), "a.docx")
    assert document.text.split("\n\n") == ["Route: oral", "☑ Yes", "☐ No", "Route nasal"]


def test_a_row_whose_name_was_deleted_is_left_out() -> None:
    def row(name: str, dose: str) -> str:
        return f"<w:tr><w:tc>{name}</w:tc><w:tc>{words(run(dose))}</w:tc></w:tr>"

    deleted = "<w:p><w:del><w:r><w:delText>Iron</w:delText></w:r></w:del></w:p>"
    rows = row(words(run("Drug")), "Dose") + row(deleted, "9 mg") + row(words(run("Zinc")), "5 mg")
    (document,) = read_docx(docx(f"<w:tbl>{rows}</w:tbl>"), "a.docx")
    assert document.text == "Drug: Zinc; Dose: 5 mg"
