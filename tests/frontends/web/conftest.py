"""One vault with the customer-service pack's public documents, one server over it, one browser for the module."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.config import shipped
from assistant.facade import Assistant
from assistant.vault.keys import KdfCost, Secret
from assistant.wiring import assemble, create_vault
from tests.frontends.web.support import HostPage, Running, Site, hosting, serving, wait_ready

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSWORD = "a password of some length"
# What an attacker who can get a document in would write, and what must come out as plain text.
HOSTILE = (
    "# Cushion <img src=x onerror=window.pwned=1> cleaning\n\n"
    'The <b>Cumulus</b> cushion <script>window.pwned=1</script> is washed at 30 degrees with "mild" soap & water.\n'
)
FILES = ("delivery.md", "returns-policy.md", "tarn-kettle-care.md", "gift-cards.md", "warranty.md")


@pytest.fixture(scope="session")
def web_assistant(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("web")
    documents = folder / "public"
    documents.mkdir()
    for name in FILES:
        shutil.copy(shipped("domains") / "customer-service" / "documents" / "public" / name, documents / name)
    (documents / "cushion.md").write_text(HOSTILE)
    (folder / "secret.md").write_text("# Goodwill\n\nThe goodwill limit of an agent is 41 crowns per order.\n")
    vault = create_vault(
        folder / "vault", Secret.passphrase("a long passphrase"), policy=None, domain="customer-service", kdf=CHEAP
    )
    vault.add_user("ann", PASSWORD, ["admin"], kdf=CHEAP)
    vault.add_user("pat", PASSWORD, ["privacy-officer"], kdf=CHEAP)
    vault.add_user("sam", PASSWORD, ["agent"], kdf=CHEAP)
    vault.add_user("olga", PASSWORD, ["erasure-officer"], kdf=CHEAP)
    vault.add_user("sue", PASSWORD, ["supervisor"], kdf=CHEAP)
    made = assemble(vault, engine="extractive")
    made.ingest([documents], labels=frozenset({"public"}))
    made.ingest([folder / "secret.md"], labels=frozenset({"internal"}))
    yield made
    made.close()


@pytest.fixture(scope="session")
def server(web_assistant: Assistant) -> Iterator[Running]:
    with serving(
        web_assistant, rate_session=_rate(600, 200), rate_ip=_rate(6000, 2000), rate_login=_rate(600, 200)
    ) as running:
        wait_ready(running.base)
        yield running


@pytest.fixture(scope="session")
def page(server: Running) -> Iterator[HostPage]:
    with hosting(HostPage()) as hosted:
        yield hosted


@pytest.fixture(scope="session")
def site(server: Running, page: HostPage, web_assistant: Assistant) -> Site:
    policy = web_assistant.gate.policy
    secret = server.services.access.add_site("shop", [page.origin], ["customer"], policy)
    return Site("shop", secret, page.origin)


@pytest.fixture(scope="session")
def key(server: Running, web_assistant: Assistant) -> str:
    return server.services.access.add_key("program", ["agent"], web_assistant.gate.policy)


@pytest.fixture
def held(web_assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The assistant answers nothing until this is set: so a queue can be looked at."""
    go, real = threading.Event(), web_assistant.stream

    def waiting(*args: Any, **more: Any) -> Iterator[Any]:
        go.wait(60)
        yield from real(*args, **more)

    monkeypatch.setattr(web_assistant, "stream", waiting)
    yield go
    go.set()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    if not chromium.is_file():
        pytest.skip("no Chromium at /usr/bin/chromium (set CHROMIUM to another one)")
    switches = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    with sync_api.sync_playwright() as play:
        launched = play.chromium.launch(executable_path=str(chromium), args=[*switches.split(), "--no-first-run"])
        yield launched
        launched.close()


def _rate(per_minute: float, burst: int) -> Any:
    from assistant.frontends.web.limits import Rate

    return Rate(per_minute, burst)
