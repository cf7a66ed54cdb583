"""Vouching over a real vault: who may, for what, who gets the answer, and when it is given no more."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.curating.board import Board
from assistant.curating.verified import Source, Vouching
from assistant.errors import AccessDenied, IntegrityError, UsageError
from assistant.facade import Assistant
from assistant.types import Document, Status
from assistant.vault import Secret
from assistant.wiring import assemble, create_vault
from tests.curating.conftest import CHEAP, RETURNS, acting

ASKED = "How long do I have to return a lamp?"
OTHERWISE = "What is the time limit for sending a lamp back?"
TEXT = "You can return a lamp within 30 days, whatever the reason."
TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=30)


def source_of(shop: Assistant, title: str = "Returns") -> Source:
    info = next(info for info in shop.vault.documents() if info.title == title)
    return Source(info.id, shop.vault.document_passages(info.id)[0].id)


def vouched(shop: Assistant, **more: object) -> str:
    author = Vouching(acting(shop, "supervisor", name="sam"))
    return author.add(TEXT, [ASKED], source_of(shop), until=SOON, **more).id  # type: ignore[arg-type]


def test_it_is_given_first_with_its_author_and_its_place(shop: Assistant) -> None:
    made = vouched(shop)
    for question in (ASKED, OTHERWISE):
        answer = shop.ask(question)
        assert (answer.status, answer.answer) == (Status.ANSWERED, TEXT)
        assert answer.verified is not None
        assert (answer.verified.id, answer.verified.author, answer.verified.until) == (made, "sam", SOON.isoformat())
        (citation,) = answer.citations
        text = shop.vault.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.quote == "Lamps may be sent back within 30 days."
    record = shop.vault.audit.record(answer.audit_id).record
    assert (record["verified"], record["labels"], record["status"]) == (made, ["public"], "answered")
    assert shop.vault.receipt(answer.audit_id)["answer"]["verified"] == made  # type: ignore[index]


@pytest.mark.parametrize(
    "other",
    [
        "How long does the refund for a returned lamp take?",
        "How long do I have to return a mattress?",
        "Within how many days may I not return a lamp?",
    ],
)
def test_another_question_is_left_to_the_documents(shop: Assistant, other: str) -> None:
    vouched(shop)
    assert shop.ask(other).verified is None


def test_it_is_for_its_audience_and_for_who_sees_its_source(shop: Assistant) -> None:
    vouched(shop, audience=frozenset({"customer"}))
    assert acting(shop, "customer").ask(ASKED).verified is not None
    assert shop.ask(ASKED).verified is None
    author = Vouching(acting(shop, "supervisor"))
    with pytest.raises(UsageError, match="customer"):
        author.add("A voucher of 20 euros.", ["How large is a voucher?"], source_of(shop, "Goodwill"), until=SOON,
                   audience=frozenset({"customer"}))  # fmt: skip
    inside = author.add(
        "A voucher of 20 euros.", ["How large is a goodwill voucher?"], source_of(shop, "Goodwill"), until=SOON
    )
    assert "customer" not in inside.audience
    assert acting(shop, "customer").ask("How large is a goodwill voucher?").verified is None
    assert inside.id not in {one.answer.id for one in Vouching(acting(shop, "customer")).listed()}


def test_it_ends_when_its_source_changes(shop: Assistant) -> None:
    made = vouched(shop)
    changed = RETURNS.replace("30 days", "14 days")
    shop.ingest([Document("Returns", changed, "returns.md")], labels=frozenset({"public"}))
    answer = shop.ask(ASKED)
    assert answer.verified is None and "30 days" not in answer.answer
    assert Vouching(shop).one(made).expired == "its source changed or is gone"


def test_it_ends_by_its_date_and_when_it_is_withdrawn(shop: Assistant) -> None:
    made = vouched(shop)
    answer = shop.vault.verified_answer(made)
    vectors = shop.tools.embedder.query(answer.wordings)
    from dataclasses import replace

    shop.vault.put_verified(replace(answer, until=(TODAY - timedelta(days=1)).isoformat()), vectors)
    assert shop.ask(ASKED).verified is None
    assert Vouching(shop).one(made).expired == "its date has passed"
    shop.vault.put_verified(answer, vectors)
    assert shop.ask(ASKED).verified is not None
    Vouching(acting(shop, "supervisor")).withdraw(made)
    assert shop.ask(ASKED).verified is None
    assert Vouching(shop).one(made).expired == "withdrawn"


def test_it_is_erased_with_its_source(shop: Assistant) -> None:
    vouched(shop)
    acting(shop, "admin").delete(source_of(shop).document_id)
    assert shop.vault.verified_answers() == []
    assert shop.vault.verified_vectors()[0] == []
    assert shop.vault.scan(b"whatever the reason") == 0


def test_what_the_vault_did_not_sign_is_not_given(shop: Assistant) -> None:
    made = vouched(shop)
    with shop.vault._db.write() as cursor:
        cursor.execute("UPDATE verified SET told = replace(told, '30 days', '90 days')")
    assert shop.ask(ASKED).verified is None
    with pytest.raises(IntegrityError):
        shop.vault.verified_answer(made)


def test_only_authors_vouch_and_only_for_what_its_source_holds(shop: Assistant) -> None:
    with pytest.raises(AccessDenied):
        Vouching(shop).add(TEXT, [ASKED], source_of(shop), until=SOON)
    author, source = Vouching(acting(shop, "supervisor")), source_of(shop)
    for text, wordings, until, why in (
        (TEXT.replace("30", "60"), [ASKED], SOON, "figure"),
        (TEXT, [], SOON, "question"),
        (TEXT, [ASKED + " My name is Grace Whitcombe."], SOON, "name somebody"),
        (TEXT, [ASKED], TODAY - timedelta(days=1), "last day"),
        (TEXT, [ASKED], TODAY + timedelta(days=4000), "last day"),
        ("word " * 500, [ASKED], SOON, "too long"),
    ):
        with pytest.raises(UsageError, match=why):
            author.add(text, wordings, source, until=until)
    with pytest.raises(UsageError, match="quote"):
        author.add(TEXT, [ASKED], Source(source.document_id, source.passage, "Lamps never break."), until=SOON)
    made = author.add(TEXT, [ASKED], source, until=SOON)
    with pytest.raises(UsageError, match=made.id):
        author.add(TEXT, [OTHERWISE], source, until=SOON)
    assert author.reword(made.id, "When must a lamp be back?").wordings[-1] == "When must a lamp be back?"
    assert shop.ask("When must a lamp be back?").verified is not None


def test_a_group_of_the_board_is_answered_in_one_step(shop: Assistant) -> None:
    for question in (
        "Do you sell garden chairs?",
        "Do you have garden chairs for sale?",
        "Do you repair garden chairs?",
    ):
        shop.ask(question)
    supervisor = acting(shop, "supervisor")
    board = Board(supervisor)
    cluster = board.clusters()[0]
    assert len(cluster.gaps) == 3
    Vouching(supervisor).answer(
        board, cluster, "No, lamps only.", source_of(shop), until=SOON, wordings=list(cluster.wordings[:1])
    )
    assert shop.ask(cluster.wording).verified is not None
    assert {gap.question for one in board.clusters() for gap in one.gaps} == set(cluster.wordings[1:])


def test_another_vault_takes_over_what_this_one_signed(shop: Assistant, tmp_path: Path, models: Path) -> None:
    vouched(shop)
    exported = json.loads(json.dumps(Vouching(shop).export()))
    key = shop.vault.receipt_key()
    vault = create_vault(
        tmp_path / "b", Secret.passphrase("four quiet words here"), policy=None, domain="customer-service", kdf=CHEAP
    )
    other = assemble(vault, engine="extractive")
    try:
        author = Vouching(acting(other, "supervisor"))
        taken, left = author.take_over(exported, key)
        assert (taken, len(left)) == ([], 1), "its source is not here yet"
        other.ingest([Document("Returns", RETURNS, "elsewhere.md")], labels=frozenset({"public"}))
        taken, left = author.take_over(exported, key)
        assert (len(taken), left) == (1, [])
        assert other.ask(ASKED).answer == TEXT
        with pytest.raises(IntegrityError):
            author.take_over(exported, vault.receipt_key())
        exported["answers"][0]["text"] = "Never."
        with pytest.raises(IntegrityError):
            author.take_over(exported, key)
    finally:
        other.close()
