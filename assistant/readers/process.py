"""Readers in a process of their own: bounded in memory and time, unable to write a file, gone when the parser crashes.

A file from outside may make a parser hang, exhaust the memory or crash. The parent sends bytes through a pipe and gets
documents back as JSON; nothing touches the disk.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import IO, Final, TypedDict

from assistant.errors import ReaderError
from assistant.formats.limits import MIB
from assistant.readers.settings import PLAIN, Reading, reading
from assistant.types import Document, Loss, LossKind, Section

MEMORY_BYTES: Final = 2048 * MIB
OCR_MEMORY_BYTES: Final = 4096 * MIB
"""With text recognition: its models and one page took 1.8 GiB of addresses (`bench/ocr.py`)."""
TIMEOUT_S: Final = 600.0
_EVERY_S: Final = 0.5
_BOOT: Final = "import sys; sys.path.insert(0, sys.argv[1]); from assistant.readers.process import serve; serve()"


class Header(TypedDict, total=False):
    """A request to the child: a file of `size` bytes to read by its ending, or a page of it to draw."""

    source: str
    size: int
    ending: str
    ocr: bool
    page: int
    quote: str


class Plain(TypedDict):
    """A document as JSON."""

    title: str
    text: str
    source: str
    media_type: str
    metadata: dict[str, str]
    fields: dict[str, list[str]]
    labels: list[str]
    sections: list[tuple[int, int, str, str, bool]]
    losses: list[tuple[str, str, str]]


class Reply(TypedDict, total=False):
    """The child's answer: one of these. `error`: reason, line and remedy; `step`: pages done, of how many."""

    documents: list[Plain]
    png: str
    error: tuple[str, int | None, str]
    step: tuple[int, int]


