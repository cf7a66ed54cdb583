"""How files are to be read in one run: what a reader asks for instead of parameters that all readers would have to pass on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


def _nothing(done: int, total: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`ocr`: recognize text in pictures of pages. `step` is told the pages done and how many there are."""

    ocr: bool = False
    step: Callable[[int, int], None] = _nothing


PLAIN: Final = Reading()
_AT_HAND: ContextVar[Reading] = ContextVar("reading", default=PLAIN)


def at_hand() -> Reading:
    """How the file at hand is to be read."""
    return _AT_HAND.get()


@contextmanager
def reading(how: Reading) -> Iterator[None]:
    """Read so within this context."""
    token = _AT_HAND.set(how)
    try:
        yield
    finally:
        _AT_HAND.reset(token)
