"""Sites and keys from the admin page: the secret is told once, and what is taken back opens nothing."""

from __future__ import annotations

import httpx
import pytest

from tests.frontends.web.support import Running
from tests.frontends.web.test_admin_api import log_in

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_a_key_and_a_site_are_made_once_and_taken_back(server: Running) -> None:
    with log_in(server.base, "ann") as ann:
        key = ann.post("/admin/api/access/keys", json={"name": "robot", "roles": ["customer"]}).json()["secret"]
        bearer = {"Authorization": f"Bearer {key}"}
        assert httpx.get(f"{server.base}/v1/models", headers=bearer).status_code == 200
        listed = ann.get("/admin/api/access")
        assert "robot" in listed.text and key not in listed.text and "customer" in listed.json()["roles"]
        site = {"name": "other-shop", "origins": ["https://shop.example.org"], "roles": ["customer"]}
        assert ann.post("/admin/api/access/sites", json=site).json()["secret"]
        assert "https://shop.example.org" in server.services.access.allowed_origins()
        assert (
            ann.post("/admin/api/access/sites", json={**site, "name": "x", "origins": ["https://a/b"]}).status_code
            == 400
        )
        assert ann.post("/admin/api/access/keys", json={"name": "y", "roles": ["emperor"]}).status_code == 400
        assert ann.post("/admin/api/access/keys", json={"name": "y", "roles": "customer"}).status_code == 400
        assert ann.delete("/admin/api/access/robot").json() == {"gone": 1}
        assert ann.delete("/admin/api/access/other-shop").json() == {"gone": 1}
        assert httpx.get(f"{server.base}/v1/models", headers=bearer).status_code == 401
        assert "https://shop.example.org" not in server.services.access.allowed_origins()
    with log_in(server.base, "pat") as officer:
        assert officer.post("/admin/api/access/keys", json={"name": "z", "roles": ["customer"]}).status_code == 403
