"""The agent as its users meet it: real processes, real sockets, real signals."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import time
from pathlib import Path

import pytest

from assistant.frontends.agent import wire
from tests.frontends.agent.conftest import Site

QUESTION = "When is warfarin stopped before surgery?"


def socket_of(site: Site) -> str:
    found = list((site.runtime / "assistant").glob("*.sock"))
    assert len(found) == 1
    return str(found[0])


def line_to(site: Site) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(20)
    line.connect(socket_of(site))
    return line


def ends_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_commands_say_the_same_by_way_of_it(unlocked: Site) -> None:
    for command in (["docs", "list"], ["audit", "verify"], ["audit", "key"], ["docs", "list", "--role", "reader"]):
        there, here = unlocked.run(*command), unlocked.run(*command, "--passphrase-file", "/dev/null")
        assert here.returncode == 2, "without the agent there is no key"
        own = unlocked.run(*command, key=True, extra={"XDG_RUNTIME_DIR": "/nowhere"})
        assert (there.returncode, there.stdout, there.stderr) == (own.returncode, own.stdout, own.stderr), command


def test_an_answer_is_that_of_the_vault_and_its_record_names_the_agent(unlocked: Site) -> None:
    answer = unlocked.json("ask", QUESTION)
    assert answer["status"] == "extracted" and "5 days" in answer["answer"]
    spoken = unlocked.run("ask", "-", stdin=QUESTION)
    assert "5 days" in spoken.stdout and "Status: quoted" in spoken.stdout
    records = unlocked.json("audit", "show")["records"]
    answers = [record["record"] for record in records if record["kind"] == "answer"]
    assert len(answers) == 2 and {found["via"] for found in answers} == {"agent"}
    assert [record["kind"] for record in records if record["kind"].startswith("agent.")] == ["agent.unlocked"]
    own = unlocked.run("ask", QUESTION, "--engine", "llamacpp")
    assert own.returncode == 4 and "another engine" in own.stderr, "another engine is not its affair"


def test_what_other_processes_take_in_is_found(unlocked: Site) -> None:
    note = unlocked.vault.parent / "heparin.md"
    note.write_text("# Heparin\n\nHeparin is stopped 6 hours before elective surgery.\n", "utf-8")
    assert unlocked.run("ingest", str(note), "--label", "public", key=True).returncode == 0
    assert "6 hours" in unlocked.json("ask", "When is heparin stopped before surgery?")["answer"]


def test_errors_keep_their_exit_codes(unlocked: Site) -> None:
    assert unlocked.run("docs", "show", "nothing").returncode == 2
    assert unlocked.run("ask", QUESTION, "--role", "king").returncode == 3
    refused = unlocked.run("ask", QUESTION, "--policy", "no-such-policy", "--json")
    assert refused.returncode == 2 and json.loads(refused.stdout)["error"]["exit_code"] == 2


def test_garbage_and_silence_do_not_end_it(unlocked: Site) -> None:
    for raw in (b"", b"\xff" * 4000, struct.pack(">I", 1 << 31), struct.pack(">I", 5) + b"{", os.urandom(3000),
                struct.pack(">I", 2) + b"{}", struct.pack(">I", 24) + b'{"command":"vault rekey"}'):  # fmt: skip
        with line_to(unlocked) as line:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            try:
                while line.recv(4096):
                    pass
            except ConnectionError:
                pass
    quiet = [line_to(unlocked) for _ in range(6)]
    assert unlocked.json("docs", "list")["documents"]
    for line in quiet:
        line.close()


def test_a_client_that_leaves_ends_its_own_answer_only(unlocked: Site) -> None:
    from assistant import __version__

    with line_to(unlocked) as line:
        wire.send(line, {"version": __version__, "command": "ask", "values": {"question": QUESTION}})
    with line_to(unlocked) as line:
        wire.send(line, {"version": "another", "command": "docs list", "values": {}})
        assert "version" in str((wire.receive(line, 1000) or {})["decline"])
    assert unlocked.json("audit", "verify")["ok"]


@pytest.mark.parametrize("how", ["lock", "term"])
def test_locking_ends_it_within_two_seconds(fresh: Site, how: str) -> None:
    pid = fresh.json("vault", "status")["unlocked"]["pid"]
    if how == "lock":
        with line_to(fresh) as line:
            wire.send(line, {"command": "lock"})
            assert ends_within(pid, 2.0)
    else:
        os.kill(pid, signal.SIGTERM)
        assert ends_within(pid, 2.0)
    assert not list((fresh.runtime / "assistant").glob("*.sock"))
    assert fresh.run("docs", "list").returncode == 4
    records = fresh.json("audit", "show", key=True)["records"]
    reasons = [record["record"]["reason"] for record in records if record["kind"] == "agent.locked"]
    assert reasons == ["lock" if how == "lock" else "SIGTERM"]


def test_a_killed_agent_stands_in_nobody_s_way(fresh: Site) -> None:
    pid = fresh.json("vault", "status")["unlocked"]["pid"]
    os.kill(pid, signal.SIGKILL)
    assert ends_within(pid, 5.0)
    assert socket_of(fresh), "it could not tidy up"
    assert fresh.run("docs", "list").returncode == 4
    assert fresh.json("vault", "status", key=True)["unlocked"] is None
    again = fresh.run("unlock", "--engine", "extractive", key=True)
    assert again.returncode == 0, again.stderr
    assert fresh.json("docs", "list")["documents"]


def test_it_cannot_be_looked_into_and_its_environment_holds_no_key(unlocked: Site) -> None:
    pid = unlocked.json("vault", "status")["unlocked"]["pid"]
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert [line.split()[4] for line in limits.splitlines() if line.startswith("Max core")] == ["0"]
    if os.geteuid() == 0:  # others may not read it at all: it is not dumpable
        assert b"quiet words" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert b"quiet words" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert (site_mode := os.stat(socket_of(unlocked)).st_mode & 0o777) == 0o600, oct(site_mode)


def test_without_use_it_locks_by_itself(site: Site) -> None:
    done = site.run("unlock", "--engine", "extractive", "--idle", "0.02", "--json", key=True)
    assert done.returncode == 0, done.stderr
    assert ends_within(json.loads(done.stdout)["pid"], 10.0)
    records = site.json("audit", "show", key=True)["records"]
    assert [r["record"]["reason"] for r in records if r["kind"] == "agent.locked"] == ["idle"]
