from __future__ import annotations

import pytest

from assistant.records.hl7.timestamps import clock, iso, moment


@pytest.mark.parametrize(
    ("stamp", "written"),
    [
        ("20141003103026-0500", "2014-10-03T10:30:26-05:00"),
        ("201410031030", "2014-10-03T10:30:00"),
        ("2014100310", "2014-10-03T10:00:00"),
        ("20141003", "2014-10-03"),
        ("201410", "2014-10"),
        ("2014", "2014"),
        (" 20141003103026.123 ", "2014-10-03T10:30:26"),
        ("20141003259900", "2014-10-03"),
        ("20230229", ""),
        ("20141301", ""),
        ("00000000", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_stamp_is_iso_as_far_as_it_goes_and_a_day_of_the_calendar(stamp: str, written: str) -> None:
    assert iso(stamp) == written


@pytest.mark.parametrize(
    ("stamp", "words"),
    [
        ("20240305143000", "2024-03-05 14:30"),
        ("20240305000000", "2024-03-05"),
        ("202403", "2024-03"),
        ("20240230", "20240230"),
        ("soon", "soon"),
    ],
)
def test_a_stamp_in_words(stamp: str, words: str) -> None:
    assert moment(stamp) == words


@pytest.mark.parametrize(
    ("stamp", "time"), [("1430", "14:30"), ("14", "14:00"), ("143005.5+0100", "14:30"), ("2 pm", "2 pm"), ("", "")]
)
def test_a_time_of_day(stamp: str, time: str) -> None:
    assert clock(stamp) == time
