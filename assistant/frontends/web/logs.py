"""Structured log: one JSON object a line on stderr, with names, numbers and outcomes; never a text, address or path."""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

_QUIET: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio")


class Log:
    """Writes lines. Thread-safe."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def say(self, event: str, **fields: str | int | float | bool) -> None:
        """One line. Callers give routes, codes and numbers."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields})
        with self._lock:
            stream = self._stream or sys.stderr
            stream.write(line + "\n")
            stream.flush()

    def failure(self, where: str, error: BaseException) -> None:
        """An unexpected exception by class and place: its message may quote a text."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        self.say("failure", where=where, kind=type(error).__name__, place=place)


class _Handler(logging.Handler):
    """What libraries log, by logger and level only: their messages may hold requests or tracebacks."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        place = f"{Path(record.pathname).name}:{record.lineno}"
        self._log.say("library", logger=record.name, level=record.levelname, kind=kind, place=place)


def quiet_libraries(log: Log) -> None:
    """Send the server's own loggers through ours; none of them prints a message of its own any more."""
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers = [_Handler(log)]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
