"""The parts that need no server: queue, limits, origins, figures, certificate, logins."""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.web.access import AccessBook, Site, origin_of
from assistant.frontends.web.fair_queue import FairQueue, Overloaded, Place
from assistant.frontends.web.limits import Limiter, Rate
from assistant.frontends.web.logins import Logins
from assistant.frontends.web.logs import Log
from assistant.frontends.web.options import ServeOptions
from assistant.frontends.web.tls import own_context, self_signed_context
from assistant.policy.model import load_policy
from assistant.types import Principal
from assistant.vault.keys import KdfCost, Secret
from assistant.vault.store import Vault

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


@pytest.fixture
def vault(tmp_path: Path):
    made = Vault.create(tmp_path / "vault", Secret.passphrase("a long passphrase"), kdf=KdfCost(64, 1, 1))
    yield made
    made.close()


# ---------------------------------------------------------------- queue


def test_clients_take_turns_and_hear_their_positions() -> None:
    async def run() -> None:
        queue = FairQueue(1, 10)
        heard: dict[str, list[int]] = {}
        places: dict[str, Place] = {}
        for name in ("a1", "a2", "a3", "b1", "c1"):
            places[name] = queue.join(name[0], lambda n, name=name: heard.setdefault(name, []).append(n), most=3)
        # a1 runs; of the rest each client comes once before a comes again.
        assert {name: positions[-1] for name, positions in heard.items()} == {
            "a1": 0,
            "a2": 1,
            "b1": 2,
            "c1": 3,
            "a3": 4,
        }
        order = ["a1"]
        while queue.running:
            queue.leave(places[order[-1]], 1.0)
            order += [name for name, place in places.items() if place.position == 0 and name not in order]
        assert order == ["a1", "a2", "b1", "c1", "a3"]
        # Nobody is moved back by those who come later, but for a client's own later questions.
        assert heard["b1"] == [2, 1, 0]
        assert heard["c1"] == [3, 2, 1, 0]

    asyncio.run(run())


def test_the_queue_is_bounded_for_all_and_for_each() -> None:
    async def run() -> None:
        queue = FairQueue(1, 3)
        first = queue.join("a", lambda n: None, most=2)
        for _ in range(2):
            queue.join("a", lambda n: None, most=2)
        with pytest.raises(Overloaded):
            queue.join("a", lambda n: None, most=2)
        waiting = queue.join("b", lambda n: None, most=2)
        with pytest.raises(Overloaded) as full:
            queue.join("c", lambda n: None, most=2)
        assert full.value.retry_after >= 1
        # Who gives up makes room; leaving twice changes nothing.
        queue.leave(waiting)
        queue.leave(waiting)
        assert (queue.waiting, queue.running) == (2, 1)
        queue.join("c", lambda n: None, most=2)
        queue.leave(first, 0.5)
        assert (queue.waiting, queue.running) == (2, 1)

    asyncio.run(run())


def test_turns_of_one_conversation_never_run_at_once() -> None:
    async def run() -> None:
        queue = FairQueue(3, 10)
        one = queue.join("a", lambda n: None, most=5)
        two = queue.join("a", lambda n: None, most=5)
        other = queue.join("b", lambda n: None, most=5)
        assert (one.position, two.position, other.position) == (0, 1, 0)
        many = [queue.join("key", lambda n: None, most=5, alone=False) for _ in range(2)]
        assert [place.position for place in many] == [0, 2]
        queue.leave(one)
        assert two.position == 0

    asyncio.run(run())


# ---------------------------------------------------------------- limits


def test_a_bucket_empties_and_fills() -> None:
    now = [0.0]
    limiter = Limiter(Rate(60, 3), lambda: now[0])
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 0]
    assert limiter.take("a") == pytest.approx(1.0)
    assert limiter.peek("a") == pytest.approx(1.0)
    assert limiter.take("b") == 0
    now[0] = 1.0
    assert limiter.peek("a") == 0
    assert limiter.take("a") == 0
    assert limiter.take("a") > 0


def test_a_rate_is_written_with_or_without_burst() -> None:
    assert Rate.parse("60") == Rate(60, 20)
    assert Rate.parse("60/5") == Rate(60, 5)
    for wrong in ("", "0", "x", "10/0", "-3"):
        with pytest.raises(ValueError):
            Rate.parse(wrong)


# ---------------------------------------------------------------- sites, keys, options


