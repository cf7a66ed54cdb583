from __future__ import annotations

import json

import pytest

from assistant.errors import ReaderError
from assistant.readers.records import read_json, read_jsonl

LONG = "Amoxicillin is an antibiotic. It is taken every eight hours with or without food for a week."


def test_records_with_a_text_are_documents() -> None:
    lines = [
        {"_id": "7", "title": "Amoxicillin", "text": LONG, "year": 2020},
        {"_id": "8", "title": "Other", "text": LONG},
    ]
    documents = read_jsonl("\n".join(map(json.dumps, lines)).encode(), "corpus.jsonl")
    assert [d.title for d in documents] == ["Amoxicillin", "Other"]
    assert documents[0].text == f"{LONG}\n\nyear: 2020"
    assert documents[0].metadata == {"record": "7", "locator": "line 1"}


def test_flat_records_are_sections_of_one() -> None:
    data = json.dumps(
        [{"order": 1, "customer": {"name": "Ann Lee", "email": "ann@example.org"}}, {"order": 2}]
    ).encode()
    (document,) = read_json(data, "orders.json")
    assert [(s.locator, document.text[s.start : s.end]) for s in document.sections] == [
        ("item 1", "order: 1\ncustomer.name: Ann Lee\ncustomer.email: ann@example.org"),
        ("item 2", "order: 2"),
    ]
    assert document.fields == {"EMAIL_ADDRESS": ("ann@example.org",), "PERSON": ("Ann Lee",)}


def test_a_nested_object_gets_headings() -> None:
    data = json.dumps(
        {"Refunds": {"description": "how", "steps": [{"text": "Ask for the id."}, {"text": "Check it."}]}}
    ).encode()
    (document,) = read_json(data, "guide.json")
    assert [(s.heading, document.text[s.start : s.end]) for s in document.sections] == [
        ("Refunds", "description: how"),
        ("Refunds > steps", "text: Ask for the id."),
        ("Refunds > steps", "text: Check it."),
    ]


@pytest.mark.parametrize("nest", ["[" * 100_000, '{"a":' * 100_000, '{"a":' * 900 + "1" + "}" * 900])
def test_deep_nesting_is_a_problem(nest: str) -> None:
    with pytest.raises(ReaderError):
        read_json(nest.encode(), "a.json")


def test_a_malformed_line_is_named_without_its_text() -> None:
    with pytest.raises(ReaderError) as caught:
        read_jsonl(b'{"a": 1}\n{"a": "SECRET\n', "a.jsonl")
    assert caught.value.line == 2
    assert "SECRET" not in str(caught.value)


def test_odd_values_are_read() -> None:
    data = b'{"n": NaN, "big": ' + b"9" * 5000 + b', "s": "\\ud800 half", "none": null, "yes": true}'
    (document,) = read_json(data, "a.json")
    assert "n: NaN" in document.text
    assert "yes: yes" in document.text
    document.text.encode()
