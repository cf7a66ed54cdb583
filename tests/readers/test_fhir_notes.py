from __future__ import annotations

import base64
from typing import Any

import pytest

from assistant.readers.fhir_notes import attachments, composition, note
from assistant.records.fhir.bundle import Names

NOBODY = Names(())


def attached(text: bytes | str, kind: str = "text/plain") -> dict[str, Any]:
    data = text if isinstance(text, str) else base64.b64encode(text).decode()
    return {"contentType": kind, "data": data}


def test_a_note_has_its_head_and_its_words() -> None:
    resource = {
        "type": {"text": "Discharge letter"}, "date": "2026-03-02T10:00:00Z", "docStatus": "preliminary",
        "content": [{"attachment": attached(b"Fever.\r\nRest.")}],
    }  # fmt: skip
    said = note(resource, NOBODY)
    assert said.startswith("Note: Discharge letter") and "dated 2026-03-02" in said and "status preliminary" in said
    assert said.endswith("Fever.\nRest.")
    assert "status" not in note(resource | {"docStatus": "final"}, NOBODY)
    assert note({}, NOBODY) == "Note: clinical note."


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text/html; charset=utf-8", "Bold words."),
        ("application/xhtml+xml", "Bold words."),
        ("TEXT/PLAIN", "<b>Bold</b> words."),
        ("", "<b>Bold</b> words."),
    ],
)
def test_markup_is_read_where_the_attachment_says_that_it_is_some(kind: str, text: str) -> None:
    assert attachments([attached(b"<b>Bold</b> words.", kind)]) == [text]


def test_what_cannot_be_read_is_named_and_what_is_elsewhere_is_nothing() -> None:
    elsewhere = {"contentType": "text/plain", "url": "Binary/1"}
    assert attachments([attached(b"\x89PNG", "image/png"), elsewhere, None, "x"]) == ["Attachment not read: image/png."]


@pytest.mark.parametrize("data", ["!", "QUJDR", "QUJ"])
def test_what_is_no_base64_is_named(data: str) -> None:
    assert attachments([attached(data)]) == ["Attachment not read: its encoding is damaged."]


def test_base64_in_lines_is_read_and_a_note_over_the_limit_is_cut_and_says_so() -> None:
    assert attachments([attached("RmV2\r\nZXI\n=")]) == ["Fever"]
    (said,) = attachments([attached(b"word " * (1 << 20))])
    assert said.startswith("word word") and said.endswith("longer than 4 MiB: its end is not read.")
    (fits,) = attachments([attached(b"x" * (4 * 1024 * 1024 - 1))])
    assert "not read" not in fits


def test_letters_that_are_no_utf_8_do_not_lose_the_note() -> None:
    (said,) = attachments([attached(b"Gr\xf6\xdfe 180 cm")])
    assert said.startswith("Gr") and said.endswith("e 180 cm")


def test_a_composition_is_its_sections_with_those_inside_them() -> None:
    inner = {"title": "Doses", "text": {"div": "<div>5 mg <b>daily</b></div>"}}
    resource = {
        "title": "Summary", "status": "amended", "date": "2026",
        "section": [
            {"title": "Medicines", "section": [inner]},
            {"title": "Allergies", "emptyReason": {"coding": [{"code": "nilknown"}]}},
            {"title": "Problems", "emptyReason": {"coding": [{"code": "unavailable"}]}},
        ],
    }  # fmt: skip
    said = composition(resource, NOBODY).split("\n\n")
    assert said[0].startswith("Note: Summary") and "status amended" in said[0]
    assert said[1:] == [
        "Medicines",
        "Doses\n5 mg daily",
        "Allergies\nThe record states that there is none known.",
        "Problems",
    ]


def test_sections_inside_sections_without_end_are_cut_off() -> None:
    deep: dict[str, Any] = {"title": "deepest"}
    for n in range(40):
        deep = {"title": f"level {n}", "section": [deep]}
    assert composition({"title": "x", "section": [deep]}, NOBODY).count("level") == 6
