"""Health, figures, log, TLS, proxies and the server's end."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from assistant.facade import Assistant
from tests.frontends.web.support import QUESTION, Running, Site, ask, events, serving, wait_until

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_health_readiness_and_figures(server: Running) -> None:
    assert httpx.get(f"{server.base}/healthz").json() == {"status": "alive"}
    assert httpx.get(f"{server.base}/readyz").json() == {"status": "ready"}
    text = httpx.get(f"{server.base}/metrics").text
    for name in ("assistant_http_requests_total", "assistant_queue_waiting", "assistant_resident_bytes"):
        assert name in text
    assert "delivery" not in text.lower()


def test_the_log_holds_no_text(server: Running, site: Site) -> None:
    marker = "zebrafinch"
    ask(server, site, f"How long does a {marker} delivery take?")
    httpx.get(f"{server.base}/admin/api/documents/{marker}")
    httpx.get(f"{server.base}/{marker}?q={marker}", headers={"User-Agent": marker})
    lines = server.lines()
    assert any(line["event"] == "request" and line["route"] == "widget_ask" for line in lines)
    assert any(line["event"] == "answer" and line["front"] == "widget" for line in lines)
    assert marker not in server.log.getvalue()
    assert "127.0.0.1" not in server.log.getvalue()


def test_an_unexpected_error_tells_nothing(server: Running, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **more: Any) -> Any:
        raise RuntimeError("the patient Maria Lopez")

    monkeypatch.setattr(server.services.assistant, "stream", broken)
    happened = ask(server, site)
    assert happened[-1] == ("failed", {"status": 500, "code": "internal", "message": "the answer failed"})
    monkeypatch.setattr(server.services.sessions, "get", broken)
    answer = httpx.post(f"{server.base}/widget/v1/ask", json={"question": QUESTION}, headers=site.headers())
    assert answer.status_code == 500
    assert "Lopez" not in answer.text + server.log.getvalue()
    assert any(line.get("kind") == "RuntimeError" for line in server.lines())


def test_waiting_questions_are_let_go_at_the_end_and_the_one_in_hand_is_finished(
    web_assistant: Assistant, site: Site, held: threading.Event
) -> None:
    texts: list[str] = []
    with serving(web_assistant) as server:

        def one(n: int) -> None:
            url = f"{server.base}/widget/v1/ask"
            body = {"question": f"How long is the warranty of {n + 2} kettles?"}
            texts.append(httpx.post(url, json=body, headers=site.headers(), timeout=60).text)

        threads = [threading.Thread(target=one, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        wait_until(lambda: server.in_loop(lambda: server.services.runs.queue.waiting) == 2)
        threading.Timer(0.5, held.set).start()
    for thread in threads:
        thread.join(60)
    ends = sorted(events(text)[-1][0] for text in texts)
    assert ends == ["failed", "failed", "finished"]
    assert all("stopping" in text for text in texts if "failed" in text.split("event: ")[-1])


def test_https_with_a_generated_certificate(web_assistant: Assistant) -> None:
    import ssl

    from assistant.frontends.web.tls import certificate

    with serving(web_assistant, self_signed=True) as server:
        trust = ssl.create_default_context(cadata=certificate(web_assistant.vault).decode())
        answer = httpx.get(f"{server.base}/healthz", verify=trust)
        assert answer.json() == {"status": "alive"}
        assert "max-age" in answer.headers["strict-transport-security"]
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.base}/healthz")


def test_a_trusted_proxy_tells_the_client(web_assistant: Assistant) -> None:
    with serving(web_assistant, trust_proxy=True) as server:
        far = {"X-Forwarded-For": "127.0.0.1, 203.0.113.7", "X-Forwarded-Proto": "https"}
        answer = httpx.get(f"{server.base}/metrics", headers=far)
        # The client is not on this machine, whatever it says in front of the proxy's own entry.
        assert answer.status_code == 401
        assert "strict-transport-security" in answer.headers
    with serving(web_assistant) as plain:
        assert httpx.get(f"{plain.base}/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200
