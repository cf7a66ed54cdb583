from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from assistant.engines import sockets
from assistant.engines.sockets import private_socket_path
from assistant.errors import EngineError


def test_nobody_else_can_reach_it_and_it_is_gone_afterwards() -> None:
    with private_socket_path() as path:
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            listening.listen()
        assert path.suffix == ".sock"
    assert not path.parent.exists()


def test_it_is_gone_also_where_the_engine_does_not_start() -> None:
    with pytest.raises(RuntimeError), private_socket_path() as path:
        raise RuntimeError
    assert not path.parent.exists()


def test_two_engines_have_two_places() -> None:
    with private_socket_path() as one, private_socket_path() as other:
        assert one != other


def test_a_parent_whose_name_is_too_long_for_a_socket_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr(sockets, "_parents", lambda: iter(["", str(long), str(tmp_path / "none"), "/tmp"]))
    with private_socket_path() as path:
        assert path.parent.parent == Path("/tmp") and len(str(path)) <= 100


def test_where_there_is_no_place_it_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_parents", lambda: iter([""]))
    with pytest.raises(EngineError, match="XDG_RUNTIME_DIR"), private_socket_path():
        pass
