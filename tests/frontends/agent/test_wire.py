"""Frames: what was sent arrives, and anything else is refused."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.frontends.agent.wire import MAX_REPLY, PIECE, WireError, receive, send


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def test_a_frame_arrives_as_it_was_sent(ends: tuple[socket.socket, socket.socket]) -> None:
    sent = {"out": 'naïve \ud800 "quoted"\n', "n": 3}
    send(ends[0], sent)
    ends[0].close()
    assert receive(ends[1], 1000) == sent
    assert receive(ends[1], 1000) is None


def test_the_longest_piece_fits_the_longest_reply(ends: tuple[socket.socket, socket.socket]) -> None:
    import threading

    writer = threading.Thread(target=send, args=(ends[0], {"out": "\U0001f600" * PIECE}))
    writer.start()
    found = receive(ends[1], MAX_REPLY)
    writer.join()
    assert found == {"out": "\U0001f600" * PIECE}


@pytest.mark.parametrize("raw", [b"\0\0", struct.pack(">I", 9) + b"{}", struct.pack(">I", 2000) + b"x" * 2000,
                                 struct.pack(">I", 4) + b"nope", struct.pack(">I", 2) + b"[]", struct.pack(">I", 0)])  # fmt: skip
def test_what_is_no_frame_is_refused(raw: bytes, ends: tuple[socket.socket, socket.socket]) -> None:
    ends[0].sendall(raw)
    ends[0].close()
    with pytest.raises(WireError):
        receive(ends[1], 1000)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_frame_or_one_kind_of_error(raw: bytes) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(raw)
        left.shutdown(socket.SHUT_WR)
        try:
            found = receive(right, 1 << 16)
        except WireError:
            return
        assert found is None or isinstance(found, dict)
