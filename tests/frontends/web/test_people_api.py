"""People at the admin page: users and roles, sessions that end, and asking as another role."""

from __future__ import annotations

import httpx
import pytest

from tests.frontends.web.conftest import PASSWORD
from tests.frontends.web.support import Running
from tests.frontends.web.test_admin_api import log_in

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_a_user_is_added_changed_and_removed_and_his_session_ends(server: Running) -> None:
    with log_in(server.base, "ann") as ann:
        body = {"name": "tim", "password": PASSWORD, "roles": ["supervisor"]}
        assert ann.post("/admin/api/people", json={**body, "roles": ["emperor"]}).status_code == 400
        assert ann.post("/admin/api/people", json={**body, "password": "short"}).status_code == 400
        assert ann.post("/admin/api/people", json=body).status_code == 204
        with log_in(server.base, "tim") as tim:
            assert tim.get("/admin/api/me").json()["roles"] == ["supervisor"]
            assert tim.get("/admin/api/people").status_code == 403
            assert ann.put("/admin/api/people/tim", json={"roles": ["admin"]}).status_code == 204
            assert tim.get("/admin/api/me").status_code == 401, "what he holds is the old roles"
        assert ann.delete("/admin/api/people/ann").status_code == 400
        assert ann.delete("/admin/api/people/tim").status_code == 204
        assert "tim" not in [user["name"] for user in ann.get("/admin/api/people").json()["users"]]


def test_a_session_is_ended_by_a_name_that_opens_none(server: Running) -> None:
    with log_in(server.base, "ann") as ann, log_in(server.base, "pat") as pat:
        sessions = ann.get("/admin/api/people").json()["sessions"]
        assert [one["name"] for one in sessions if one["own"]] == ["ann"]
        theirs = [one for one in sessions if one["name"] == "pat"]
        assert httpx.get(f"{server.base}/admin/api/me", cookies={"assistant": theirs[-1]["id"]}).status_code == 401
        for one in theirs:
            assert ann.delete(f"/admin/api/sessions/{one['id']}").status_code == 204
        assert pat.get("/admin/api/me").status_code == 401
        assert ann.delete(f"/admin/api/sessions/{theirs[0]['id']}").status_code == 404


def test_an_administrator_asks_as_a_customer_and_no_wider(server: Running) -> None:
    with log_in(server.base, "ann") as ann:
        roles = ann.get("/admin/api/trial").json()["roles"]
        assert "customer" in roles and "supervisor" not in roles
        secret = {"role": "customer", "question": "What is the goodwill limit of an agent per order?"}
        assert "41" not in ann.post("/admin/api/trial", json=secret).json()["answer"]
        assert "41" in ann.post("/admin/api/trial", json={**secret, "role": "agent"}).json()["answer"]
        assert ann.post("/admin/api/trial", json={**secret, "role": "supervisor"}).status_code == 403
    with log_in(server.base, "pat") as officer:
        assert officer.post("/admin/api/trial", json=secret).status_code == 403
    trials = [r.record["as"] for r in server.services.assistant.vault.audit.records() if r.kind == "trial"]
    assert trials == [["customer"], ["agent"]]
