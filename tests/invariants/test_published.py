"""What impersonal documents say is shown as it stands, whatever anybody's record holds; what a record says of its person is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import config
from assistant.facade import Assistant, Conversation
from assistant.types import Answer, Document, Principal
from assistant.vault import KdfCost, Secret
from assistant.wiring import assemble, create_vault

pytestmark = pytest.mark.weights
CHEAP = KdfCost(memory_kib=1024, iterations=1, lanes=1)
CLINICIAN = Principal("c", frozenset({"clinician"}))
AGENT = Principal("a", frozenset({"agent"}))
SUPERVISOR = Principal("s", frozenset({"supervisor"}))
LEAFLET = "# Visiting\n\nMain reception: 555-0100, open every day from 07:00 to 21:00. Visiting hours are from 14:00 to 20:00."
NOTE = (
    "# Note\n\nPatient: Okonkwo, Amara. MRN: 6103355. Her phone is 555-0177. She was told to ring the reception under 555-0100 "
    "when the wound is red. The wound of the left knee was dressed with a dry pad."
)
GUIDE = (
    "# Breva\n\nThe warranty on the Breva 2 robot vacuum is 36 months. The warranty on the Alder table is 60 months. "
    "The repair centre is in Larkfield."
)
TICKETS = config.shipped("domains") / "customer-service" / "documents" / "tickets"


def _made(folder: Path, domain: str) -> Assistant:
    secret = Secret.passphrase("four quiet words here")
    return assemble(create_vault(folder / "vault", secret, policy=None, domain=domain, kdf=CHEAP), engine="extractive")


@pytest.fixture
def hospital(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    made = _made(tmp_path, "healthcare")
    made.ingest([Document("Visiting", LEAFLET, "visiting.md")], labels=frozenset({"public"}))
    made.ingest([Document("Note", NOTE, "note.md")], labels=frozenset({"clinical"}))
    yield made
    made.close()


@pytest.fixture
def shop(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    made = _made(tmp_path, "customer-service")
    made.ingest([Document("Breva", GUIDE, "breva.md")], labels=frozenset({"public"}))
    made.ingest([Document("Handbook", GUIDE, "handbook.md")], labels=frozenset({"internal"}))
    made.ingest([TICKETS], labels=frozenset({"restricted"}))
    yield made
    made.close()


def _shown(answer: Answer) -> str:
    near = (near.text for near in answer.closest)
    return "\n".join((answer.answer, *(citation.quote for citation in answer.citations), *near))


def test_the_number_of_a_reception_is_shown_though_a_record_holds_it_too(hospital: Assistant) -> None:
    assert hospital.vault.known_originals({"555-0100", "555-0177"}) == {"555-0100", "555-0177"}
    answer = hospital.ask("What is the phone number of the main reception?", principal=CLINICIAN)
    assert "Main reception: 555-0100" in _shown(answer)


def test_the_number_of_a_person_in_a_record_is_not(hospital: Assistant) -> None:
    shown = "\n".join(
        _shown(hospital.ask(question, principal=CLINICIAN))
        for question in (
            "How was the wound of the left knee dressed?",
            "What is the phone of the patient with the knee wound?",
        )
    )
    assert "555-0177" not in shown
    assert "Okonkwo" not in shown


def test_products_of_a_ticket_are_no_originals_and_persons_are(shop: Assistant) -> None:
    asked = {"Breva 2", "2 Mop", "Alder table", "429", "Larkfield", "Benedict Osei-Tutu", "555-0189"}
    known = shop.vault.known_originals(asked)
    assert {"Benedict Osei-Tutu", "555-0189"} <= known
    assert not known & {"Breva 2", "2 Mop", "Alder table", "429", "Larkfield"}


@pytest.mark.parametrize("who", [AGENT, SUPERVISOR], ids=["agent", "supervisor"])
def test_words_typed_in_small_letters_hide_no_products_later(shop: Assistant, who: Principal) -> None:
    conversation = Conversation()
    questions = (
        "how long is warrenty on the robot hoover",
        "and the breva",
        "is the alder table covered",
        "repair centre in larkfield",
    )
    for question in questions:
        answer = shop.ask(question, principal=who, conversation=conversation)
        # What a ticket says of people stays hidden where a supervisor is shown it as near.
        sources = [(shop.vault.document_info(near.citation.document_id).source, near.text) for near in answer.closest]
        assert "*" not in answer.answer + "".join(text for source, text in sources if "ticket" not in source)
    answer = shop.ask("How long is the warranty on the Breva 2?", principal=who, conversation=conversation)
    assert "Breva 2 robot vacuum is 36 months" in _shown(answer)
    assert not shop.vault.known_originals({"hoover", "robot hoover", "breva", "Breva", "alder table", "larkfield"})
