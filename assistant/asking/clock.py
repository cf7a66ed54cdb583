"""How long the parts of one answer took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager


class Clock:
    """Milliseconds by stage; a stage that is entered again adds up.

    `told` is called with the name of each stage as it begins; what it raises ends the question there.
    """

    def __init__(self, told: Callable[[str], None] | None = None) -> None:
        self._told = told
        self.started = time.perf_counter()
        self.ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if self._told is not None:
            self._told(name)
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
