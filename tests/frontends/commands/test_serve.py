"""`assistant serve` as a command: sites, keys, who may make them, the server's start and its end on SIGTERM."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.frontends.web.tokens import mint

pytestmark = [pytest.mark.weights, pytest.mark.slow]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def env(tmp_path: Path, models: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "ASSISTANT_HOME": str(tmp_path / "data"),
        "ASSISTANT_MODELS": str(models),
        "ASSISTANT_PASSPHRASE": "a long passphrase",
    }


def run(env: dict[str, str], *words: str, code: int = 0) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words], env=env, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if "--json" in words and code == 0 else done.stderr


def test_from_an_empty_vault_to_an_answer_and_an_orderly_end(env: dict[str, str], tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Parcels\n\nA parcel takes three to five days.\n")
    run(env, "init", "--domain", "customer-service")
    run(env, "ingest", str(note), "--label", "public")
    assert "loopback" in run(env, "serve", "--host", "0.0.0.0", code=2)
    origin = "https://www.example.org"
    secret = run(env, "serve", "new-site", "shop", "--origin", origin, "--role", "customer", "--json")["secret"]
    key = run(env, "serve", "new-key", "program", "--role", "agent", "--json")["key"]
    listed = json.dumps(run(env, "serve", "access", "--json"))
    assert origin in listed
    assert secret not in listed
    assert key not in listed
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0", "--engine", "extractive"],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    assert process.stderr is not None
    reader = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    reader.start()
    try:
        end = time.monotonic() + 60
        while not (found := re.search(r"at (http://127\.0\.0\.1:\d+)", "".join(said))) and time.monotonic() < end:
            time.sleep(0.05)
        assert found, "".join(said)
        base = found.group(1)
        assert "integrity=" in "".join(said)
        headers = {"Authorization": f"Bearer {mint('shop', secret, origin)}", "Origin": origin}
        question = {"question": "How long does a parcel take?"}
        answer = httpx.post(f"{base}/widget/v1/ask", json=question, headers=headers, timeout=120)
        assert "three to five days" in answer.text
        # Taken back by another process, refused by this one soon after.
        run(env, "serve", "revoke", "program")
        program = {"Authorization": f"Bearer {key}"}
        while httpx.get(f"{base}/v1/models", headers=program).status_code != 401:
            assert time.monotonic() < end
            time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    reader.join(10)
    assert code == 0
    assert '"event": "stopped"' in said[-1]
    assert "parcel" not in "".join(said).lower()
    with process:
        assert process.stdout is not None
        assert process.stdout.read() == ""
    # The vault was closed in order: no write-ahead log is left behind.
    assert not list((tmp_path / "data" / "vault").glob("*-wal"))


def test_the_doctor_of_a_site_is_a_command(env: dict[str, str], tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Returns\n\nYou have 30 days to return an unused item.\n")
    run(env, "init", "--domain", "customer-service")
    run(env, "ingest", str(note), "--label", "internal")
    run(env, "serve", "new-site", "shop", "--origin", "http://shop.example", "--role", "customer")
    assert "sites: shop" in run(env, "serve", "doctor", "--site", "stop", "--engine", "extractive", code=2)
    words = [sys.executable, "-m", "assistant", "serve", "doctor", "--site", "shop", "--engine", "extractive", "--json"]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, timeout=240)
    told = json.loads(done.stdout)
    found = {one["what"]: one["state"] for one in told["findings"]}
    # The role sees nothing, the origin is not encrypted, and no page was named.
    assert found == {
        "documents": "wrong", "origin": "wrong", "page": "unseen", "token route": "unseen", "questions": "wrong",
    }  # fmt: skip
    assert (done.returncode, told["wrong"]) == (1, 3)


def test_once_there_are_users_only_an_admin_gives_access(env: dict[str, str]) -> None:
    run(env, "init", "--domain", "customer-service")
    run({**env, "ASSISTANT_NEW_PASSWORD": "one long password"}, "users", "add", "ann", "--role", "admin")
    run(env, "serve", "new-key", "program", "--role", "agent", code=4)
    ann = {**env, "ASSISTANT_USER": "ann", "ASSISTANT_PASSWORD": "one long password"}
    assert run(ann, "serve", "new-key", "program", "--role", "agent", "--json")["key"].startswith("sk-local-")


def test_the_server_ends_in_time_whatever_it_is_doing(env: dict[str, str], tmp_path: Path) -> None:
    """A long text is being taken in when the end is asked for: the process is gone in time and the vault whole."""
    run(env, "init", "--domain", "customer-service")
    run({**env, "ASSISTANT_NEW_PASSWORD": "ann's own words"}, "users", "add", "ann", "--role", "admin")
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0", "--engine", "extractive"],
        env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said: list[str] = []
    assert process.stderr is not None
    listener = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    listener.start()
    try:
        end = time.monotonic() + 120
        while not (found := re.search(r"at (http://127\.0\.0\.1:\d+)", "".join(said))) and time.monotonic() < end:
            time.sleep(0.05)
        assert found, "".join(said)
        client = httpx.Client(base_url=found.group(1), timeout=120)
        login = client.post("/admin/api/login", json={"name": "ann", "password": "ann's own words"})
        client.headers["X-CSRF-Token"] = login.json()["csrf"]
        line = "Part {} of the manual says that lamps are cleaned with a dry cloth and never with water. "
        text = "\n\n".join(line.format(n) * 4 for n in range(80_000)).encode()

        ended = threading.Event()

        def send() -> None:
            with contextlib.suppress(httpx.HTTPError):
                client.post("/admin/api/documents", content=text, headers={"X-Filename": "long.txt"})
            ended.set()

        threading.Thread(target=send, daemon=True).start()
        time.sleep(4)
        assert not ended.is_set(), "the long text was to be on its way in"
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        assert time.monotonic() - begun < 22
    finally:
        process.kill()
        process.wait()
        listener.join(10)
        process.stderr.close()
        client.close()
    assert run({**env, "ASSISTANT_USER": "ann"}, "vault", "status", "--verify", "--json")["integrity"] == ["ok"]
