"""What `ask` prints: a sealed answer in words, nothing that is taken back, workings for those alone whom the policy names."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.frontends.cli import run
from tests.frontends.test_continuing import SHIPPED, shop  # noqa: F401 - the fixture

QUESTION = "Within how many days may a lamp be returned?"


def _printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert run(["ask", *words, "--engine", "extractive"]) == 0
    return capsys.readouterr().out


def test_an_answer_is_told_in_words(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    told = _printed(capsys, QUESTION)
    assert told.startswith("A lamp may be returned within 30 days. [1]\n")
    assert "Status: quoted" in told and '[1] Lamps: "A lamp may be returned' in told
    for working in (" ms)", "audit ", "Model:", "query/", "answer/", "(0."):
        assert working not in told


def test_how_a_misspelt_question_was_read_and_taken_as_typed(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    told = _printed(capsys, "Within how many days may a lamp be retruned?")
    assert "I read this as: Within how many days may a lamp be returned?" in told and "--as-typed" in told
    assert "I read this as" not in _printed(capsys, "Within how many days may a lamp be retruned?", "--as-typed")


def test_in_a_talk_the_correction_is_what_can_be_typed_there(
    shop: Path,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    misspelt = "Within how many days may a lamp be retruned?"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{misspelt}\n/typed {misspelt}\n\n"))
    assert run(["chat", "--engine", "extractive"]) == 0
    told = capsys.readouterr().out
    assert told.count("I read this as") == 1 and "/typed QUESTION takes" in told and "--as-typed" not in told


def test_workings_are_for_the_roles_that_the_policy_names(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run(["ask", QUESTION, "--verbose", "--engine", "extractive"]) == 3
    assert "admin" in capsys.readouterr().err
    policy = shop / "own.yaml"
    text = (SHIPPED / "base.yaml").read_text(encoding="utf-8")
    assert "debugging_roles: [admin]" in text
    policy.write_text(text.replace("debugging_roles: [admin]", "debugging_roles: [user]"))
    told = _printed(capsys, QUESTION, "--verbose", "--policy", str(policy))
    assert " ms)" in told and "Model: extractive" in told


def test_a_half_without_an_answer_has_no_citation(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    told = _printed(capsys, "What is the warranty of a lamp and do you sell helicopters?")
    lines = [line for line in told.splitlines() if line.startswith("Not answered:")]
    assert len(lines) == 1 and "[" not in lines[0], told


def test_a_reader_that_goes_away_ends_it_quietly(shop: Path) -> None:  # noqa: F811
    command = [sys.executable, "-m", "assistant", "policy", "explain", "base"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None and child.stderr is not None
    child.stdout.close()
    with child.stderr:
        said = child.stderr.read()
    assert (child.wait(60), said) == (0, b"")


def test_an_unknown_engine_is_refused_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ASSISTANT_PASSPHRASE", raising=False)
    for command in (["ask", "x"], ["chat"], ["tui"], ["demo"]):
        assert run([*command, "--engine", "gpt"]) == 2
        assert "no engine 'gpt'" in capsys.readouterr().err


def test_who_got_no_answer_is_told_how_a_person_is_reached(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert "To reach a person: phone 555-0111" in _printed(capsys, "What does a helicopter cost?")
    assert "To reach a person" not in _printed(capsys, QUESTION)
