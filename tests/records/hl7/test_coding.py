from __future__ import annotations

import pytest

from assistant.records.hl7.chart import read
from assistant.records.hl7.coding import key_of, term_of
from assistant.records.hl7.message import Message, Segment
from assistant.records.model import Code

from .support import message, obx, pid


def coded(field: str) -> tuple[Message, Segment]:
    (patient,) = read(message("ORU^R01", pid("1"), obx(field, "4.1")).encode(), "m.hl7")
    (found,) = patient.messages
    segment = found.first("OBX")
    assert segment is not None
    return found, segment


@pytest.mark.parametrize(
    ("field", "text", "coded_by_a_terminology"),
    [
        ("2823-3^Potassium^LN", "Potassium", True),
        ("K^Kalium^L", "Kalium", False),
        ("2823-3^^LN^K^Kalium^L", "Kalium", False),
        ("2823-3^^LN", "2823-3", True),
        ("K^^L", "K", False),
        ("^Potassium  in\\E\\serum", "Potassium in\\serum", False),
        ("2823-3^^LN^K^^L^^^as sent", "as sent", False),
    ],
)
def test_the_words_of_a_code_and_whether_they_are_a_terminology_s(
    field: str, text: str, coded_by_a_terminology: bool
) -> None:
    term = term_of(coded(field)[1], 3)
    assert (term.text, term.coded) == (text, coded_by_a_terminology)


def test_both_codes_stand_beside_the_words_known_systems_by_their_uri() -> None:
    term = term_of(coded("2823-3^Potassium^LN^K^Kalium^LAB")[1], 3)
    assert term.codes == (Code("http://loinc.org", "2823-3", "Potassium"), Code("LAB", "K", "Kalium"))


def test_free_words_stand_in_only_where_the_coded_field_is_empty() -> None:
    _, segment = coded("2823-3^Potassium^LN")
    assert term_of(segment, 13, 5).text == "4.1"
    assert term_of(segment, 3, 5).text == "Potassium"
    assert term_of(segment, 13).text == ""


def test_a_citation_names_message_and_segment() -> None:
    found, segment = coded("K")
    assert key_of(found, segment) == f"OBX/M1-{segment.number}"
