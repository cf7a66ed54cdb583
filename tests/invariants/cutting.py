"""Streams of a real server that are cut at random moments, and the question whether everything that was shown stands in the record."""

from __future__ import annotations

import json
import random
import re
import socket
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assistant.vault import Vault

_RELEASED = re.compile(rb"event: released\ndata: (.*)(\n\n)?")
_RECV = 64  # small, so that a cut falls within events and not only between them


@dataclass
class Shown:
    """What listeners got: whole sentences, how many streams were cut and how many ran to their end."""

    sentences: Counter[str] = field(default_factory=Counter)
    begun: int = 0
    """Sentences of which at least the event's name arrived."""
    cut: int = 0
    whole: int = 0

    def take(self, data: bytes) -> None:
        """Count the sentences of what arrived of one stream."""
        for match in _RELEASED.finditer(data):
            self.begun += 1
            if match[2]:
                self.sentences[json.loads(match[1])["text"]] += 1
        if b"event: finished" in data:
            self.whole += 1


def cut_many(base: str, key: str, questions: Sequence[str], cuts: int, seed: int) -> Shown:
    """Ask and hang up, `cuts` times: after a random number of bytes or of milliseconds, politely or with a reset."""
    rng = random.Random(seed)
    shown = Shown()
    lengths = [len(_stream(base, key, question, 10**9, 60.0, False)) for question in questions]
    shown = Shown()
    for _ in range(cuts):
        number = rng.randrange(len(questions))
        by_time = rng.random() < 0.3
        most = 10**9 if by_time else rng.randrange(1, int(lengths[number] * 1.1))
        seconds = rng.random() * 1.5 if by_time else 60.0
        data = _stream(base, key, questions[number], most, seconds, rng.random() < 0.5)
        shown.take(data)
        shown.cut += b"event: finished" not in data
    return shown


def _stream(base: str, key: str, question: str, most: int, seconds: float, reset: bool) -> bytes:
    """The bytes of one stream up to the cut."""
    place = urlsplit(base)
    body = json.dumps({"question": question, "stream": True}).encode()
    head = (
        f"POST /v1/ask HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=seconds) as wire:
        wire.sendall(head.encode() + body)
        data = b"".join(_pieces(wire, most))
        if reset:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return data


def _pieces(wire: socket.socket, most: int) -> Iterator[bytes]:
    got = 0
    while got < most:
        try:
            piece = wire.recv(min(_RECV, most - got))
        except TimeoutError:
            return
        if not piece:
            return
        got += len(piece)
        yield piece


def unrecorded(vault: Vault, shown: Shown, since: int) -> list[str]:
    """Sentences that were shown more often than the record says; none where all is well.

    Raises AssertionError where fewer sentences are recorded than began to arrive.
    """
    records = [r for r in vault.audit.records(since) if r.kind == "sentence"]
    kept = Counter(str(r.record["sentence"]) for r in records)
    assert len(records) >= shown.begun, f"{shown.begun} sentences began to arrive, {len(records)} are recorded"
    return [s for s, n in shown.sentences.items() if kept[vault.content_hmac(s.encode("utf-8", "surrogatepass"))] < n]
