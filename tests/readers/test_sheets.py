from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from assistant.errors import ReaderError
from assistant.readers import READERS
from assistant.readers.sheet_cells import Styles, place
from assistant.readers.sheets import read_xlsx
from assistant.types import LossKind
from readers.samples import archive, sheet_rows, xlsx


def test_rows_stand_under_their_headers_and_are_located() -> None:
    data = xlsx(
        {"Ward 7": sheet_rows(["Ward list", ""], ["MRN", "Diet"], ["4711", "low salt"], ["4712", ""], ["4713", "soft"])}
    )
    (document,) = read_xlsx(data, "ward.xlsx")
    shown = {s.locator: document.text[s.start : s.end] for s in document.sections}
    assert shown == {
        "sheet Ward 7, row 1": "Ward list",
        "sheet Ward 7, row 3": "MRN: 4711\nDiet: low salt",
        "sheet Ward 7, row 4": "MRN: 4712",
        "sheet Ward 7, row 5": "MRN: 4713\nDiet: soft",
    }
    assert document.fields == {"MRN": ("4711", "4712", "4713")}
    assert "MRN | Diet" in document.text


def test_values_are_as_shown() -> None:
    styles = '<numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellXfs>' + "".join(
        f'<xf numFmtId="{n}"/>' for n in (0, 14, 10, 4, 164, 22, 20)
    )
    cells = [
        ("n", "0", "0.1"), ("n", "1", "45356"), ("n", "2", "0.125"), ("n", "3", "1234.5"), ("n", "4", "2139"),
        ("n", "5", "45356.5"), ("n", "6", "0.5"), ("b", "0", "1"), ("e", "0", "#DIV/0!"), ("s", "0", "0"),
    ]  # fmt: skip
    row = "".join(f'<c r="{chr(65 + i)}1" t="{t}" s="{s}"><v>{v}</v></c>' for i, (t, s, v) in enumerate(cells))
    strings = "<si><r><t>Rich </t></r><r><t>text</t></r><rPh><t>aid</t></rPh></si>"
    data = xlsx({"A": f'<sheetData><row r="1">{row}</row></sheetData>'}, strings=strings, styles=styles + "</cellXfs>")
    shown = read_xlsx(data, "a.xlsx")[0].text.splitlines()[-1].split(" | ")
    assert shown == [
        "0.1", "2024-03-05", "12.50%", "1,234.50", "02139", "2024-03-05 12:00", "12:00", "TRUE", "#DIV/0!", "Rich text",
    ]  # fmt: skip


def test_formulas_give_their_last_result_and_the_lack_of_one_is_counted() -> None:
    cells = '<c r="A1"><f>SUM(B1:C1)</f><v>12</v></c><c r="B1"><f>NOW()</f></c><c r="C1" t="str"><f>X</f><v>ok</v></c>'
    document = read_xlsx(xlsx({"A": f'<sheetData><row r="1">{cells}</row></sheetData>'}), "a.xlsx")[0]
    assert document.text.endswith("12 | ok")
    assert document.metadata["unresolved"] == "1"
    assert "SUM" not in document.text


