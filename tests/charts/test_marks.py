from __future__ import annotations

import pytest

from assistant.charts.marks import marked
from assistant.records.model import Limits

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
