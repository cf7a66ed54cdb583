"""A process that works on a vault until it is killed; what it says on stdout was reported as done."""

# ruff: noqa: T201

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault, backup

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
DIMENSION = int(os.environ.get("WORKER_DIMENSION", "8"))  # that of the real embedder where questions are asked too


def document(number: int, tag: str) -> tuple[Document, list[Chunk]]:
    parts = [f"Document {tag}-{number} part {i} speaks of fever and rest. " for i in range(1 + number % 9)]
    starts = [0, *itertools.accumulate(len(part) for part in parts)]
    chunks = [Chunk(part, start, start + len(part)) for part, start in zip(parts, starts, strict=False)]
    labels = frozenset({("public", "clinical")[number % 2]})
    return Document(f"{tag}-{number}", "".join(parts), f"{tag}-{number}.txt", labels=labels), chunks


def answering(vault: Vault) -> Callable[[str], str]:
    """Questions through the whole assistant, quoting engine; what is returned is the audit id of the answer."""
    from assistant.types import Principal
    from assistant.wiring import assemble

    assistant = assemble(vault, policy="base", domain="healthcare", engine="extractive")
    who = Principal("worker", assistant.gate.policy.local_roles)
    assistant.ask("Is anybody there?", principal=who)
    return lambda question: assistant.ask(question, principal=who).audit_id


def main() -> None:
    folder, tag, work = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    secret = Secret.passphrase("correct horse battery staple")
    vault = Vault.open(folder, secret)
    rng = random.Random(tag)
    mine: list[str] = []
    answer = answering(vault) if "answer" in work else None
    print("ready", flush=True)
    for number in itertools.count():
        kind = rng.choice(work.split("+"))
        if kind == "ingest":
            doc, chunks = document(number, tag)
            vectors = np.ones((len(chunks), DIMENSION), np.float32)
            document_id = vault.put_document(doc, chunks, vectors, content_hmac="x")
            mine.append(document_id)
            print("put", document_id, len(chunks), flush=True)
        elif kind == "ask":
            vault.bm25('"fever" OR "part"', 5, None)
            print("ask", vault.audit.append("ask", {"n": number}), flush=True)
        elif kind == "answer" and answer is not None:
            print("ask", answer(f"What does document {tag} speak of?"), flush=True)
        elif kind == "delete" and mine:
            document_id = mine.pop(rng.randrange(len(mine)))
            print("deleting", document_id, flush=True)
            vault.delete_document(document_id)
            print("deleted", document_id, flush=True)
        elif kind == "rekey":
            vault.rekey_full(secret, drop_others=True, kdf=CHEAP)
            print("rekeyed", flush=True)
        elif kind == "backup":
            target = folder.parent / f"{tag}-{number}.backup"
            backup(vault, target)
            print("backup", target.name, flush=True)
        elif kind == "slots":
            slot = vault.add_slot(Secret.passphrase(f"extra passphrase {number}"), "extra", kdf=CHEAP)
            vault.remove_slot(slot)
            print("slots", flush=True)
        if number % 50 == 49 and os.getppid() == 1:
            return


if __name__ == "__main__":
    main()
