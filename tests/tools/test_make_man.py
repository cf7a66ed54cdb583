"""The man pages and completions are those of the commands, and roff has no objection to them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.make_man import SHARE, files


def test_they_are_current() -> None:
    there = {
        str(path.relative_to(SHARE)): path.read_text(encoding="utf-8") for path in SHARE.rglob("*") if path.is_file()
    }
    assert there == files(), "run tools/make_man.py"


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not here")
def test_roff_reads_every_page_without_a_warning() -> None:
    for page in sorted((SHARE / "man" / "man1").iterdir()):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", str(page)], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), page.name


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_the_completion_completes_commands_and_options() -> None:
    script = SHARE / "bash-completion" / "completions" / "assistant"
    for words, wanted in (("assistant ga", "gaps"), ("assistant ask --as-", "--as-typed")):
        count = len(words.split()) - 1
        told = (
            f"source {script}; COMP_WORDS=({words}); COMP_CWORD={count}; _assistant_completion assistant; "
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(["bash", "-c", told], capture_output=True, text=True, env=os.environ | {"PATH": path})
        assert wanted in done.stdout.split(), done.stderr
