"""First use of every recognizer, under a resolver and sockets that record: nobody asks the network for anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import os, socket, sys, _socket
seen = []
def record(event, args):
    # urllib3 tries whether ::1 can be bound when it is imported: local, no packet.
    if event == "socket.bind" and args[1][0] in ("::1", "127.0.0.1"):
        return
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        seen.append((event, str(args)[:80]))
sys.addaudithook(record)
from assistant.privacy.egress import attempts, install_guard
install_guard(frozenset())
from assistant.packs.pack import list_packs, load_pack
from assistant.privacy.redact import build_redactor
text = ("Patient: Ann Lee, DOB 1960-01-02, SSN 219-09-9999, ann.lee@example.co.uk, call (415) 555-0100, card 4111 1111 1111 1111, "
        "GB82 WEST 1234 5698 7654 32, http://www.example.com/?user=ann, 203.0.113.9, NPI 1234567893, Sm9obiBKb2huc29u, lives in Leeds")
for pack in list_packs():
    redactor = build_redactor(load_pack(pack))
    redactor.redact(text, "pseudonym", "s")
    for operator in ("mask", "hash", "remove", "replace", "generalize", "date_shift"):
        redactor.redact(text, operator, "s")
    redactor.find("nothing here", None)
if len(sys.argv) > 1:
    from assistant.privacy.stock import stock_analyzer
    stock_analyzer().analyze(text, language="en")
assert not attempts() and not seen, (attempts(), seen)
assert not {"torch", "transformers"} & set(sys.modules)
assert not list(os.scandir(os.environ["HOME"])), "something was written to HOME"
"""


def run(home: Path, models: Path, *arguments: str) -> None:
    environment = {
        "HOME": str(home),
        "ASSISTANT_MODELS": str(models.resolve()),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path.cwd()),
    }
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_first_use_makes_no_attempt(models: Path, tmp_path: Path) -> None:
    run(tmp_path, models)


def test_stock_presidio_for_comparison_makes_none_either(models: Path, tmp_path: Path) -> None:
    run(tmp_path, models, "stock")
