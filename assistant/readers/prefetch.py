"""Reads files while the caller works on those before them, in order, a bounded number ahead."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from assistant.errors import ReaderError
from assistant.readers.process import MEMORY_BYTES, OCR_MEMORY_BYTES, ReaderProcess
from assistant.readers.registry import load, reader_for, source_of
from assistant.readers.settings import Reading
from assistant.types import Document

# Read in a process of their own: binary and markup formats, whose parsers may hang or crash, and whatever is large.
APART: Final = frozenset(".pdf .docx .pptx .xlsx .xlsm .epub .html .htm .xhtml .xml .ccda .cda .eml .hl7".split())
LARGE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file: its documents, or None where it is stored already, or the problem that kept it out."""

    path: Path
    source: str
    fingerprint: str = ""
    documents: Sequence[Document] | None = None
    data: bytes = b""
    """The file's bytes, of a kind whose pages can be drawn."""
    problem: ReaderError | None = None


def drawable(ending: str, data: bytes) -> bytes:
    """The bytes of a file whose pages can be drawn (a PDF), b"" of any other."""
    return data if ending == ".pdf" else b""


@contextmanager
def read_ahead(
    files: Sequence[Path],
    fingerprint: Callable[[bytes], str],
    is_stored: Callable[[str, str], bool],
    *,
    workers: int = 1,
    limit_bytes: int | None = None,
    ocr: bool = False,
    step: Callable[[str, int, int], None] | None = None,
) -> Iterator[Iterator[Loaded]]:
    """The files in order, read by `workers` threads at most two files a worker ahead.

    With `ocr` text in pictures of pages is recognized. `step` is told how far a long file is read: its name, the pages done,
    all pages; what it raises ends the reading of that file. It, `fingerprint` and `is_stored` are called from those threads.
    Leaving the context ends the reading at once.
    """
    workers = max(1, workers)
    idle: queue.LifoQueue[ReaderProcess] = queue.LifoQueue()
    memory = OCR_MEMORY_BYTES if ocr else MEMORY_BYTES
    processes = [ReaderProcess(memory_bytes=memory) for _ in range(workers)]
    for process in processes:
        idle.put(process)

    def read(path: Path) -> Loaded:
        source = source_of(path)
        try:
            reader = reader_for(path)
            data = load(path, limit_bytes=limit_bytes)
            mark = fingerprint(data)
            if is_stored(source, mark):
                return Loaded(path, source, mark)
            ending = path.suffix.lower()
            if ending not in APART and len(data) < LARGE:
                return Loaded(path, source, mark, reader(data, source))
            how = Reading(ocr, partial(step, path.name)) if step else Reading(ocr)
            process = idle.get()
            try:
                return Loaded(path, source, mark, process.read(data, source, ending, how), drawable(ending, data))
            finally:
                idle.put(process)
        except ReaderError as error:
            return Loaded(path, source, problem=error)

    pool = ThreadPoolExecutor(workers, thread_name_prefix="reader")
    try:
        yield _in_order(pool, read, files, 2 * workers)
    finally:
        for process in processes:
            process.close()
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    pool: ThreadPoolExecutor, read: Callable[[Path], Loaded], files: Sequence[Path], depth: int
) -> Iterator[Loaded]:
    waiting: deque[Future[Loaded]] = deque()
    for path in files:
        waiting.append(pool.submit(read, path))
        if len(waiting) > depth:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
