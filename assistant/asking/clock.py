"""How long the parts of one answer took."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Clock:
    """Milliseconds by stage; a stage that is entered again adds up."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = self.ms.get(name, 0.0) + (time.perf_counter() - begun) * 1000

    def first_sentence(self) -> None:
        self.ms.setdefault("first_sentence", (time.perf_counter() - self.started) * 1000)

    def total(self) -> Mapping[str, float]:
        stages = {name: self.ms.get(name, 0.0) for name in ("admit", "search", "veil", "generate", "release")}
        extra = {name: ms for name, ms in self.ms.items() if name not in stages}
        return {**stages, **extra, "total": (time.perf_counter() - self.started) * 1000}
