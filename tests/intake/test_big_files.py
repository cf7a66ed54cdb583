"""Ctrl-C while one big file is being read: it ends soon, nothing is stored, no reader stays behind, and the next run takes the file in."""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.intake.run import ingest
from assistant.vault import KdfCost, Secret, Vault

if TYPE_CHECKING:
    from assistant.protocols import Vectors

MAKER = Path(__file__).resolve().parents[2] / "bench" / "big_files.py"
pytestmark = pytest.mark.skipif(
    not MAKER.is_file() or not Path("/proc/self/stat").exists(), reason="needs bench/ and the process table of Linux"
)


@pytest.fixture(scope="module")
def big() -> ModuleType:
    """The makers of big files."""
    spec = importlib.util.spec_from_file_location("big_files", MAKER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["big_files"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT as a command line has it: a server or a terminal that ran before in this process may have taken it."""
    taken = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, taken)


class Blank:
    """An embedder without a model that says when it was first asked."""

    name, dimension = "blank", 8

    def __init__(self) -> None:
        self.asked = False

    def query(self, texts: Sequence[str]) -> Vectors:
        self.asked = True
        return np.zeros((len(texts), self.dimension), np.float32)

    passages = query


def children() -> set[int]:
    """The processes that this one has started and that still run."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == os.getpid() and state != "Z":
                found.add(int(entry.name))
    return found


SIZES = {"pdf": {"pages": 120}, "xlsx": {"sheets": 24}, "txt": {"size": 8_000_000}}


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("kind", SIZES)
def test_one_big_file_is_stopped_while_it_is_read(kind: str, big: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / f"big.{kind}"
    big.MAKERS[kind](file, random.Random(1), **SIZES[kind])
    before = children()
    pressed: list[float] = []

    def press() -> None:
        while not children() - before:
            time.sleep(0.01)
        # The reader has begun.
        time.sleep(0.1)
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    embedder = Blank()
    with Vault.create(tmp_path / "v", Secret.passphrase("four quiet words here"), kdf=KdfCost(64, 1, 1)) as vault:
        presser = threading.Thread(target=press, daemon=True)
        presser.start()
        report = ingest([file], vault=vault, embedder=embedder)
        ended = time.monotonic()
        presser.join()
        assert report.partial and not embedder.asked
        assert ended - pressed[0] < 10
        assert children() - before == set()
        assert vault.documents() == []
        told: list[int] = []
        again = ingest([file], vault=vault, embedder=embedder, progress=lambda done, total, what: told.append(done))
        assert len(again.added) == len(vault.documents()) == 1 and told
        vault.audit.verify()
