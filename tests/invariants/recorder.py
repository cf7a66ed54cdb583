"""Run `assistant` under an audit hook of our own, independent of the product's guard, that writes down every network event."""

from __future__ import annotations

import os
import runpy
import sys

log = os.open(os.environ["RECORDER_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
EVENTS = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.sendto",
    "socket.bind",
}


def record(event: str, args: tuple[object, ...]) -> None:
    if event in EVENTS:
        shown = args[1:] if event in {"socket.connect", "socket.bind", "socket.sendto"} else args
        os.write(log, f"{event} {shown!r}\n".encode())


sys.addaudithook(record)
sys.argv = ["assistant", *sys.argv[1:]]
runpy.run_module("assistant", run_name="__main__")
