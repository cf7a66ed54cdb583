"""A disk that is full at random moments under a real assistant, and the question whether anything was lost or shown unrecorded."""

from __future__ import annotations

import os
import random
import resource
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import AssistantError
from assistant.facade import Assistant, Finished, Released
from assistant.types import Document, Status
from assistant.vault import Vault


@dataclass
class Ledger:
    """What was promised while the disk filled up: sentences shown, documents reported as stored, records given out."""

    rounds: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    sentences: list[str] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    """Source and text of each document that the assistant said it holds."""
    answers: list[str] = field(default_factory=list)


@contextmanager
def file_limit(folder: Path, free: int) -> Iterator[None]:
    """No file of this process may grow past the largest of the vault plus `free` bytes: the kernel refuses, as a full disk does."""
    largest = max((f.stat().st_size for f in folder.iterdir() if f.is_file()), default=0)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def filler(folder: Path, free: int) -> Iterator[None]:
    """The file system of `folder` has `free` bytes left; for a small one that is the vault's own."""
    path = folder.parent / "filler"
    state = os.statvfs(folder)
    size = max(0, state.f_bavail * state.f_frsize - free)
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size) if size else None
    try:
        yield
    finally:
        path.unlink()


def fill_many(
    assistant: Assistant,
    folder: Path,
    questions: Sequence[str],
    rounds: int,
    seed: int,
    full: Callable[[Path, int], AbstractContextManager[None]],
) -> Ledger:
    """Ask and take documents in while the disk has a random rest that ends somewhere in the work."""
    rng = random.Random(seed)
    ledger = Ledger()
    for number in range(rounds):
        free = rng.choice((0, rng.randrange(8_000), rng.randrange(60_000), rng.randrange(400_000)))
        with full(folder, free):
            for _ in range(rng.randrange(1, 4)):
                if rng.random() < 0.5:
                    _ask(assistant, rng.choice(questions), ledger)
                else:
                    _take_in(assistant, f"note-{number}.md", rng, ledger)
        ledger.rounds += 1
    return ledger


def _ask(assistant: Assistant, question: str, ledger: Ledger) -> None:
    try:
        for event in assistant.stream(question):
            if isinstance(event, Released):
                ledger.sentences.append(event.text)
            elif isinstance(event, Finished):
                if event.answer.status is Status.BLOCKED:
                    ledger.refused["answer"] += 1
                if event.answer.audit_id:
                    ledger.answers.append(event.answer.audit_id)
    except AssistantError as error:
        ledger.refused[type(error).__name__] += 1


def _take_in(assistant: Assistant, source: str, rng: random.Random, ledger: Ledger) -> None:
    words = " ".join(rng.choice(_WORDS) for _ in range(rng.choice((40, 400))))
    try:
        report = assistant.ingest([Document(source, words, source)], labels=frozenset({"internal"}))
    except AssistantError as error:
        ledger.refused[type(error).__name__] += 1
        return
    if report.documents:
        ledger.stored[source] = words
    else:
        ledger.refused["ingest"] += 1


_WORDS = "lamp kettle parcel return refund desk order shelf blanket mirror cushion invoice delivery warranty colour cable".split()


def broken_promises(vault: Vault, ledger: Ledger) -> list[str]:
    """What was shown or reported and is not there; none where all is well."""
    kept = Counter(str(r.record["sentence"]) for r in vault.audit.records() if r.kind == "sentence")
    shown = Counter(vault.content_hmac(s.encode("utf-8", "surrogatepass")) for s in ledger.sentences)
    broken = ["a sentence was shown without a record"] * sum((shown - kept).values())
    ids = {record.id for record in vault.audit.records()}
    broken += ["the record of an answer is gone" for audit_id in ledger.answers if audit_id not in ids]
    for source, text in ledger.stored.items():
        texts = [vault.document(info.id).text for info in vault.find_source(source)]
        if text not in texts:
            broken.append("a document that was reported as stored is gone or changed")
    if vault.integrity():
        broken.append("the vault is damaged")
    if not vault.audit.verify().ok:
        broken.append("the chain of the record is broken")
    return broken
