"""The editor is a program of its own, run over the screen; its file is in memory and gone afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.tui import editing
from assistant.frontends.tui.editing import _run, editor, memory_folder


def test_the_folder_is_in_memory_or_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(editing, "_IN_MEMORY", ())
    if editing._is_memory(tmp_path):
        pytest.skip("this system's temporary folder is in memory")
    with pytest.raises(UsageError, match="no folder in memory"):
        memory_folder()


def test_no_editor_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "")
    with pytest.raises(UsageError, match="no editor"):
        editor()
    monkeypatch.setenv("VISUAL", "code --wait")
    assert editor() == ["code", "--wait"]


def test_an_editor_that_fails_or_stays_open_is_told(tmp_path: Path) -> None:
    assert _run(["/nonexistent/editor"], 5).startswith("the editor cannot be started")
    assert "code 3" in _run(["sh", "-c", "exit 3"], 5)
    assert "longer than the vault may be unused" in _run(["sleep", "30"], 0.2)
    assert _run(["true"], 5) == ""
