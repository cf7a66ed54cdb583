"""HL7 v2 from bytes to messages, segments, fields, components and repeats."""

from __future__ import annotations

import pytest

from assistant.errors import ReaderError
from assistant.records.hl7.chart import read
from assistant.records.hl7.message import Message

from .support import message, obx, pid


def only(*segments: str, kind: str = "ORU^R01") -> Message:
    (patient,) = read(message(kind, *segments).encode(), "m.hl7")
    (found,) = patient.messages
    return found


def test_a_message_says_what_it_is_and_names_its_segments() -> None:
    found = only(pid("1"), obx("K^Potassium", "4.1"), kind="MDM^T02")
    assert (found.kind, found.event, found.id) == ("MDM", "T02", "M1")
    assert [segment.name for segment in found.segments][-2:] == ["PID", "OBX"]
    observation = found.first("OBX")
    assert observation is not None
    assert found.locator(observation) == f"OBX/M1-{observation.number}"
    assert found.first("ZZZ") is None


def test_parts_are_found_by_field_component_and_repeat() -> None:
    found = only(pid("1"), obx("K^Potassium^LN", "4.1", flag="H~HH")).first("OBX")
    assert found is not None
    assert (found.part(3), found.part(3, 2), found.part(3, 3), found.part(3, 9)) == ("K", "Potassium", "LN", "")
    assert (list(found.parts(8)), found.repeats(8)) == (["H", "HH"], 2)
    assert found.part(99) == ""


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_end_as_the_sender_ends_them(end: str) -> None:
    data = message("ORU^R01", pid("1"), obx("K", "4.1")).replace("\r", end).encode()
    (patient,) = read(data, "m.hl7")
    assert patient.messages[0].first("OBX") is not None


@pytest.mark.parametrize("data", [b"", b"no message", b"PID|1||1"])
def test_what_is_no_message_is_one_error(data: bytes) -> None:
    with pytest.raises(ReaderError) as caught:
        list(read(data, "m.hl7"))
    assert caught.value.path == "m.hl7"
