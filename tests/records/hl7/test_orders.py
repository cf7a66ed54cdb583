"""What stands around a medicine of a message."""

from __future__ import annotations

from assistant.records.hl7.chart import read
from assistant.records.hl7.orders import Around, around

from .support import message, pid


def of(*segments: str) -> list[Around]:
    (patient,) = read(message("RDE^O11", pid("1"), *segments).encode(), "m.hl7")
    (only,) = patient.messages
    return list(around(only).values())


def test_an_order_gives_its_number_timings_and_routes_to_its_medicine() -> None:
    (found,) = of("ORC|NW|A1", "TQ1|1||BID", "RXE|||m^Metformin", "RXR|PO", "TQ1|2||QD")
    assert found.number == "A1"
    assert [timing.part(3) for timing in found.timings] == ["BID", "QD"]
    assert [route.part(1) for route in found.routes] == ["PO"]


def test_a_second_medicine_under_one_order_is_told_apart() -> None:
    first, second = of("ORC|NW|A1", "RXE|||m^Metformin", "RXE|||g^Glipizide")
    assert (first.number, second.number) == ("A1", "A1#1")


def test_an_administration_is_no_order() -> None:
    (given,) = of("ORC|NW|A1", "TQ1|1||BID", "RXA|0|1|20250101||m^Metformin", "RXR|PO")
    assert (given.number, given.order, given.timings) == ("", None, [])
    assert [route.part(1) for route in given.routes] == ["PO"]


def test_what_stands_elsewhere_ends_a_medicines_surroundings() -> None:
    (found,) = of("ORC|NW||F7", "RXE|||m^Metformin", "PV1|1|I", "RXR|PO", "TQ1|1||BID")
    assert (found.number, found.routes, found.timings) == ("F7", [], [])


def test_a_medicine_without_an_order_has_no_number() -> None:
    (found,) = of("RXD|1|m^Metformin")
    assert (found.number, found.order) == ("", None)
