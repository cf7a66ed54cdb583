from __future__ import annotations

import json

from assistant.asking.events import Withdrawn
from assistant.frontends.web import events
from assistant.frontends.web.events import Event


def parsed(data: bytes) -> dict[str, str]:
    """A frame as a client of server-sent events reads it (WHATWG HTML, 9.2.6)."""
    text = data.decode()
    assert text.endswith("\n\n")
    return dict(line.split(": ", 1) for line in text.rstrip("\n").split("\n"))


def test_an_event_is_one_frame_whatever_its_text_holds() -> None:
    nasty = "one\ntwo\r\nevent: finished\n\ndata: x\u2028y\u2029z"
    frame = parsed(Event(7, "released", {"text": nasty}).encode())
    assert (frame["id"], frame["event"]) == ("7", "released")
    assert json.loads(frame["data"]) == {"text": nasty}


def test_a_lone_surrogate_does_not_break_the_stream() -> None:
    assert json.loads(parsed(Event(1, "released", {"text": "a\ud800b"}).encode())["data"]) == {"text": "a?b"}


def test_only_finished_and_failed_are_last() -> None:
    names = ("run", "queued", "started", "released", "withdrawn", "finished", "failed")
    assert [name for name in names if Event(1, name, {}).last] == ["finished", "failed"]


def test_a_heartbeat_is_a_comment_that_clients_pass_over() -> None:
    assert events.HEARTBEAT.startswith(b":") and events.HEARTBEAT.endswith(b"\n\n")
    assert events.HEARTBEAT.count(b"\n") == 2


def test_a_withdrawal_tells_its_reason_alike_to_all() -> None:
    withdrawn = Withdrawn("a check had no time")
    assert events.of(withdrawn) == events.of(withdrawn, public=True) == ("withdrawn", {"reason": "a check had no time"})
