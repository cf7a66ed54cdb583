from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from assistant.formats.inline import Script
from assistant.readers.archive import Archive
from assistant.readers.word_styles import PLAIN, Looks, looks_of, read_styles

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def styles(xml: str):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{xml}</w:styles>')
    return read_styles(Archive(file.getvalue(), "a.docx", "DOCX"), "word/styles.xml")


def run(xml: str) -> Looks:
    return looks_of(etree.fromstring(f'<w:rPr xmlns:w="{W}">{xml}</w:rPr>'))


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("heading 1", 1),
        ("Heading 3", 3),
        ("Überschrift 2", 2),
        ("Titre1", 1),
        ("Title", 0),
        ("Normal", None),
        ("Heading", None),
    ],
)
def test_headings_are_known_by_their_names_in_many_languages(name: str, level: int | None) -> None:
    found = styles(f'<w:style w:styleId="S"><w:name w:val="{name}"/></w:style>')
    assert found["S"].level == level


def test_a_style_takes_over_what_it_is_based_on_and_its_own_word_counts() -> None:
    found = styles(
        '<w:style w:styleId="A"><w:name w:val="heading 2"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="B"><w:name w:val="mine"/><w:basedOn w:val="A"/></w:style>'
        '<w:style w:styleId="C"><w:name w:val="seen"/><w:basedOn w:val="B"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
    )
    assert found["B"].level == 2 and found["B"].looks.hidden is True
    assert found["C"].looks.hidden is False


def test_styles_based_on_each_other_end() -> None:
    found = styles(
        '<w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style>'
        '<w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style>'
    )
    assert set(found) == {"A", "B"}


def test_an_outline_level_makes_a_heading_and_a_list_its_numbers() -> None:
    found = styles(
        '<w:style w:styleId="A"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
        '<w:style w:styleId="L"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:ilvl w:val="2"/>'
        '<w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="N"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
    )
    assert found["A"].level == 2 and found["N"].level is None
    assert (found["L"].list_id, found["L"].list_level, found["L"].is_list) == ("7", 2, True)


@pytest.mark.parametrize(
    ("xml", "looks"),
    [
        ("<w:vanish/>", Looks(hidden=True)), ('<w:vanish w:val="false"/>', Looks(hidden=False)), ("<w:webHidden/>", Looks(hidden=True)),
        ("<w:strike/>", Looks(struck=True)), ('<w:strike/><w:dstrike w:val="0"/>', Looks(struck=True)),
        ('<w:vertAlign w:val="superscript"/>', Looks(script=Script.RAISED)), ('<w:position w:val="6"/>', Looks(script=Script.RAISED)),
        ('<w:position w:val="-6"/>', Looks(script=Script.LOWERED)), ('<w:position w:val="2"/>', PLAIN), ('<w:position w:val="up"/>', PLAIN),
        ('<w:rFonts w:ascii="Symbol"/>', Looks(font="Symbol")), ("<w:b/>", PLAIN),
        ('<w:color w:val="ffffff"/>', Looks(white=True)), ('<w:color w:val="auto"/>', Looks(white=False)),
        ('<w:highlight w:val="yellow"/>', Looks(shaded=True)), ('<w:highlight w:val="none"/>', Looks(shaded=False)),
        ('<w:shd w:val="clear" w:fill="auto"/>', Looks(shaded=False)), ('<w:shd w:val="pct25" w:fill="auto"/>', Looks(shaded=True)),
    ],
)  # fmt: skip
def test_what_of_a_run_s_looks_changes_what_it_says(xml: str, looks: Looks) -> None:
    assert run(xml) == looks


def test_looks_lie_over_looks() -> None:
    below = Looks(hidden=True, struck=True, font="Symbol")
    assert Looks(hidden=False).over(below) == Looks(hidden=False, struck=True, font="Symbol")
    assert PLAIN.over(below) == below


def test_a_file_without_styles_has_none() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a", "b")
    assert read_styles(Archive(file.getvalue(), "a.docx", "DOCX"), "word/styles.xml") == {}
