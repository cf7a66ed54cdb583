"""The gap board and verified answers over the admin page's interface: who may, and from a question in vain to an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from assistant.facade import Assistant
from assistant.types import Principal
from tests.frontends.web.support import Running
from tests.frontends.web.test_admin_api import log_in

pytestmark = [pytest.mark.weights, pytest.mark.slow]
VAIN = "Do you rent out garden tools?"
CUSTOMER = Principal("site:shop", frozenset({"customer"}))
SOON = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()


def test_a_question_in_vain_becomes_a_verified_answer(server: Running, web_assistant: Assistant) -> None:
    assert web_assistant.ask(VAIN, principal=CUSTOMER).status == "abstained"
    with log_in(server.base, "sue") as sue:
        told = sue.get("/admin/api/gaps").json()
        gap = next(gap for gap in told["gaps"] if gap["question"] == VAIN)
        assert told["kept"] and told["figures"]["total"]["asked"] >= 1
        shown = sue.get(f"/admin/api/gaps/{gap['id']}").json()
        assert shown["same"] == [VAIN]
        near = shown["closest"][0]
        body = {"text": "We rent nothing out.", "document": near["document_id"], "passage": near["passage"], "until": SOON,
                "wordings": [VAIN]}  # fmt: skip
        url = f"/admin/api/gaps/{gap['id']}/answer"
        assert sue.post(url, json=body).status_code == 400, "the source has none of these words"
        body["insist"] = True
        assert sue.post(url, json={**body, "until": "soon"}).status_code == 400
        assert sue.post(url, json={**body, "wordings": "x"}).status_code == 400
        assert sue.post(url, json=body, headers={"X-CSRF-Token": ""}).status_code == 403
        made = sue.post(url, json=body).json()
        answer = web_assistant.ask(VAIN, principal=CUSTOMER)
        assert answer.verified is not None and answer.verified.id == made["id"]
        again = sue.post(f"/admin/api/verified/{made['id']}/wordings", json={"wording": "Can I hire a garden tool?"})
        assert len(again.json()["wordings"]) == 2
        (listed,) = [one for one in sue.get("/admin/api/verified").json()["verified"] if one["id"] == made["id"]]
        assert (listed["in_force"], listed["author"]) == (True, "sue")
        assert sue.delete(f"/admin/api/verified/{made['id']}").status_code == 204
    assert web_assistant.ask(VAIN, principal=CUSTOMER).verified is None


def test_tables_and_dismissing(server: Running, web_assistant: Assistant) -> None:
    web_assistant.ask("Do you rent out submarines?", principal=CUSTOMER)
    with log_in(server.base, "ann") as ann:
        table = ann.get("/admin/api/gaps.csv")
        assert table.headers["content-type"].startswith("text/csv")
        assert "submarines" in table.text
        assert ann.get("/admin/api/figures.csv").text.startswith("week,asked")
        gap = next(gap for gap in ann.get("/admin/api/gaps").json()["gaps"] if "submarines" in gap["question"])
        assert ann.delete(f"/admin/api/gaps/{gap['id']}").status_code == 204
        assert ann.get(f"/admin/api/gaps/{gap['id']}").status_code == 400
        assert "submarines" not in ann.get("/admin/api/gaps.csv").text


def test_it_is_for_the_roles_of_the_policy(server: Running) -> None:
    assert httpx.get(f"{server.base}/admin/api/gaps").status_code == 401
    with log_in(server.base, "pat") as officer:
        for path in ("gaps", "gaps.csv", "figures.csv", "verified", "gaps/1"):
            assert officer.get(f"/admin/api/{path}").status_code == 403, path


def test_a_visitor_who_rejects_an_answer_puts_it_on_the_board(server: Running, web_assistant: Assistant) -> None:
    def rejected() -> tuple[int, int]:
        with log_in(server.base, "sue") as sue:
            gaps = sue.get("/admin/api/gaps").json()["gaps"]
        return sum(g["kinds"].get("disliked", 0) for g in gaps), sum(g["reasons"].get("wrong", 0) for g in gaps)

    # Other tests share the vault, and may have rejected an answer to the same question.
    disliked, wrong = rejected()
    answer = web_assistant.ask("How long does standard delivery take?", principal=CUSTOMER)
    assert answer.status == "extracted"
    web_assistant.rate(answer, liked=False, reason="wrong", principal=CUSTOMER)
    assert rejected() == (disliked + 1, wrong + 1)
