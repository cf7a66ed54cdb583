"""Errors become exit codes and words; nothing else passes."""

from __future__ import annotations

import json

import pytest
import typer

from assistant.errors import BlockedError, IntegrityError, LockedError
from assistant.frontends.outcome import INTERRUPTED, outcome


def raising(error: BaseException) -> object:
    def command() -> object:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LockedError("locked"), 4), (BlockedError("no"), 3), (IntegrityError("broken"), 5), (typer.Exit(3), 3),
        (KeyboardInterrupt(), INTERRUPTED), (typer.Abort(), INTERRUPTED), (ValueError("Grace Whitcombe"), 1),
        (typer.BadParameter("no such thing"), 2),
    ],
)  # fmt: skip
def test_each_error_has_its_code(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(raising(error), as_json=False) == code  # type: ignore[arg-type]
    assert "Whitcombe" not in "".join(capsys.readouterr()), "a foreign error may quote a document"


def test_with_json_the_error_is_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    outcome(raising(LockedError("locked", remedy="open it")), as_json=True)  # type: ignore[arg-type]
    assert json.loads(capsys.readouterr().out)["error"]["remedy"] == "open it"
    assert outcome(lambda: 7, as_json=True) == 7
    assert outcome(lambda: None, as_json=True) == 0
