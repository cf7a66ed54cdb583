"""CDA values: open intervals keep their sign, ratios and texts are whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from assistant.records.ccda.values import Value, limits_of, value_of
from assistant.records.model import Limits

NS = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def read(kind: str, attributes: str = "", inside: str = "") -> Value:
    return value_of(etree.fromstring(f'<value {NS} xsi:type="{kind}" {attributes}>{inside}</value>'), lambda _: "")


def interval(low: str, high: str) -> Value:
    return read("IVL_PQ", "", f"<low {low}/><high {high}/>")


@pytest.mark.parametrize(
    ("low", "high", "text", "number", "sign"),
    [
        ('value="60" inclusive="false"', 'nullFlavor="PINF"', ">60", "60", ">"),
        ('value="60"', 'nullFlavor="PINF"', ">=60", "60", ">="),
        ('nullFlavor="NINF"', 'value="0.04" inclusive="false"', "<0.04", "0.04", "<"),
        ('nullFlavor="NINF"', 'value="10"', "<=10", "10", "<="),
        ('value="20"', 'value="50"', "20 to 50", "", ""),
        ('value="20" inclusive="false"', 'value="50" inclusive="false"', ">20 to <50", "", ""),
        ('value="7"', 'value="7"', "7", "7", ""),
        ('nullFlavor="NI"', 'nullFlavor="NI"', "", "", ""),
    ],
)
def test_intervals(low: str, high: str, text: str, number: str, sign: str) -> None:
    found = interval(low, high)
    assert (found.text, found.number, found.comparator) == (text, number, sign)


@pytest.mark.parametrize(
    ("kind", "attributes", "inside", "value"),
    [
        ("PQ", 'value="7.10" unit="mg/dL"', "", Value("7.10", "7.10", "", "mg/dL")),
        ("PQ", 'value="2" unit="1"', "", Value("2", "2")),
        ("PQ", 'nullFlavor="OTH"', '<translation value="3" unit="cups"/>', Value("3", "3", "", "cups")),
        ("BL", 'value="true"', "", Value("yes")),
        ("TS", 'value="20250301"', "", Value("2025-03-01")),
        ("CD", 'nullFlavor="OTH"', "<originalText>ground glass</originalText>", Value("ground glass")),
        ("CD", 'code="1" displayName="Positive"', "", Value("Positive")),
        ("ST", "", "see text", Value("see text")),
        ("RTO_PQ_PQ", "", '<numerator value="1"/><denominator value="128"/>', Value("1:128")),
        ("RTO_PQ_PQ", "", '<numerator value="5" unit="mg"/><denominator value="1" unit="dL"/>', Value("5 mg per 1 dL")),
        ("ED", 'mediaType="application/pdf" representation="B64"', "JVBERi0xLjQK", Value(file="application/pdf")),
        ("IVL_PQ", "", '<low value="5" unit="mg"/><high value="1" unit="g"/>', Value("5 mg to 1", "", "", "g")),
        ("PQ", 'nullFlavor="NI"', "", Value()),
    ],
)  # fmt: skip
def test_other_types(kind: str, attributes: str, inside: str, value: Value) -> None:
    assert read(kind, attributes, inside) == value


NUMBERS = st.decimals(0, 1000, places=2).map(str)


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.booleans(), st.booleans(), st.sampled_from(["both", "low", "high"]))
def test_a_written_interval_is_read_back(low: str, high: str, low_in: bool, high_in: bool, ends: str) -> None:
    def end(name: str, value: str, shut: bool) -> str:
        open_end = "" if shut else ' inclusive="false"'
        return f'<{name} value="{value}"{open_end}/>'

    inside = (end("low", low, low_in) if ends != "high" else "") + (end("high", high, high_in) if ends != "low" else "")
    found = read("IVL_PQ", "", inside)
    if ends == "both":
        expected = low if low == high else f"{'' if low_in else '>'}{low} to {'' if high_in else '<'}{high}"
        assert found.text == expected
    elif ends == "low":
        assert (found.comparator, found.number) == (">=" if low_in else ">", low)
    else:
        assert (found.comparator, found.number) == ("<=" if high_in else "<", high)


@pytest.mark.parametrize(
    ("unit", "limits"),
    [("mmol/L", Limits("3.5", "5.1")), ("mg/dL", Limits(text="3.5 to 5.1 mmol/L"))],
)
def test_a_range_in_another_unit_is_only_words(unit: str, limits: Limits) -> None:
    inside = '<low value="3.5" unit="mmol/L"/><high value="5.1" unit="mmol/L"/>'
    node = etree.fromstring(
        f"<o {NS}><referenceRange><observationRange><value>{inside}</value></observationRange></referenceRange></o>"
    )
    assert limits_of(node, unit) == limits
