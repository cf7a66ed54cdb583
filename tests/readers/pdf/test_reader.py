from __future__ import annotations

import pytest

from assistant.errors import ReaderError
from assistant.readers.pdf import read_pdf
from assistant.readers.registry import READERS
from readers.samples import looping_pdf, pdf

PAGE = [
    "Paracetamol is used for pain and fever. The usual adult dose is one gram",
    "every six hours. Do not exceed four grams.",
]


def test_pages_are_sections() -> None:
    (document,) = read_pdf(
        pdf([PAGE, ["Keep out of reach of children at all times and in all places."]]), "leaflet.pdf"
    )
    assert [s.locator for s in document.sections] == ["page 1", "page 2"]
    first = document.text[document.sections[0].start : document.sections[0].end]
    assert (
        first
        == "Paracetamol is used for pain and fever. The usual adult dose is one gram every six hours. Do not exceed four grams."
    )
    assert document.title == "leaflet"


def test_the_outline_heads_the_pages_it_covers() -> None:
    data = pdf([PAGE, PAGE, PAGE], outline={0: "Dosing", 2: "Storage"}, title="Paracetamol leaflet")
    (document,) = read_pdf(data, "a.pdf")
    assert [s.heading for s in document.sections] == ["Dosing", "Dosing", "Storage"]
    assert document.title == "Paracetamol leaflet"


def test_running_heads_go() -> None:
    own = "fever cough rash pain sleep".split()
    pages = [
        ["City Hospital Guideline", f"Of {word} we say this first.", *PAGE, f"And {word} comes last.", f"Page {n} of 5"]
        for n, word in enumerate(own, 1)
    ]
    (document,) = read_pdf(pdf(pages), "a.pdf")
    assert document.text.count("City Hospital") == 1
    assert "of 5" not in document.text
    assert "And rash comes last." in document.text


def test_image_pages_are_counted() -> None:
    (document,) = read_pdf(pdf([PAGE, [], PAGE]), "a.pdf")
    assert document.metadata == {"pages": "3", "image_pages": "1"}
    assert [s.locator for s in document.sections] == ["page 1", "page 3"]


def test_a_scan_is_a_problem_that_says_what_to_do() -> None:
    with pytest.raises(ReaderError, match="only pictures") as caught:
        read_pdf(pdf([[], []]), "scan.pdf")
    assert "OCR" in caught.value.remedy


def test_an_encrypted_file_is_a_problem() -> None:
    with pytest.raises(ReaderError, match="encrypted"):
        read_pdf(pdf([PAGE], password="x"), "a.pdf")


def test_an_owners_password_alone_hinders_nobody() -> None:
    assert "Paracetamol" in read_pdf(pdf([PAGE], owner="boss"), "a.pdf")[0].text


def test_damage_is_a_problem() -> None:
    data = pdf([PAGE])
    for broken in (data[:200], b"%PDF-1.7\n", b"junk", looping_pdf()):
        with pytest.raises(ReaderError):
            READERS[".pdf"](broken, "a.pdf")
