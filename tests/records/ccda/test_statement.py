from __future__ import annotations

from typing import Any

from lxml import etree

from assistant.records.ccda.sections import Kind
from assistant.records.ccda.statement import Statement


def statement(*around: Any) -> Statement:
    return Statement(etree.fromstring("<observation/>"), "a.xml#p1", {}, around, Kind("problems"))


def test_the_nearest_act_is_the_concern_and_all_of_them_are_asked() -> None:
    act, organizer = etree.fromstring("<act/>"), etree.fromstring("<organizer/>")
    held = statement(act, organizer)
    assert held.concern is act
    assert held.acts == (held.element, act, organizer)


def test_a_statement_without_an_act_around_it_has_no_concern() -> None:
    alone = statement()
    assert alone.concern is None and alone.acts == (alone.element,)
