from __future__ import annotations

import pytest
from lxml import etree

from assistant.readers.archive import Archive
from assistant.readers.ooxml import attribute, is_on, is_placeholder, number_of, properties, relations, title_of
from tests.readers.test_archive import zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def element(markup: str, namespace: str = W):
    return etree.fromstring(f'<x xmlns:w="{namespace}">{markup}</x>')[0]


@pytest.mark.parametrize("namespace", [W, STRICT])
def test_an_attribute_is_found_by_its_name_in_either_namespace(namespace: str) -> None:
    assert attribute(element('<w:b w:val="7"/>', namespace), "val") == "7"
    assert attribute(element('<w:b val="8"/>', namespace), "val") == "8"
    assert attribute(element("<w:b/>", namespace), "val") == ""


@pytest.mark.parametrize(("value", "on"), [("", True), ("1", True), ("true", True), ("0", False), ("False", False),
    ("off", False), ("none", False), ("single", True)])  # fmt: skip
def test_a_property_that_stands_there_holds_unless_it_says_otherwise(value: str, on: bool) -> None:
    assert is_on(element(f'<w:b w:val="{value}"/>' if value else "<w:b/>")) is on


def test_a_control_that_only_asks_for_its_content_is_told_from_a_filled_one() -> None:
    asks = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent/></w:sdt>"
    assert is_placeholder(element(asks))
    assert not is_placeholder(element(asks.replace("showingPlcHdr/", 'showingPlcHdr w:val="0"/')))
    assert not is_placeholder(element("<w:sdt><w:sdtPr/><w:sdtContent/></w:sdt>"))


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("", 5), ("-3", 5), ("1e3", 5), ("99999999", 5), ("0000001", 1)]
)
def test_only_a_small_whole_number_is_one(text: str, number: int) -> None:
    assert number_of(text, 5) == number


def _package(relations_xml: str, **members: bytes) -> Archive:
    listing = f'<Relationships xmlns="{RELS}">{relations_xml}</Relationships>'.encode()
    return Archive(
        zipped(**{"word/_rels/document.xml.rels": listing, "word/document.xml": b"<d/>", **members}), "f", "DOCX"
    )


def _relation(rid: str, kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="{rid}" Type="{KIND}/{kind}" Target="{target}" {more}/>'


def test_relations_lead_to_parts_inside_and_to_nothing_outside() -> None:
    archive = _package(
        _relation("r1", "styles", "styles.xml")
        + _relation("r2", "image", "../media/one.png")
        + _relation("r3", "footer", "/word/footer.xml")
        + _relation("r4", "hyperlink", "https://example.org", 'TargetMode="External"')
        + _relation("r5", "header", "gone.xml")
        + _relation("r6", "image", "../../../etc/passwd"),
        **{"word/styles.xml": b"<s/>", "media/one.png": b"x", "word/footer.xml": b"<f/>"},
    )
    assert relations(archive, "word/document.xml") == {
        "r1": ("styles", "word/styles.xml"),
        "r2": ("image", "media/one.png"),
        "r3": ("footer", "word/footer.xml"),
    }
    assert relations(archive, "word/styles.xml") == {}, "a part without a listing points nowhere"


def _titled(title: str, more: bytes = b"") -> Archive:
    core = f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></c>'.encode()
    return Archive(zipped(**{"docProps/core.xml": core} | ({"docProps/custom.xml": more} if more else {})), "f", "DOCX")


@pytest.mark.parametrize(
    "title", ["", "  ", "Untitled 3", "Document2", "document", "PowerPoint Presentation", "WORD DOCUMENT"]
)
def test_what_programs_write_for_want_of_a_title_is_none(title: str) -> None:
    assert title_of(_titled(title)) == ""


@pytest.mark.parametrize("title", ["Documentation of falls", "Word documents", "Fever in children"])
def test_a_title_that_somebody_gave_is_one(title: str) -> None:
    assert title_of(_titled(title)) == title


def test_properties_of_the_file_and_of_its_own_stand_under_their_names() -> None:
    own = b'<p><property name="Version"><v>2.1</v></property><property name="Empty"><v> </v></property></p>'
    assert properties(_titled("Fever", own)) == {"title": "Fever", "version": "2.1"}
    assert len(properties(_titled("x" * 900))["title"]) == 500
    assert properties(Archive(zipped(a=b"x"), "f", "DOCX")) == {}
