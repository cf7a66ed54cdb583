from __future__ import annotations

import pytest

from assistant.readers.archive import Archive
from assistant.readers.numbering import Numbering, spelled
from readers.samples import W, archive

LEVELS = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3"/></w:lvl>'
)
BULLETS = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
_OF = '<w:abstractNumId w:val="{}"/>'
XML = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{LEVELS}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="1">{BULLETS}</w:abstractNum>'
    f'<w:num w:numId="1">{_OF.format(0)}</w:num><w:num w:numId="2">{_OF.format(1)}</w:num><w:num w:numId="3">{_OF.format(0)}'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num></w:numbering>'
)


def test_numbers_are_those_that_are_printed() -> None:
    numbering = Numbering(Archive(archive({"n.xml": XML}), "a", "DOCX"), "n.xml")
    steps = [
        ("1", 0),
        ("1", 0),
        ("1", 1),
        ("1", 1),
        ("2", 0),
        ("1", 0),
        ("1", 1),
        ("1", 2),
        ("3", 0),
        ("9", 0),
        ("0", 0),
    ]
    assert [numbering.label(*step) for step in steps] == ["1.", "2.", "a)", "b)", "-", "3.", "a)", "3.1", "5.", "-", ""]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (4, "lowerRoman", "iv"),
        (29, "upperRoman", "XXIX"),
        (2, "lowerLetter", "b"),
        (28, "upperLetter", "BB"),
        (3, "decimalZero", "03"),
        (0, "lowerLetter", "0"),
    ],
)
def test_forms(number: int, form: str, text: str) -> None:
    assert spelled(number, form) == text
