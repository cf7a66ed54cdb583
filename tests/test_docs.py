"""The commands of the documents are run, in their order, as somebody would who follows the page; those that are not say why.

A command line is what stands in an indented block, or in a fenced one without a language or of a shell, of README, CONTRIBUTING and
docs. A new one that is neither run nor named here fails the test.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = ("assistant", ".venv/bin/assistant", "make", "pip", "python", "python3", "ray", "curl", "export", "unshare", "systemd-run",
            "printf", "git", "npm", "docker", "sudo", "tools/", "bash", "sh ", "apt", "uv ", "java", "openssl", "softhsm")  # fmt: skip
#: What is not run here, by how the line begins, and why.
NOT_RUN = {
    "assistant eval calibrate --data reviewed.jsonl": "asks a site's own reviewed questions, which a checkout lacks",
    "make ": "sets the whole repository up, or runs these very tests; CI calls them",
    "export ASSISTANT_PASSPHRASE": "sets the environment, which the test sets",
    ".venv/bin/assistant models pull": "fetches what the tests already have",
    ".venv/bin/assistant tui": "needs a terminal: tests/frontends/tui/test_ending.py runs it in one",
    ".venv/bin/assistant serve": "serves until it is stopped: tests/frontends/web/test_running.py",
    "assistant serve   ": "serves until it is stopped: tests/frontends/web/test_running.py",
    "python page.py": "serves until it is stopped: tests/frontends/web/test_widget.py runs it with a server",
    ".venv/bin/assistant fairness audit": "takes forty minutes: tests/fairness runs its parts",
    "assistant fairness audit": "takes minutes to forty, or data that is not shipped: tests/fairness runs its parts",
    "assistant tune": "takes an hour or data of one's own: tests/tune runs each step in small",
    "ray ": "starts a cluster",
    "assistant batch summarize /shared": "needs a cluster: tests/batch runs the engine on this machine",
    "unshare ": "needs the right to make name spaces",
    "systemd-run ": "needs a user manager",
    "python -m bench": "measures for minutes",
}  # fmt: skip
RUNS = re.compile(r"(?:\.venv/bin/)?assistant |python tools/|export \w+=\$\(assistant ")
#: What only a shell understands: such lines, and scripts, are run by one.
SHELL = re.compile(r"[|<>$;&`~*]")
CODE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> Iterator[list[str]]:
    """The command lines of a page, block by block, in order."""
    text = page.read_text(encoding="utf-8")
    fenced = [(m.start(), m[2]) for m in CODE.finditer(text) if m[1] in ("", "bash", "sh", "console")]
    rest = CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    indented = [(m.start(), m[0]) for m in re.finditer(r"(?:^ {4}\S.*\n)+", rest, re.MULTILINE)]
    for _, block in sorted(fenced + indented):
        if lines := [line.strip() for line in block.splitlines() if line.strip().startswith(PROGRAMS)]:
            yield lines


def commands(page: Path) -> list[str]:
    """The command lines of a page, in order."""
    return [line for block in blocks(page) for line in block]


def why_not(line: str) -> str:
    return next((why for begin, why in NOT_RUN.items() if line.startswith(begin) or line == begin.strip()), "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_known_to_run_or_says_why_not(page: Path) -> None:
    unknown = [line for line in commands(page) if not why_not(line) and not RUNS.match(line)]
    assert not unknown, "run these in the test below, or say in NOT_RUN why not"


def test_no_reason_is_left_over() -> None:
    lines = [line for page in PAGES for line in commands(page)]
    unused = [begin for begin in NOT_RUN if not any(line.startswith(begin) or line == begin.strip() for line in lines)]
    assert not unused, "no page has these any more"


def _site(folder: Path) -> None:
    """What the pages speak of: guidelines, records, help pages, a note, a schema, a stream."""
    packs = ROOT / "domains"
    (folder / "guidelines").mkdir()
    shutil.copy(next((packs / "healthcare").rglob("*warfarin*.md")), folder / "guidelines")
    (folder / "help").mkdir()
    shutil.copy(next((packs / "customer-service").rglob("returns-policy.md")), folder / "help")
    shutil.copytree(packs / "healthcare" / "fhir", folder / "exports")
    (folder / "tools").symlink_to(ROOT / "tools")
    (folder / "note.txt").write_text("Mr John Carter, born 04/12/1961, MRN 48213377, was seen on the ward.\n")
    batch = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    (folder / "fields.yaml").write_text(re.findall(r"```yaml\n(.*?)```", batch, re.DOTALL)[0], encoding="utf-8")
    observation = (
        '{"resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "Patient/p1"}, "code": {"coding": '
        '[{"system": "http://loinc.org", "code": "8867-4"}]}, "effectiveDateTime": "2026-01-05T10:00:00Z", '
        '"valueQuantity": {"value": 80, "unit": "/min", "code": "/min", "system": "http://unitsofmeasure.org"}}\n'
    )
    (folder / "observations.ndjson").write_text(observation)


RUN = [page for page in PAGES if any(not why_not(line) for line in commands(page))]


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_the_commands_of_a_page_run(page: Path, models: Path, tmp_path: Path) -> None:
    _site(tmp_path)
    env = os.environ | {
        "ASSISTANT_PASSPHRASE": "correct horse battery staple", "ASSISTANT_PASSWORD": "a long enough password",
        "ASSISTANT_NEW_PASSWORD": "a long enough password", "ASSISTANT_USER": "", "ASSISTANT_HOME": str(tmp_path / "home"),
        "ASSISTANT_MODELS": str(models.resolve()), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    env.pop("ASSISTANT_VAULT", None)
    # A block that does not make a vault speaks of one that is there; one that does begins anew.
    domain = "customer-service" if page.name == "web.md" else "healthcare"
    _run(f"assistant init --domain {domain}", tmp_path, env)
    for n, block in enumerate(blocks(page)):
        if any(" init" in line for line in block):
            env |= {"ASSISTANT_HOME": str(tmp_path / f"home-{n}"), "ASSISTANT_USER": ""}
        for line in block:
            if not why_not(line):
                done = _run(line.replace(".venv/bin/assistant", "assistant"), tmp_path, env)
                assert done.returncode == 0, f"{line}\n{done.stdout[-800:]}\n{done.stderr[-800:]}"
                if "users add" in line:
                    env["ASSISTANT_USER"] = "ann"


def _run(line: str, folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    if line.startswith("assistant ") and not SHELL.search(line):
        return _run_here(shlex.split(line, comments=True)[1:], folder, env)
    told = f'assistant() {{ "{sys.executable}" -m assistant "$@"; }}; python() {{ "{sys.executable}" "$@"; }}; {line}'
    return subprocess.run(["bash", "-c", told], cwd=folder, env=env, capture_output=True, text=True, timeout=240)


def _run_here(words: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The command as `python -m assistant` runs it, without a start of Python, which would take most of the test's time."""
    from assistant.frontends.cli import run
    from assistant.privacy.egress import install_guard

    install_guard()
    out, talk = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, env, clear=True), contextlib.chdir(folder), redirect_stdout(out), redirect_stderr(talk):
        code = run(words)
    return subprocess.CompletedProcess(words, code, out.getvalue(), talk.getvalue())
