"""XML that may try to reach out, blow up or go deep; and the words of what is honest."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ReaderError
from assistant.formats.xml import local, parse_xml, said


def test_names_come_without_namespace_and_words_on_one_line() -> None:
    root = parse_xml(b'<a xmlns="urn:x"><b> Take\n <i>two</i>\t tablets </b><!-- no --><?pi no?></a>', "a.xml")
    assert [local(element) for element in root.iter()] == ["a", "b", "i"]
    assert said(root) == "Take two tablets"
    assert said(None) == ""


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a></b>", b"no xml", b"<a>&unknown;</a>", b"\x00\x01"])
def test_what_is_malformed_is_one_error_that_names_the_file(data: bytes) -> None:
    with pytest.raises(ReaderError, match="malformed") as caught:
        parse_xml(data, "a.xml")
    assert caught.value.path == "a.xml"


def test_the_line_of_a_mistake_is_told() -> None:
    with pytest.raises(ReaderError) as caught:
        parse_xml(b"<a>\n<b>\n</c>\n</a>", "a.xml")
    assert caught.value.line == 3


def test_entities_are_refused_before_they_grow() -> None:
    bomb = "<!DOCTYPE a [<!ENTITY x0 'lol'>" + "".join(f"<!ENTITY x{n} '{f'&x{n - 1};' * 10}'>" for n in range(1, 10))
    with pytest.raises(ReaderError):
        parse_xml(f"{bomb}]><a>&x9;</a>".encode(), "a.xml")


def test_no_file_of_the_machine_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><a>&x;</a>'.encode()
    with pytest.raises(ReaderError) as caught:
        parse_xml(data, "a.xml")
    assert "the secret" not in str(caught.value)


def test_a_tree_deeper_than_a_document_is_refused() -> None:
    with pytest.raises(ReaderError, match="deeper"):
        parse_xml(b"<a>" * 5000 + b"</a>" * 5000, "a.xml")
