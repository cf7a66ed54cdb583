from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace

import pytest

from assistant.errors import ReaderError
from assistant.readers import READERS
from assistant.readers.process import ReaderProcess
from readers.samples import pdf


def test_it_reads_what_the_reader_reads() -> None:
    data = pdf([["Paracetamol is for pain."], ["Keep it dry."]])
    process = ReaderProcess()
    try:
        assert process.read(data, "a.pdf", ".pdf") == READERS[".pdf"](data, "a.pdf")
        with pytest.raises(ReaderError, match="not a PDF") as caught:
            process.read(b"junk", "b.pdf", ".pdf")
        assert caught.value.path == "b.pdf"
        assert caught.value.remedy
        text = "Ünï\ncode " * 50
        expected = [replace(d, source="c.txt") for d in READERS[".txt"](text.encode(), "c.txt")]
        assert process.read(text.encode(), "c.txt", ".txt") == expected
        note = b'{"resourceType": "Basic", "id": "b", "code": {"text": "x"}, "meta": {"security": [{"code": "PSY"}]}}'
        assert [d.labels for d in process.read(note, "d.json", ".json")] == [{"psychotherapy"}]
    finally:
        process.close()


def test_a_crash_costs_one_file_and_the_next_is_read() -> None:
    process = ReaderProcess()
    try:
        process.read(b"Hello there.", "a.txt", ".txt")
        assert process._child is not None
        os.kill(process._child.pid, signal.SIGSEGV)
        time.sleep(0.2)
        assert process.read(b"Hello again.", "b.txt", ".txt")[0].text == "Hello again."
    finally:
        process.close()


def test_memory_is_bounded() -> None:
    process = ReaderProcess(memory_bytes=400 * 1024 * 1024)
    try:
        with pytest.raises(ReaderError, match="memory"):
            process.read(b"[" + b"{}," * 8_000_000 + b"{}]", "a.json", ".json")
        assert process.read(b"Still here.", "b.txt", ".txt")
    finally:
        process.close()


def test_time_is_bounded() -> None:
    process = ReaderProcess(timeout_s=0.05)
    try:
        with pytest.raises(ReaderError, match="too long"):
            process.read(b"a,b\n" + b"1,2\n" * 400_000, "a.csv", ".csv")
    finally:
        process.close()


def test_closing_ends_a_read_at_once() -> None:
    process = ReaderProcess()
    timer = threading.Timer(0.5, process.close)
    timer.start()
    started = time.monotonic()
    with pytest.raises(ReaderError):
        process.read(b"a,b\n" + b"1,2\n" * 2_000_000, "a.csv", ".csv")
    timer.join()
    assert time.monotonic() - started < 5


def test_the_child_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", "open sesame")
    process = ReaderProcess()
    try:
        process.read(b"Hello.", "a.txt", ".txt")
        assert process._child is not None
        environment = f"/proc/{process._child.pid}/environ"
        if not os.path.exists(environment):
            pytest.skip("no /proc here")
        with open(environment, "rb") as file:
            assert b"open sesame" not in file.read()
    finally:
        process.close()
