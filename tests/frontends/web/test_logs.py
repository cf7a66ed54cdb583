"""The log holds no text."""

from __future__ import annotations

import io
import json

from assistant.frontends.web.access import Site
from assistant.frontends.web.logs import Log

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


def test_a_failure_is_logged_without_its_message() -> None:
    stream = io.StringIO()
    try:
        raise ValueError("the patient Maria Lopez")
    except ValueError as error:
        Log(stream).failure("answer", error)
    line = json.loads(stream.getvalue())
    assert line["kind"] == "ValueError"
    assert line["place"].startswith("test_logs.py:")
    assert "Lopez" not in stream.getvalue()