class ReaderProcess:
    """One child that reads files one after the other; started at first use, started anew after a crash or time-out."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S, memory_bytes: int = MEMORY_BYTES) -> None:
        self._timeout = timeout_s
        self._memory = memory_bytes
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def read(self, data: bytes, source: str, ending: str, how: Reading = PLAIN) -> list[Document]:
        """What `READERS[ending](data, source)` gives. Raises ReaderError, also where the child was lost.

        The time-out runs from the last page that was read, where the reader tells its pages; readers bound the whole.
        """
        answer = self._asked({"source": source, "ending": ending, "ocr": how.ocr}, data, source, how)
        return [_document(fields) for fields in answer["documents"]]

    def draw(self, data: bytes, source: str, page: int, quote: str = "") -> bytes:
        """A page of a PDF as PNG with the quote marked; see `pdf.drawing`. Raises ReaderError, also where the child was lost."""
        answer = self._asked({"source": source, "page": page, "quote": quote}, data, source, PLAIN)
        return base64.b64decode(answer["png"])

    def _asked(self, header: Header, data: bytes, source: str, how: Reading) -> Reply:
        """The child's answer to one request. Raises ReaderError where it could not do it or was lost."""
        with self._lock:
            child = self._ready(source)
            late = threading.Event()
            timer = _Watchdog(self._timeout, child, late)

            def step(done: int, total: int) -> None:
                timer.again()
                how.step(done, total)

            try:
                answer = _exchange(child, header, data, step)
            except (OSError, ValueError, EOFError):
                self._drop()
                if late.is_set():
                    raise ReaderError(
                        "the file takes too long to read", path=source, remedy="split or export it again"
                    ) from None
                raise ReaderError(
                    "reading the file used too much memory or crashed its reader",
                    path=source,
                    remedy="split the file, or open it in its own program and save it again",
                ) from None
            except BaseException:
                # Ctrl-C in the middle of an exchange: the pipe is out of step.
                self._drop()
                raise
            finally:
                timer.cancel()
        if "error" in answer:
            reason, line, remedy = answer["error"]
            raise ReaderError(reason, path=source, line=line, remedy=remedy)
        return answer

    def close(self) -> None:
        """End the child, also in the middle of a file; `read` fails from then on."""
        self._closed = True
        if child := self._child:
            _kill(child)
        with self._lock:
            self._drop()

    def _ready(self, source: str) -> subprocess.Popen[bytes]:
        if self._closed:
            raise ReaderError("reading was ended", path=source, remedy="run the command again")
        if self._child is None or self._child.poll() is not None:
            self._drop()
            package = str(Path(__file__).resolve().parents[2])
            self._child = subprocess.Popen(
                [sys.executable, "-B", "-P", "-c", _BOOT, package, str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a parser's complaints may quote the file
                # The passphrase and other settings are none of a parser's business.
                env={name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")},
            )
        return self._child

    def _drop(self) -> None:
        if child := self._child:
            self._child = None
            _kill(child)
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()


def read_in_process(path: Path, *, limit_bytes: int | None = None, how: Reading = PLAIN) -> list[Document]:
    """One file read in a bounded process of its own, whatever its kind. Raises ReaderError as `registry.read_file` does."""
    from assistant.readers.registry import load, reader_for, source_of

    reader_for(path)
    data = load(path, limit_bytes=limit_bytes)
    process = ReaderProcess(memory_bytes=OCR_MEMORY_BYTES if how.ocr else MEMORY_BYTES)
    try:
        return process.read(data, source_of(path), path.suffix.lower(), how)
    finally:
        process.close()


class _Watchdog:
    """Kills a child that says nothing for too long."""

    def __init__(self, timeout_s: float, child: subprocess.Popen[bytes], late: threading.Event) -> None:
        self._timeout, self._child, self._late = timeout_s, child, late
        self._timer = self._started()

    def _started(self) -> threading.Timer:
        timer = threading.Timer(self._timeout, self._expire)
        timer.daemon = True
        timer.start()
        return timer

    def _expire(self) -> None:
        self._late.set()
        _kill(self._child)

    def again(self) -> None:
        """Begin to wait anew."""
        self._timer.cancel()
        self._timer = self._started()

    def cancel(self) -> None:
        """Wait no more."""
        self._timer.cancel()


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        child.kill()


def _exchange(child: subprocess.Popen[bytes], header: Header, data: bytes, step: Callable[[int, int], None]) -> Reply:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    header["size"] = len(data)
    _send(child.stdin, json.dumps(header).encode())
    child.stdin.write(data)
    child.stdin.flush()
    while True:
        answer: Reply = json.loads(_receive(child.stdout))
        if "step" not in answer:
            return answer
        step(*answer["step"])


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    return _exactly(pipe, int.from_bytes(_exactly(pipe, 8), "big"))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _document(fields: Plain) -> Document:
    return Document(
        title=fields["title"],
        text=fields["text"],
        source=fields["source"],
        media_type=fields["media_type"],
        sections=tuple(Section(*section) for section in fields["sections"]),
        labels=frozenset(fields["labels"]),
        metadata=fields["metadata"],
        fields={entity: tuple(values) for entity, values in fields["fields"].items()},
        losses=tuple(Loss(LossKind(kind), *rest) for kind, *rest in fields["losses"]),
    )


def serve() -> None:
    """The child's main loop: read files until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    from assistant.privacy.egress import install_guard

    install_guard(frozenset())
    _confine(int(sys.argv[2]))
    while True:
        try:
            header: Header = json.loads(_receive(requests))
            data = _exactly(requests, header["size"])
        except EOFError:
            return
        try:
            reply = json.dumps(_drawn(header, data) if "page" in header else _read(header, data, replies)).encode()
        except ReaderError as error:
            reply = json.dumps({"error": [error.message, error.line, error.remedy]}).encode()
        except MemoryError:
            reply = json.dumps(
                {"error": ["the file needs more memory than it may have", None, "split the file"]}
            ).encode()
        del data
        with contextlib.suppress(BrokenPipeError):
            _send(replies, reply)


def _read(header: Header, data: bytes, replies: IO[bytes]) -> Reply:
    from assistant.readers.registry import READERS

    with reading(Reading(bool(header["ocr"]), _teller(replies))):
        documents = READERS[header["ending"]](data, header["source"])
    return {"documents": [_plain(document) for document in documents]}


def _drawn(header: Header, data: bytes) -> Reply:
    from assistant.readers.pdf.drawing import draw_page

    return {"png": base64.b64encode(draw_page(data, header["page"], header["quote"], header["source"])).decode()}


def _teller(replies: IO[bytes]) -> Callable[[int, int], None]:
    """Tells the parent how far a file is read, at most twice a second."""
    last = time.monotonic()

    def step(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _EVERY_S:
            last = time.monotonic()
            with contextlib.suppress(BrokenPipeError):
                _send(replies, json.dumps({"step": [done, total]}).encode())

    return step


def _plain(document: Document) -> Plain:
    return {
        "title": document.title,
        "text": document.text,
        "source": document.source,
        "media_type": document.media_type,
        "metadata": dict(document.metadata),
        "fields": {entity: list(values) for entity, values in document.fields.items()},
        "labels": sorted(document.labels),
        "sections": [astuple(section) for section in document.sections],
        "losses": [astuple(loss) for loss in document.losses],
    }


def _confine(memory_bytes: int) -> None:
    """Bound the memory, forbid files and core dumps. Where the system has no such limits only the time-out holds."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_AS: memory_bytes}
    for limit, value in limits.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))
