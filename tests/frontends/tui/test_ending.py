"""How the terminal is left: a real one (a pseudo-terminal), the real command, ended from outside."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(ward: str, number: signal.Signals) -> None:
    above, below = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    command = [sys.executable, "-m", "assistant", "tui", "--vault", "vault"]
    child = subprocess.Popen(command, stdin=below, stdout=below, stderr=below, env=env, cwd=Path.cwd())
    os.close(below)
    try:
        drawn = _read(above, lambda text: b"Passphrase" in text, 60)
        assert b"\x1b[?1049h" in drawn, "it draws on a screen of its own"
        child.send_signal(number)
        left = _read(above, lambda text: False, 20)
        assert child.wait(20) == 128 + number
    finally:
        child.kill()
        os.close(above)
    for off in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l"):
        assert off in left, f"{off!r}: the screen, the cursor, the mouse or the pasting is not given back"
    assert b"Traceback" not in drawn + left


def _read(end: int, enough: object, seconds: float) -> bytes:
    """What comes until it is enough, the other end is closed or the time is up."""
    text, until = b"", time.monotonic() + seconds
    while time.monotonic() < until and not enough(text):  # type: ignore[operator]
        ready, _, _ = select.select([end], [], [], 0.2)
        if ready:
            try:
                some = os.read(end, 65536)
            except OSError:
                break
            if not some:
                break
            text += some
    return text