def test_origins_are_exact() -> None:
    assert origin_of("https://www.Example.org/") == "https://www.example.org"
    assert origin_of("https://www.example.org:443") == "https://www.example.org"
    assert origin_of("http://127.0.0.1:8080") == "http://127.0.0.1:8080"
    assert origin_of("http://[::1]:80") == "http://[::1]"
    for wrong in (
        "*",
        "https://*.example.org",
        "example.org",
        "https://a.b/c",
        "ftp://a.b",
        "https://u@a.b",
        "null",
        "",
    ):
        with pytest.raises(UsageError):
            origin_of(wrong)


def test_the_book_keeps_secrets_in_the_vault_and_keys_as_hashes(vault: Vault) -> None:
    policy = load_policy("customer-service")
    book = AccessBook(vault)
    assert book.allowed_origins() == frozenset()
    secret = book.add_site("shop", [ORIGIN, "http://[::1]:8080"], ["customer"], policy)
    key = book.add_key("program", ["agent"], policy)
    assert AccessBook(vault).sites["shop"].secret == secret
    assert key not in (vault.get("web.keys") or "")
    assert vault.scan(key.encode()) == 0
    found = book.key_of(key)
    assert found is not None
    assert found.principal == Principal("key:program", frozenset({"agent"}))
    assert book.key_of(key + "x") is None
    assert book.key_of("") is None
    assert secret not in json.dumps(book.listed())
    for name, origins, roles in (
        ("shop", [ORIGIN], ["customer"]), ("UPPER", [ORIGIN], ["customer"]), ("b", [], ["customer"]),
        ("b", [ORIGIN], []), ("b", [ORIGIN], ["nobody"]),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            book.add_site(name, origins, roles, policy)
    book.revoke("shop")
    assert book.allowed_origins() == frozenset()
    with pytest.raises(UsageError):
        book.revoke("shop")
    kinds = [record.kind for record in vault.audit.records()]
    assert kinds.count("web.site") == kinds.count("web.key") == kinds.count("web.revoke") == 1


def test_plain_http_is_for_loopback_only() -> None:
    assert not ServeOptions(host="127.0.0.1").tls
    assert not ServeOptions(host="::1").tls
    for host in ("0.0.0.0", "::", "192.168.1.4"):
        with pytest.raises(UsageError, match="loopback"):
            ServeOptions(host=host)
        assert ServeOptions(host=host, self_signed=True).tls
    with pytest.raises(UsageError):
        ServeOptions(host="example.org", self_signed=True)
    with pytest.raises(UsageError):
        ServeOptions(tls_cert=Path("a.pem"))


# ---------------------------------------------------------------- certificate


def test_the_generated_certificate_stays_and_its_key_never_lies_on_the_disk(vault: Vault) -> None:
    first, fingerprint = self_signed_context(vault, ["localhost", "127.0.0.1"])
    again, same = self_signed_context(vault, ["127.0.0.1", "localhost"])
    assert isinstance(first, ssl.SSLContext)
    assert isinstance(again, ssl.SSLContext)
    assert fingerprint == same
    assert first.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert self_signed_context(vault, ["other.example"])[1] != fingerprint
    assert not list(vault.folder.glob("tls-*"))
    assert b"PRIVATE KEY" not in b"".join(path.read_bytes() for path in vault.folder.iterdir() if path.is_file())


def test_unusable_certificates_are_told(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="cannot be used"):
        own_context(tmp_path / "c.pem", tmp_path / "c.pem")


# ---------------------------------------------------------------- log, figures, logins


def test_a_failure_is_logged_without_its_message() -> None:
    stream = io.StringIO()
    try:
        raise ValueError("the patient Maria Lopez")
    except ValueError as error:
        Log(stream).failure("answer", error)
    line = json.loads(stream.getvalue())
    assert line["kind"] == "ValueError"
    assert line["place"].startswith("test_parts.py:")
    assert "Lopez" not in stream.getvalue()


def test_a_login_ends_by_idleness_and_by_time() -> None:
    now = [0.0]
    logins = Logins(idle=900, clock=lambda: now[0])
    cookie, login = logins.begin(Principal("ann", frozenset({"admin"})))
    assert logins.find(cookie) is login
    assert logins.find(cookie + "x") is None
    assert login.permits(login.csrf)
    assert not login.permits("")
    now[0] = 901.0
    assert logins.find(cookie) is None
    cookie, _ = logins.begin(Principal("ann", frozenset({"admin"})))
    for _ in range(40):
        now[0] += 800
        logins.find(cookie)
    assert logins.find(cookie) is None
