"""The gap board over a real vault: what gets there, who sees it, how it goes."""

from __future__ import annotations

import json

import pytest

from assistant.curating.board import Board, as_csv
from assistant.errors import AccessDenied, UsageError
from assistant.facade import Assistant
from assistant.types import Status
from tests.curating.conftest import acting

VAIN = ("Do you sell garden chairs?", "Do you have garden chairs for sale?", "Is there a student discount?")


def test_what_was_asked_in_vain_is_grouped_with_what_comes_closest(shop: Assistant) -> None:
    for question in VAIN:
        assert shop.ask(question).status is Status.ABSTAINED
    assert shop.ask("How long does standard delivery take?").status is Status.EXTRACTED
    board = Board(shop)
    found = board.clusters()
    assert [len(cluster.gaps) for cluster in found] == [2, 1]
    assert set(found[0].wordings) == set(VAIN[:2])
    assert sum(found[0].kinds.values()) == 2
    assert found[0].gaps[0].roles == {"agent"}
    assert board.closest(board.cluster(found[1].id))
    assert as_csv(found).count("\n") == 4
    assert board.dismiss(found[0].id) == 2
    assert [cluster.wording for cluster in board.clusters()] == [VAIN[2]]
    with pytest.raises(UsageError):
        board.cluster(found[0].id)
    last = list(shop.vault.audit.records())[-1]
    assert (last.kind, last.record["questions"]) == ("gaps.dismissed", 2)


def test_no_name_comes_onto_the_board_nor_into_the_audit(shop: Assistant) -> None:
    shop.ask("My name is Grace Whitcombe, mail grace.whitcombe@example.org: do you sell garden chairs?")
    (cluster,) = Board(shop).clusters()
    assert "Whitcombe" not in cluster.wording and "example.org" not in cluster.wording
    assert "garden chairs" in cluster.wording
    assert "garden" not in json.dumps([dict(record.record) for record in shop.vault.audit.records()])


def test_a_rejected_answer_comes_onto_the_board_and_a_liked_one_does_not(shop: Assistant) -> None:
    answer = shop.ask("How long does standard delivery take?")
    shop.rate(answer, liked=True)
    assert Board(shop).clusters() == []
    shop.rate(answer, liked=False)
    (cluster,) = Board(shop).clusters()
    assert (cluster.kinds, cluster.wording) == ({"disliked": 1}, answer.question)
    assert [r.record["vote"] for r in shop.vault.audit.records() if r.kind == "feedback"] == ["up", "down"]


def test_the_board_is_for_the_roles_of_the_policy(shop: Assistant) -> None:
    for role in ("customer", "privacy-officer"):
        with pytest.raises(AccessDenied):
            Board(acting(shop, role))
    assert Board(acting(shop, "supervisor")).clusters() == []


def test_a_customer_s_question_is_searched_with_the_rights_of_who_looks(shop: Assistant) -> None:
    acting(shop, "customer").ask("How large a goodwill voucher can I demand?")
    board = Board(shop)
    (cluster,) = board.clusters()
    assert cluster.gaps[0].roles == {"customer"}
    assert any("goodwill" in passage.text for passage in board.closest(cluster))


def test_a_formula_is_not_run_by_a_spreadsheet(shop: Assistant) -> None:
    shop.ask("=HYPERLINK(1) do you sell garden chairs?")
    assert "\n1,'=HYPERLINK" in as_csv(Board(shop).clusters()).replace('"', "")
