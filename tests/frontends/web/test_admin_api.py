"""The admin page's interface: login, rights, CSRF, uploads from memory, erasure, policy, audit, reports."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from assistant.facade import Assistant
from assistant.frontends.web.limits import Rate
from assistant.intake import window
from tests.frontends.web.conftest import PASSWORD
from tests.frontends.web.support import Running, serving

pytestmark = [pytest.mark.weights, pytest.mark.slow]


@contextmanager
def log_in(base: str, name: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, timeout=60) as client:
        answer = client.post("/admin/api/login", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield client


@pytest.fixture
def admin(server: Running) -> Iterator[httpx.Client]:
    with log_in(server.base, "ann") as client:
        yield client


def test_the_page_loads_only_its_own_files(server: Running) -> None:
    answer = httpx.get(f"{server.base}/admin/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    for name in ("admin.js", "admin.css"):
        assert httpx.get(f"{server.base}/admin/{name}").status_code == 200
    assert httpx.get(f"{server.base}/admin/widget.js").status_code == 404
    assert httpx.get(f"{server.base}/admin/..%2fadmin.js").status_code == 404
    assert httpx.get(server.base, follow_redirects=False).headers["location"] == "/admin/"


def test_the_cookie_is_hidden_from_scripts_and_other_sites(server: Running) -> None:
    answer = httpx.post(f"{server.base}/admin/api/login", json={"name": "ann", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    with serving(server.services.assistant, trust_proxy=True) as proxied:
        sent = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
        over_tls = httpx.post(
            f"{proxied.base}/admin/api/login", json={"name": "ann", "password": PASSWORD}, headers=sent
        )
        assert over_tls.headers["set-cookie"].startswith("__Host-assistant=")
        assert "secure" in over_tls.headers["set-cookie"].lower()


def test_wrong_logins_look_alike_and_are_slowed(web_assistant: Assistant) -> None:
    with serving(web_assistant, rate_login=Rate(6, 3)) as strict:
        url = f"{strict.base}/admin/api/login"
        wrong = httpx.post(url, json={"name": "pat", "password": "wrong"})
        unknown = httpx.post(url, json={"name": "nobody", "password": "wrong"})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        assert "set-cookie" not in wrong.headers
        httpx.post(url, json={"name": "nobody", "password": "wrong"})
        assert httpx.post(url, json={"name": "ann", "password": PASSWORD}).status_code == 429
    web_assistant.vault.unlock_user("pat")


def test_the_vault_lets_a_guessed_user_wait(server: Running) -> None:
    vault = server.services.assistant.vault
    url = f"{server.base}/admin/api/login"
    for _ in range(3):
        httpx.post(url, json={"name": "sam", "password": "wrong"})
    answer = httpx.post(url, json={"name": "sam", "password": PASSWORD})
    assert answer.status_code == 401
    assert "wait" in answer.json()["error"]["message"]
    vault.unlock_user("sam")


def test_rights_follow_roles(server: Running) -> None:
    assert httpx.get(f"{server.base}/admin/api/overview").status_code == 401
    refused = httpx.post(f"{server.base}/admin/api/login", json={"name": "sam", "password": PASSWORD})
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    with log_in(server.base, "pat") as officer:
        assert officer.get("/admin/api/audit").json()["ok"] is True
        assert officer.get("/admin/api/policy").status_code == 200
        assert officer.get("/admin/api/documents").status_code == 403
        assert officer.post("/admin/api/documents", content=b"x", headers={"X-Filename": "x.md"}).status_code == 403


def test_an_officer_sees_that_documents_are_there_and_erases_them(server: Running, admin: httpx.Client) -> None:
    headers = {"X-Filename": "ticket-zephyr.md"}
    given = admin.post(
        "/admin/api/documents?label=restricted", content=b"A ticket about a zephyr lamp.", headers=headers
    ).json()
    assert given["labels"] == {"restricted": 1}
    assert given["roles"]["customer"] < given["roles"]["supervisor"]
    for client_name in ("ann", "olga"):
        with log_in(server.base, client_name) as client:
            told = client.get("/admin/api/documents").json()
            (hidden,) = [doc for doc in told["documents"] if doc["labels"] == ["restricted"]]
            assert (hidden["title"], hidden["source"], hidden["readable"]) == ("", "", False)
            assert "zephyr" not in json.dumps(told)
            assert hidden["passages"] == 1
    with log_in(server.base, "sue") as supervisor:
        assert "ticket-zephyr" in supervisor.get("/admin/api/documents").text
        assert supervisor.delete(f"/admin/api/documents/{hidden['id']}").status_code == 403
        assert supervisor.get("/admin/api/audit").status_code == 403
    with log_in(server.base, "olga") as officer:
        assert officer.get("/admin/api/policy").status_code == 403
        assert officer.delete(f"/admin/api/documents/{hidden['id']}").status_code == 204
        assert officer.delete(f"/admin/api/documents/{hidden['id']}").status_code == 404


def test_a_long_upload_can_be_stopped_and_leaves_nothing(
    server: Running, admin: httpx.Client, web_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches, under_way, go_on = 0, threading.Event(), threading.Event()

    def held(embedder: Any, texts: Sequence[str]) -> Any:
        nonlocal batches
        batches += 1
        if batches == 3:
            under_way.set()
            go_on.wait(120)
        return np.zeros((len(texts), embedder.dimension), np.float32)

    monkeypatch.setattr(type(web_assistant.tools.embedder), "passages", held)
    monkeypatch.setattr(window, "WINDOW", 4)
    line = "Part {} of the zebrafinch manual says that lamps are cleaned with a dry cloth and never with water. "
    text = "\n\n".join(line.format(n) * 3 for n in range(200)).encode()
    answers: list[httpx.Response] = []

    def send() -> None:
        with log_in(server.base, "ann") as client:
            headers = {"X-Filename": "long.txt"}
            answers.append(client.post("/admin/api/documents", content=text, headers=headers, timeout=300))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        assert under_way.wait(120)
        assert "%" in admin.get("/admin/api/overview").json()["taking_in"]
        assert httpx.delete(f"{server.base}/admin/api/taking").status_code == 401
        assert admin.delete("/admin/api/taking").status_code == 204
    finally:
        go_on.set()
        sender.join(120)
    # The window that was under way is embedded to its end: its passages, then their sentences.
    assert batches == 4, "it was stopped, not done"
    assert (answers[0].status_code, answers[0].json()["error"]["code"]) == (409, "stopped")
    assert "long.txt" not in admin.get("/admin/api/documents").text
    assert admin.delete("/admin/api/taking").status_code == 404


def test_changes_need_the_token_and_our_own_page(server: Running, admin: httpx.Client) -> None:
    content, name = b"# Note\n\nA note.\n", {"X-Filename": "note.md"}
    for spoiled in (
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "x" * 32},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = admin.post("/admin/api/documents", content=content, headers={**name, **spoiled})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf"), spoiled
    login = {"name": "ann", "password": PASSWORD}
    foreign = httpx.post(f"{server.base}/admin/api/login", json=login, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    form = httpx.post(f"{server.base}/admin/api/login", data=login)
    assert form.status_code == 415


def test_a_file_is_taken_in_from_memory_and_erased(
    server: Running, admin: httpx.Client, tmp_path: Path, key: str
) -> None:
    folder = server.services.assistant.vault.folder
    marker = "quokkaflute"
    text = f"# Quokkas\n\nThe {marker} lamp has a bulb of 7 watts.\n".encode()
    url = "/admin/api/documents?label=public&collection=lamps"
    name = {"X-Filename": "lamp%20%C3%BC.md"}
    told = admin.post(url, content=text, headers=name).json()
    assert (told["added"], told["problems"]) == (1, [])
    assert admin.post(url, content=text, headers=name).json()["unchanged"] == 1
    assert not [path for path in folder.rglob("*") if path.is_file() and marker.encode() in path.read_bytes()]
    listed = admin.get("/admin/api/documents").json()
    (document,) = [d for d in listed["documents"] if d["source"] == "lamp ü.md"]
    assert (document["collection"], document["labels"]) == ("lamps", ["public"])
    ask = {"question": f"How many watts has the bulb of the {marker} lamp?"}
    headers = {"Authorization": f"Bearer {key}"}
    assert "7 watts" in httpx.post(f"{server.base}/v1/ask", json=ask, headers=headers, timeout=60).json()["answer"]
    assert admin.delete(f"/admin/api/documents/{document['id']}").status_code == 204
    assert admin.delete(f"/admin/api/documents/{document['id']}").status_code == 404
    gone = httpx.post(f"{server.base}/v1/ask", json=ask, headers=headers, timeout=60).json()
    assert "7 watts" not in gone["answer"]
    record = [r for r in server.services.assistant.vault.audit.records() if r.kind == "erase"][-1].record
    assert record["principal"] == "ann"


def test_bad_uploads_are_told_in_words(server: Running, admin: httpx.Client) -> None:
    def problem(name: str, content: bytes) -> str:
        answer = admin.post("/admin/api/documents", content=content, headers={"X-Filename": name})
        return str(answer.json()["problems"][0]["reason"])

    assert "no reader" in problem("x.exe", b"MZ")
    assert "empty" in problem("x.md", b"")
    assert problem("x.pdf", b"%PDF-1.7 broken")

    def code(name: str, query: str = "") -> str:
        answer = admin.post(f"/admin/api/documents{query}", content=b"x", headers={"X-Filename": name})
        return str(answer.json()["error"]["code"])

    assert code("../../etc/passwd") == "bad_name"
    assert code("") == "bad_name"
    assert code("a%0Ab.md") == "bad_name"
    assert code("a.md", "?label=nothing") == "bad_label"
    assert code("a.md", "?collection=a/b") == "bad_collection"
    with serving(server.services.assistant, upload_bytes=1024) as small, log_in(small.base, "ann") as client:
        answer = client.post("/admin/api/documents", content=b"x" * 2000, headers={"X-Filename": "a.md"})
        assert answer.status_code == 413


def test_policy_audit_and_overview_are_told(server: Running, admin: httpx.Client) -> None:
    policy = admin.get("/admin/api/policy").json()
    assert policy["id"] == "customer-service"
    assert any("Nobody sees anything" in sentence for sentence in policy["sentences"])
    audit = admin.get("/admin/api/audit").json()
    assert audit["ok"] is True
    assert audit["last"][0]["seq"] > audit["last"][-1]["seq"]
    assert len(audit["last"]) <= 100
    overview = admin.get("/admin/api/overview").json()
    assert overview["ready"] is True
    assert overview["policy"]["id"] == "customer-service"
    access = admin.get("/admin/api/access").json()
    assert "secret" not in str(access["sites"])
    assert access["integrity"].startswith("sha384-")


def test_reports_are_shown_without_scripts_and_nothing_beside_them(
    server: Running, admin: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (tmp_path / "outside.json").write_text("{}")
    (reports / "answers.json").write_text('{"metrics": {}}')
    (reports / "fairness.html").write_text("<script>alert(1)</script><h1>Fairness</h1>")
    (reports / "link.json").symlink_to(tmp_path / "outside.json")
    monkeypatch.setenv("ASSISTANT_REPORTS", str(reports))
    listed = {row["name"] for row in admin.get("/admin/api/reports").json()["reports"]}
    assert listed == {"answers.json", "fairness.html"}
    shown = admin.get("/admin/reports/fairness.html")
    assert shown.headers["content-security-policy"].startswith("sandbox;")
    assert admin.get("/admin/reports/answers.json").json() == {"metrics": {}}
    for name in ("link.json", "..%2foutside.json", "nothing.json"):
        assert admin.get(f"/admin/reports/{name}").status_code == 404
    assert httpx.get(f"{server.base}/admin/reports/answers.json").status_code == 401


def test_logging_out_ends_the_session(server: Running) -> None:
    with log_in(server.base, "ann") as client:
        cookie = dict(client.cookies)
        assert client.post("/admin/api/logout").status_code == 204
        assert httpx.get(f"{server.base}/admin/api/me", cookies=cookie).status_code == 401
