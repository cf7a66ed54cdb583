from __future__ import annotations

import pytest

from assistant.records.hl7.documents import standing_documents
from assistant.records.hl7.message import Message, messages

from .support import message, pid


def txa(number: str, parent: str = "", availability: str = "") -> str:
    fields = [""] * 20
    fields[1], fields[12], fields[13], fields[19] = "1", number, parent, availability
    return "TXA|" + "|".join(fields[1:])


def sent(*pairs: tuple[str, str]) -> list[Message]:
    """One message each: its event and its TXA segment."""
    return [
        found
        for event, segment in pairs
        for found in messages(message(f"MDM^{event}", pid("1"), segment).encode(), "m.hl7")
    ]


def test_a_document_stands_until_something_later_says_otherwise() -> None:
    assert standing_documents(sent(("T02", txa("D1")), ("T02", txa("D2")))) == ["", ""]


def test_a_replacement_voids_its_parent_and_stands_itself() -> None:
    assert standing_documents(sent(("T02", txa("D1")), ("T10", txa("D2", "D1")))) == ["replaced", ""]


def test_a_parent_is_replaced_only_by_an_event_that_replaces() -> None:
    assert standing_documents(sent(("T02", txa("D1")), ("T06", txa("D2", "D1")))) == ["", ""], "an addendum adds"


def test_a_cancellation_voids_the_document_and_the_message_that_says_so() -> None:
    assert standing_documents(sent(("T02", txa("D1")), ("T11", txa("D1")))) == ["cancelled", "cancelled"]


@pytest.mark.parametrize(
    ("code", "reason"), [("CA", "cancelled"), ("ob", "obsolete"), ("UN", "unavailable"), ("AV", "")]
)
def test_availability_of_the_document_itself(code: str, reason: str) -> None:
    assert standing_documents(sent(("T02", txa("D1", availability=code)))) == [reason]


def test_a_document_sent_again_under_its_number_replaces_the_earlier_one() -> None:
    assert standing_documents(sent(("T02", txa("D1")), ("T02", txa("D1")))) == ["replaced", ""]


def test_the_first_reason_stays() -> None:
    assert standing_documents(sent(("T11", txa("D1")), ("T10", txa("D2", "D1")))) == ["cancelled", ""]


def test_documents_without_a_number_and_messages_without_a_document_void_nothing() -> None:
    assert standing_documents(sent(("T02", txa("")), ("T11", txa("")))) == ["", "cancelled"]
    other = messages(message("ORU^R01", pid("1"), txa("D1")).encode(), "m.hl7")
    assert standing_documents([*sent(("T02", txa("D1"))), *other]) == ["", ""]