def test_merged_cells_stand_in_every_row_they_cover() -> None:
    rows = sheet_rows(["Ward", "Diet"], ["North", "soft"], ["", "low salt"])
    data = xlsx({"A": rows + '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="bad"/></mergeCells>'})
    assert "Ward: North\nDiet: low salt" in read_xlsx(data, "a.xlsx")[0].text
    vast = xlsx({"A": rows + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'})
    assert len(read_xlsx(vast, "a.xlsx")[0].text) < 1000


def test_hidden_sheets_rows_and_columns_are_left_out_and_flagged() -> None:
    shown = sheet_rows(["Drug", "Cost", "Dose"], ["Aspirin", "7", "100 mg"], ["Secret", "8", "1 mg"])
    shown = shown.replace('<row r="3">', '<row r="3" hidden="1">')
    data = xlsx(
        {"Open": '<cols><col min="2" max="2" hidden="1"/></cols>' + shown, "Lists": sheet_rows(["hush", "hush hush"])},
        hidden=("Lists",),
    )
    document = read_xlsx(data, "a.xlsx")[0]
    assert "hush" not in document.text
    assert "Secret" not in document.text
    assert "7" not in document.text
    assert document.metadata["hidden_sheets"] == "Lists"
    assert document.metadata["hidden"] == "2"


def test_what_another_program_wrote_is_read() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl writes the workbook that is compared")
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Visits"
    page.append(["Patient", "Seen", "Weight"])
    page.append(["Ada Okafor", datetime(2024, 3, 5, 9, 30, tzinfo=UTC).replace(tzinfo=None), 71.25])
    file = io.BytesIO()
    book.save(file)
    document = READERS[".xlsx"](file.getvalue(), "v.xlsx")[0]
    assert "Patient: Ada Okafor\nSeen: 2024-03-05 09:30\nWeight: 71.25" in document.text
    assert document.fields["PERSON"] == ("Ada Okafor",)


def test_numbers_that_are_none_and_dates_beyond_the_calendar() -> None:
    styles = Styles(("yyyy-mm-dd", "0.00", "[h]:mm"), 0)
    assert styles.show("1e300", 0) == general_1e300()
    assert styles.show("nan", 1) == "nan"
    assert styles.show("abc", 1) == "abc"
    assert styles.show("-5", 0) == "-5"
    assert styles.show("1.5", 2) == "36:00"
    assert styles.show("3", 99) == "3"
    assert place("AA10") == (10, 27)
    assert place("") is None


def general_1e300() -> str:
    return f"{1e300:.15g}"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04junk", archive({"a.txt": "no"}), archive({"xl/workbook.xml": "<a"})])
def test_what_is_no_workbook_is_a_problem(data: bytes) -> None:
    with pytest.raises(ReaderError):
        READERS[".xlsx"](data, "a.xlsx")


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "aaaa"><!ENTITY y "&x;&x;&x;">]><worksheet><sheetData>&y;</sheetData></worksheet>'
    parts = {
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<R><Relationship Id="rId1" Type="x/worksheet" Target="a.xml"/></R>',
        "xl/a.xml": bomb,
    }
    with pytest.raises(ReaderError, match="entities"):
        READERS[".xlsx"](archive(parts), "a.xlsx")


def test_two_header_rows_two_tables_and_a_title() -> None:
    rows = sheet_rows(
        ["Stock", "", ""],
        ["", "Shop", ""],
        ["Item", "Small", "Large"],
        ["Cup", "4", "9"],
        ["Jug", "2", "7"],
        [],
        ["Item", "Aisle"],
        ["Cup", "B2"],
    )
    data = xlsx({"Store": rows + '<mergeCells><mergeCell ref="B2:C2"/></mergeCells>'})
    (document,) = read_xlsx(data, "store.xlsx")
    shown = {s.locator: (s.heading, document.text[s.start : s.end]) for s in document.sections}
    assert shown == {
        "sheet Store, row 1": ("Store", "Stock"),
        "sheet Store, row 4": ("Store > Stock", "Item: Cup\nShop / Small: 4\nShop / Large: 9"),
        "sheet Store, row 5": ("Store > Stock", "Item: Jug\nShop / Small: 2\nShop / Large: 7"),
        "sheet Store, row 8": ("Store", "Item: Cup\nAisle: B2"),
    }


def test_tables_side_by_side_are_told_apart_where_they_begin_or_end_on_other_rows() -> None:
    rows = sheet_rows(
        ["Drug", "Dose", "", "Part", "Price"], ["Iron", "5 mg", "", "Lid", "4 EUR"], ["Zinc", "7 mg", "", "", ""]
    )
    (document,) = read_xlsx(xlsx({"A": rows}), "a.xlsx")
    assert [document.text[s.start : s.end] for s in document.sections] == [
        "Drug: Iron\nDose: 5 mg",
        "Drug: Zinc\nDose: 7 mg",
        "Part: Lid\nPrice: 4 EUR",
    ]
    together = sheet_rows(["Drug", "Dose", "", "Note"], ["Iron", "5 mg", "", "late"], ["Zinc", "7 mg", "", "soon"])
    assert "Drug: Iron\nDose: 5 mg\nNote: late" in read_xlsx(xlsx({"A": together}), "a.xlsx")[0].text


def test_a_table_behind_a_blank_column_that_names_its_rows_is_one_of_its_own() -> None:
    def said(*rows: list[str]) -> list[str]:
        (document,) = read_xlsx(xlsx({"A": sheet_rows(*rows)}), "a.xlsx")
        return [document.text[s.start : s.end] for s in document.sections]

    rows = [["Iron", "5 mg", "", "Ada", "4411"], ["Zinc", "7 mg", "", "Bo", "4412"]]
    apart = ["Drug: Iron\nDose: 5 mg", "Drug: Zinc\nDose: 7 mg", "Person: Ada\nPhone: 4411", "Person: Bo\nPhone: 4412"]
    assert said(["Drug", "Dose", "", "Person", "Phone"], *rows) == apart
    # Groups of figures, and words that say the same of several rows, belong to the names at the beginning.
    figures = [["Iron", "5", "", "40", "12"], ["Zinc", "7", "", "30", "9"]]
    assert said(["Drug", "Stock", "", "2024", "2025"], *figures)[0] == "Drug: Iron\nStock: 5\n2024: 40\n2025: 12"
    same = [["Iron", "5 mg", "", "yes", "late"], ["Zinc", "7 mg", "", "yes", "soon"]]
    assert said(["Drug", "Dose", "", "Stock", "Note"], *same)[0] == "Drug: Iron\nDose: 5 mg\nStock: yes\nNote: late"


def test_a_row_whose_name_is_struck_is_left_out_and_parts_nothing() -> None:
    styles = "<fonts><font/><font><strike/></font></fonts><cellXfs><xf/><xf fontId='1'/></cellXfs>"
    rows = sheet_rows(["Drug", "Dose"], ["Iron", "5 mg"], ["Zinc", "7 mg"], ["Lead", "9 mg"])
    struck = rows.replace('<c r="A3"', '<c r="A3" s="1"')
    (document,) = read_xlsx(xlsx({"A": struck}, styles=styles), "a.xlsx")
    assert document.text.endswith("Drug: Iron\nDose: 5 mg\n\nDrug: Lead\nDose: 9 mg")
    assert [loss.place for loss in document.losses] == ["sheet A, A3", "sheet A, row 3"]
    # A struck amount leaves the row its name.
    (document,) = read_xlsx(xlsx({"A": rows.replace('<c r="B3"', '<c r="B3" s="1"')}, styles=styles), "a.xlsx")
    assert "Drug: Zinc\n\nDrug: Lead" in document.text


def test_formats_that_are_known_by_number() -> None:
    numbers = {12: "1 1/2", 13: "1 1/2", 9: "150%", 37: "2", 44: "1.50", 11: "1.50E+00"}
    styles = "<cellXfs>" + "".join(f'<xf numFmtId="{n}"/>' for n in numbers) + "</cellXfs>"
    row = "".join(f'<c r="{chr(65 + i)}1" s="{i}"><v>1.5</v></c>' for i in range(len(numbers)))
    data = xlsx({"A": f'<sheetData><row r="1">{row}</row></sheetData>'}, styles=styles)
    assert read_xlsx(data, "a.xlsx")[0].text.splitlines()[-1].split(" | ") == list(numbers.values())


def test_raised_and_struck_text_of_cells() -> None:
    strings = (
        '<si><r><t xml:space="preserve">2 x 10</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>8</t></r><r><t>/L</t></r></si>'
        '<si><r><rPr><strike/></rPr><t>7</t></r><r><t xml:space="preserve"> 9 am</t></r></si><si><t>closed</t></si>'
    )
    styles = "<fonts><font/><font><strike/></font></fonts><cellXfs><xf/><xf fontId='1'/></cellXfs>"
    cells = "".join(f'<c r="{c}1" t="s" s="{s}"><v>{v}</v></c>' for c, s, v in (("A", 0, 0), ("B", 0, 1), ("C", 1, 2)))
    (document,) = read_xlsx(
        xlsx({"A": f'<sheetData><row r="1">{cells}</row></sheetData>'}, strings=strings, styles=styles), "a.xlsx"
    )
    assert document.text.endswith("2 x 10^8/L | 9 am") or document.text.endswith("2 x 10^8/L: 9 am")
    assert [(loss.kind, loss.place) for loss in document.losses] == [
        (LossKind.STRUCK, "sheet A, B1"),
        (LossKind.STRUCK, "sheet A, C1"),
    ]
