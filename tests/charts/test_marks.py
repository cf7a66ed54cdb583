from __future__ import annotations

import pytest

from assistant.charts.marks import gravity, marked
from assistant.records.model import Limits, Result, Source, Term

from .support import result


@pytest.mark.parametrize(
    ("value", "comparator", "flag"),
    [("6.0", "", "high"), ("5.1", "", "normal"), ("3.0", "", "low"), ("3.5", "<", "low"), ("6", "<", "")],
)
def test_marks_by_the_records_own_range(value: str, comparator: str, flag: str) -> None:
    assert marked(result(value, comparator=comparator, limits=Limits("3.5", "5.1"))).flag == flag


@pytest.mark.parametrize(("unit", "flag"), [("", "high"), ("mmol/l", "high"), ("mg/dL", ""), ("mol/L", "")])
def test_no_mark_against_a_range_in_another_unit(unit: str, flag: str) -> None:
    assert marked(result("6.0", limits=Limits("3.5", "5.1", unit=unit))).flag == flag


SOURCE = Source("ranges.csv", "row 2", "Potassium 3.5-5.1")


def test_the_records_own_flag_is_kept() -> None:
    given = result("9.0", flag="low", flag_by="record", limits=Limits("3.5", "5.1"))
    assert marked(given, lambda _: (Limits("1", "2"), SOURCE)) is given


def test_the_pack_is_asked_only_where_the_record_has_no_range() -> None:
    asked: list[str] = []

    def of_pack(given: Result) -> tuple[Limits, Source]:
        asked.append(given.value)
        return Limits("3.5", "5.1"), SOURCE

    assert marked(result("4.0", limits=Limits("", "3.0")), of_pack).flag_by == "record range"
    assert asked == []
    found = marked(result("9.0"), of_pack)
    assert (found.flag, found.flag_by, found.flag_source, asked) == ("high", "pack", SOURCE, ["9.0"])


@pytest.mark.parametrize(
    ("comparator", "value", "flag"),
    [
        ("<", "3.5", "low"),
        ("<=", "3.5", ""),
        ("<", "3.6", ""),
        (">", "5.1", "high"),
        (">=", "5.1", ""),
        (">", "5.0", ""),
    ],
)
def test_a_bound_is_marked_only_where_all_that_it_covers_is_outside(comparator: str, value: str, flag: str) -> None:
    assert marked(result(value, comparator=comparator, limits=Limits("3.5", "5.1"))).flag == flag


@pytest.mark.parametrize("limits", [Limits(), Limits("a", "b"), Limits(text="normal")])
def test_without_a_range_in_numbers_there_is_no_mark(limits: Limits) -> None:
    assert marked(result("9.0", limits=limits)).flag == ""


def test_words_are_not_marked() -> None:
    words = Result("Observation/x", Term("Potassium"), "positive", limits=Limits("3.5", "5.1"))
    assert marked(words) is words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("high", "criticality high"),
        ("low", "criticality low"),
        ("severe", "severe"),
        ("unable-to-assess", ""),
        ("", ""),
    ],
)
def test_how_grave_an_allergy_is_in_words(given: str, said: str) -> None:
    assert gravity(given) == said
