from __future__ import annotations

from lxml import etree

from assistant.readers.grids import Cell
from assistant.readers.office_tables import children, slide_table, word_table

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

RESTART, GOES_ON = '<vMerge w:val="restart"/>', "<vMerge/>"
TWO, ABSURD = '<gridSpan w:val="2"/>', '<gridSpan w:val="9999999"/>'


def table(rows: str):
    return etree.fromstring(f'<tbl xmlns="{W}" xmlns:w="{W}">{rows}</tbl>')


def words(cell) -> str:
    return " ".join(t.text or "" for t in cell.iter("{*}t") if not t.getparent().get("gone"))


def tc(text: str, properties: str = "", run: str = "") -> str:
    return f"<tc><tcPr>{properties}</tcPr><p><r>{run}<t>{text}</t></r></p></tc>"


def look(rows: list[list[Cell]]) -> list[list[tuple[str, int, int]]]:
    return [[(cell.text, cell.down, cell.across) for cell in row] for row in rows]


def test_merges_down_and_across_are_undone() -> None:
    rows, declared = word_table(
        table(
            f"<tr>{tc('Drug', RESTART)}{tc('Dose', TWO)}</tr>"
            f"<tr>{tc('', GOES_ON)}{tc('day')}{tc('night')}</tr>"
            f"<tr>{tc('A')}{tc('1')}{tc('2')}</tr>"
        ),
        words,
    )
    assert look(rows) == [[("Drug", 2, 1), ("Dose", 1, 2)], [("day", 1, 1), ("night", 1, 1)],
                          [("A", 1, 1), ("1", 1, 1), ("2", 1, 1)]]  # fmt: skip
    assert declared == 0


def test_what_stands_in_a_continued_cell_belongs_to_the_one_above_and_a_lone_one_is_a_cell() -> None:
    rows, _ = word_table(
        table(f"<tr>{tc('one', RESTART)}</tr><tr>{tc('two', GOES_ON)}</tr><tr>{tc('x')}{tc('three', GOES_ON)}</tr>"),
        words,
    )
    assert look(rows) == [[("one two", 2, 1)], [], [("x", 1, 1), ("three", 1, 1)]]


def test_repeated_head_rows_are_counted_from_the_top_and_deleted_rows_are_gone() -> None:
    head, deleted = "<trPr><tblHeader/></trPr>", "<trPr><del/></trPr>"
    rows, declared = word_table(
        table(
            f"<tr>{head}{tc('H1')}</tr><tr>{deleted}{tc('gone')}</tr><tr>{head}{tc('H2')}</tr><tr>{tc('a')}</tr>"
            f"<tr>{head}{tc('no head')}</tr>"
        ),
        words,
    )
    assert [row[0].text for row in rows] == ["H1", "H2", "a", "no head"] and declared == 2
    _, all_of_it = word_table(table(f"<tr>{head}{tc('H1')}</tr>"), words)
    assert all_of_it == 0, "a table that is all head has none"
    off = '<trPr><tblHeader w:val="false"/></trPr>'
    assert word_table(table(f"<tr>{off}{tc('a')}</tr><tr>{tc('b')}</tr>"), words)[1] == 0


def test_places_left_free_at_the_beginning_of_a_row_are_blank_cells() -> None:
    rows, _ = word_table(table(f'<tr><trPr><gridBefore w:val="2"/></trPr>{tc("a")}</tr>'), words)
    assert look(rows) == [[("", 1, 1), ("", 1, 1), ("a", 1, 1)]]


def test_rows_and_cells_inside_controls_and_insertions_are_found() -> None:
    inside = table(f"<sdt><sdtContent><tr><ins>{tc('a')}</ins><del>{tc('b')}</del></tr></sdtContent></sdt>")
    rows, _ = word_table(inside, words)
    assert look(rows) == [[("a", 1, 1)]]
    assert list(children(inside, "tc")) == []


def test_looks_of_a_cell_bold_coloured_struck() -> None:
    def cell(text: str, properties: str = "", run: str = "") -> Cell:
        return word_table(table(f"<tr>{tc(text, properties, run)}</tr>"), words)[0][0][0]

    assert cell("a", run="<rPr><b/></rPr>").strong
    assert not cell("a", run='<rPr><b w:val="0"/></rPr>').strong
    assert cell("a", '<shd w:fill="D9D9D9"/>').strong
    assert not cell("a", '<shd w:fill="auto"/>').strong and not cell("a", '<shd w:fill="FFFFFF"/>').strong
    gone = table("<tr><tc><p><r><delText>10 mg</delText></r></p></tc><tc><p/></tc></tr>")
    (struck, empty) = word_table(gone, words)[0][0]
    assert struck.struck and not empty.struck


def test_an_absurd_span_is_bounded() -> None:
    rows, _ = word_table(table(f"<tr>{tc('a', ABSURD)}</tr>"), words)
    assert rows[0][0].across == 1_000


def test_a_table_of_a_slide() -> None:
    rows = slide_table(
        etree.fromstring(
            '<tbl><tblGrid/><tr><tc gridSpan="2" rowSpan="0"><r><rPr b="1"/><t>Head</t></r></tc><tc hMerge="1"/></tr>'
            '<tr><tc rowSpan="2"><r><t>a</t></r></tc><tc><r><t>b</t></r></tc></tr><tr><tc vMerge="1"/><tc vMerge="0"/></tr></tbl>'
        ),
        words,
    )
    assert look(rows) == [[("Head", 1, 2)], [("a", 2, 1), ("b", 1, 1)], [("", 1, 1)]]
    assert [cell.strong for row in rows for cell in row] == [True, False, False, False]
