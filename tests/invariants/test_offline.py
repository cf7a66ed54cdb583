"""No front end reaches beyond loopback, nor looks up a name, nor listens; an independent hook writes down every attempt."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.invariants.conftest import Site, made_site

# One identifier for each recognizer's first use: e-mail (public suffix list), URL, IP, card, IBAN, phone, name, date.
LOADED = (
    "Patient Maria Lopez, MRN 48213377, born 04/12/1961, mail maria.lopez@example.co.uk, https://example.org/x?id=1, 10.1.2.3, "
    "card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, phone (212) 555-0142, SSN 123-45-6789."
)


def attempts_outside(site: Site) -> list[str]:
    if not site.network_log.exists():
        return []
    lines = site.network_log.read_text().splitlines()
    inside = re.compile(
        r"'(?:127\.\d+\.\d+\.\d+|::1|localhost)'|^socket\.(?:connect|bind) \('[^']*\.sock'|^socket\.connect \(b?'/"
    )
    return [line for line in lines if not inside.search(line)]


@pytest.fixture(scope="module")
def filled(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One note in a vault; every attempt of every test goes to one log."""
    site = made_site(tmp_path_factory.mktemp("filled") / "site", models)
    note = site.root / "work" / "note.md"
    note.write_text(f"# Clinic hours\n\nThe clinic opens at nine on weekdays. {LOADED}\n")
    site.json("init")
    site.json("ingest", "note.md", "--label", "public")
    return site


@pytest.mark.slow
@pytest.mark.weights
def test_asking_and_redacting_touch_no_network(filled: Site) -> None:
    filled.json("ask", "When does the clinic open on weekdays?", "--policy", "base")
    filled.run("chat", "--policy", "base", stdin=f"{LOADED} When does it open?\n\n")
    redacted = filled.run("redact", "-", "--json", stdin=LOADED)
    assert redacted.returncode == 0, redacted.stderr
    assert "maria.lopez" not in redacted.stdout.lower()
    filled.run("summarize", "note.md")
    assert attempts_outside(filled) == []


def test_the_recorder_would_notice(site: Site) -> None:
    site.network_log.write_text(
        "socket.getaddrinfo ('publicsuffix.org', 443, 0, 0, 0)\nsocket.connect (('127.0.0.1', 80),)\n"
    )
    assert len(attempts_outside(site)) == 1


def listening(pid: int) -> list[str]:
    """Inodes of TCP sockets on which the process listens."""
    held = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(str(entry.readlink()))
        except OSError:
            continue
    rows = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if (fields[3] == "0A" or table.startswith("udp")) and f"socket:[{fields[9]}]" in held:
                rows.append(f"{table} {fields[1]}")
    return rows


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize("engine", ["llamacpp", "ctransformers"])
def test_a_running_chat_listens_nowhere(filled: Site, engine: str) -> None:
    process = filled.start("chat", "--policy", "base", "--engine", engine, stdin=subprocess.PIPE)
    seen: list[str] = []
    line = ""
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("When does the clinic open on weekdays?\n")
        process.stdin.flush()
        for line in process.stdout:
            seen += listening(process.pid)
            # The model's name is for the roles that the policy lets look behind an answer.
            if line.startswith("Status:"):
                break
        process.stdin.write("\n")
        process.stdin.close()
        process.stdout.read()
    assert process.returncode == 0
    assert line.startswith("Status:"), line
    assert seen == []
