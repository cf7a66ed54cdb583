"""A cited page as a picture over the admin page's interface."""

from __future__ import annotations

import pytest

from tests.curating.conftest import printed
from tests.frontends.web.support import Running
from tests.frontends.web.test_admin_api import log_in

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_a_page_is_drawn_for_who_may_see_it(server: Running) -> None:
    with log_in(server.base, "ann") as ann:
        file = printed("The pangolin lamp is sold in three sizes.")
        assert ann.post("/admin/api/documents?label=public", content=file, headers={"X-Filename": "lamp.pdf"}).json()[
            "added"
        ]
        vault = server.services.assistant.vault
        document = next(info.id for info in vault.documents() if info.source == "lamp.pdf")
        url = f"/admin/api/documents/{document}/page"
        picture = ann.get(url, params={"start": 0, "end": 20})
        assert (picture.headers["content-type"], picture.headers["x-page"]) == ("image/png", "1")
        assert picture.headers["cache-control"] == "no-store"
        assert picture.content.startswith(b"\x89PNG")
        assert ann.get(url, params={"start": 0, "end": 0}).status_code == 400
        assert ann.get(url, params={"start": "x", "end": 2}).status_code == 400
        assert ann.get("/admin/api/documents/nothing/page", params={"start": 0, "end": 2}).status_code == 400
        with log_in(server.base, "pat") as officer:
            assert officer.get(url, params={"start": 0, "end": 20}).status_code == 403
        assert ann.delete(f"/admin/api/documents/{document}").status_code == 204
        assert ann.get(url, params={"start": 0, "end": 20}).status_code == 400
