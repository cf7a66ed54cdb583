"""The folder and the socket: ours alone, or nothing."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.frontends.agent.address import connect, own, private, runtime_folder, socket_path


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="as-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_the_folder_is_made_for_its_user_alone(runtime: Path) -> None:
    folder = runtime_folder()
    assert folder == runtime / "assistant"
    assert not private(folder)
    assert private(folder, make=True)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_without_a_runtime_folder_the_user_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", value)
        assert runtime_folder() == Path(f"/tmp/assistant-{os.getuid()}")


def test_a_folder_that_others_enter_is_refused(runtime: Path) -> None:
    folder = runtime_folder()
    folder.mkdir(mode=0o755)
    with pytest.raises(ConfigError, match="not yours alone"):
        private(folder)
    with pytest.raises(ConfigError, match="not yours alone"):
        connect(socket_path(runtime / "v"), 1.0)


def test_a_link_to_a_private_folder_is_refused(runtime: Path) -> None:
    (runtime / "real").mkdir(mode=0o700)
    runtime_folder().symlink_to(runtime / "real")
    with pytest.raises(ConfigError, match="not yours alone"):
        private(runtime_folder(), make=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_a_folder_of_somebody_else_is_refused(runtime: Path) -> None:
    runtime_folder().mkdir(mode=0o700)
    os.chown(runtime_folder(), 12345, 12345)
    with pytest.raises(ConfigError, match="not yours alone"):
        private(runtime_folder())


def test_a_vault_has_one_socket_by_whatever_path(runtime: Path) -> None:
    (runtime / "v").mkdir()
    (runtime / "w").symlink_to(runtime / "v")
    assert socket_path(runtime / "v") == socket_path(runtime / "w") == socket_path(runtime / "x" / ".." / "v")
    assert socket_path(runtime / "v") != socket_path(runtime / "other")


def test_a_path_that_is_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/tmp/" + "a" * 100)
    with pytest.raises(ConfigError, match="too long"):
        socket_path(Path("v"))


def test_nobody_there_a_left_socket_and_somebody(runtime: Path) -> None:
    path = socket_path(runtime / "v")
    assert connect(path, 1.0) is None
    private(path.parent, make=True)
    assert connect(path, 1.0) is None
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    line = connect(path, 1.0)
    assert line is not None and own(line) == os.getpid()
    line.close()
    listener.close()
    assert path.exists() and connect(path, 1.0) is None
