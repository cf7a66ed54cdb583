from __future__ import annotations

import pytest
from lxml import etree

from assistant.readers.archive import Archive
from assistant.readers.sheet_cells import Styles, place, read_styles, shared_strings, text_of
from tests.readers.test_archive import zipped

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _styles(body: str, *, from_1904: bool = False) -> Styles:
    archive = Archive(zipped(**{"xl/styles.xml": f'<s xmlns="{NS}">{body}</s>'.encode()}), "f", "XLSX")
    return read_styles(archive, "xl/styles.xml", from_1904=from_1904)


def item(markup: str):
    return etree.fromstring(f'<si xmlns="{NS}">{markup}</si>')


@pytest.mark.parametrize(
    ("reference", "where"),
    [("A1", (1, 1)), ("Z9", (9, 26)), ("AA10", (10, 27)), ("$B$12", (12, 2)), ("XFD1048576", (1048576, 16384)),
     ("", None), ("12", None), ("a1", None), ("ABCD1", None), ("B", None), ("A1:B2", None)],
)  # fmt: skip
def test_a_reference_is_a_row_and_a_column(reference: str, where: tuple[int, int] | None) -> None:
    assert place(reference) == where


def test_a_number_is_shown_as_its_cell_shows_it() -> None:
    styles = _styles(
        '<numFmts><numFmt numFmtId="164" formatCode="0.0&quot; mg&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="999"/></cellXfs>'
    )
    assert [styles.show("0.5", n) for n in (0, 1, 3)] == ["0.5", "50%", "0.5 mg"]
    assert styles.show("45292", 2) == "2024-01-01"
    assert styles.show("2.5", 4) == styles.show("2.5", 99) == styles.show("2.5", -1) == "2.5", (
        "unknown styles are plain"
    )
    assert [styles.show(raw, 1) for raw in ("n/a", "inf", "nan", "")] == ["n/a", "inf", "nan", ""]


def test_workbooks_that_count_from_1904_have_their_own_days() -> None:
    body = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    assert _styles(body).show("45292", 0) == "2024-01-01"
    assert _styles(body, from_1904=True).show("43830", 0) == "2024-01-01"


def test_bold_and_coloured_cells_are_headings_and_struck_ones_are_struck() -> None:
    styles = _styles(
        '<fonts><font/><font><b/></font><font><b val="0"/></font><font><strike/></font></fonts>'
        '<cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/><xf fontId="3"/><xf fontId="0" fillId="2"/>'
        '<xf fontId="0" fillId="1"/></cellXfs>'
    )
    assert [styles.is_strong(n) for n in range(6)] == [False, True, False, False, True, False]
    assert styles.struck == {3}


def test_a_workbook_without_styles_or_strings_is_plain() -> None:
    archive = Archive(zipped(a=b"x"), "f", "XLSX")
    assert read_styles(archive, "xl/styles.xml", from_1904=False).show("1.5", 3) == "1.5"
    assert shared_strings(archive, "xl/sharedStrings.xml") == []


def test_runs_read_as_they_look() -> None:
    raised = '<r><t>10</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>9</t></r><r><t>/L</t></r>'
    assert text_of(item(raised)).text == "10^9/L"
    assert text_of(item("<t>漢字</t><rPh><t>かんじ</t></rPh>")).text == "漢字", "a reading aid is no text"


def test_what_is_struck_through_is_left_out_and_told() -> None:
    told = text_of(item("<r><t>5 mg</t></r><r><rPr><strike/></rPr><t>10 mg</t></r>"))
    assert told == ("5 mg", True)
    assert text_of(item("<r><t>5 mg</t></r><r><rPr><strike/></rPr><t> </t></r>")) == ("5 mg", False)
    assert text_of(item('<r><rPr><strike val="0"/></rPr><t>10 mg</t></r>')) == ("10 mg", False)


def test_only_string_items_are_strings() -> None:
    table = f'<sst xmlns="{NS}"><si><t>a</t></si><extLst/><si><t/></si></sst>'.encode()
    archive = Archive(zipped(**{"xl/sharedStrings.xml": table}), "f", "XLSX")
    assert [cell.text for cell in shared_strings(archive, "xl/sharedStrings.xml")] == ["a", ""]
