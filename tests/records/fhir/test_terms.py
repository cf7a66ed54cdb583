"""FHIR's data types: what a thing is called, its range and its time, with every digit kept."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import ReaderError
from assistant.records.fhir.terms import is_number, limits, parse, term, unit_of, until, when
from assistant.records.model import Code, Limits


def test_digits_stay_as_they_are_written() -> None:
    assert parse(b'\xef\xbb\xbf{"value": 7.10, "n": 3}', "r.json") == {"value": "7.10", "n": 3}


@pytest.mark.parametrize("data", [b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b""])
def test_what_is_no_json_is_one_error_without_its_content(data: bytes) -> None:
    with pytest.raises(ReaderError, match="not valid JSON") as caught:
        parse(data, "r.json")
    assert "NaN" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", True), ("-7.10", True), ("1e3", True), ("7.", False), ("<7", False), ("7 mg", False), ("", False)],
)
def test_a_plain_decimal_is_a_number(text: str, number: bool) -> None:
    assert is_number(text) is number


CODING = {"system": "s", "code": "1", "display": "Gout"}


@pytest.mark.parametrize(
    ("value", "text", "coded"),
    [
        ({"text": "gouty toe", "coding": [CODING]}, "gouty toe", False),
        ({"text": "Gout", "coding": [CODING]}, "Gout", True),
        ({"coding": [{"system": "s", "code": "1"}, CODING]}, "Gout", True),
        ({"coding": [{"system": "s", "code": "1"}]}, "1", True),
        ({"coding": [{"code": "1", "display": "Gout"}]}, "Gout", False),
        (CODING, "Gout", True),
        ({}, "", False),
        ("no object", "", False),
        (None, "", False),
    ],
)
def test_what_a_concept_is_called(value: object, text: str, coded: bool) -> None:
    found = term(value)
    assert (found.text, found.coded) == (text, coded)


def test_all_codes_are_kept() -> None:
    assert term({"coding": [CODING, {"code": "2"}]}).codes == (Code("s", "1", "Gout"), Code("", "2", ""))


def test_times_are_points_or_the_ends_of_a_period() -> None:
    assert when({"onsetDateTime": "2020"}, "onset") == "2020"
    assert when({"effectiveInstant": "2020-01-01T00:00:00Z"}, "effective") == "2020-01-01T00:00:00Z"
    period = {"performedPeriod": {"start": "2020", "end": "2021"}}
    assert (when(period, "performed"), until(period, "performed")) == ("2020", "2021")
    assert when({"onsetAge": {"value": 3}}, "onset") == until({}, "onset") == ""


def end(value: str, unit: str = "mmol/L") -> dict[str, Any]:
    return {"value": value, "unit": unit}


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([{"low": end("3.50"), "high": end("5.1")}], Limits("3.50", "5.1", "", "mmol/L")),
        ([{"high": end("5.1")}], Limits("", "5.1", "", "mmol/L")),
        ([{"text": "negative"}], Limits("", "", "negative", "")),
        ([{"low": end("1"), "appliesTo": [{}]}, {"low": end("2")}], Limits("2", "", "", "mmol/L")),
        ([{"low": end("1")}, {"low": end("2")}], Limits()),
        ([{"low": end("1"), "type": {"coding": [{"code": "therapeutic"}]}}], Limits()),
        # INR 2.5 under warfarin lies outside the normal range, as is wanted.
        (
            [{"high": end("1.1")}, {"low": end("2"), "high": end("3"), "type": {"coding": [{"code": "therapeutic"}]}}],
            Limits(),
        ),
        (
            [{"high": end("1.1")}, {"low": end("2"), "type": {"coding": [{"code": "pre-puberty"}]}}],
            Limits("", "1.1", "", "mmol/L"),
        ),
        ([], Limits()),
    ],
)
def test_the_one_normal_range_is_taken(ranges: list[dict[str, Any]], expected: Limits) -> None:
    assert limits(ranges) == expected


def test_ends_in_two_units_are_words_and_no_range() -> None:
    found = limits([{"low": end("1", "mg/L"), "high": end("2", "g/L")}])
    assert (found.low, found.high) == ("", "")
    assert "1" in found.text and "2" in found.text


def test_the_unit_of_one_is_none() -> None:
    assert [unit_of({"unit": u}) for u in ("mg", "1", "")] == ["mg", "", ""]
    assert unit_of({"code": "mg"}) == "mg"
