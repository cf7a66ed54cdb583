"""The engine without a model: nothing is written, the sources are quoted."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.protocols import Prompt, Sampling


class Extractive:
    """Writes nothing, so an answer is made of verbatim sentences from the sources. Needs no model, no memory, no time."""

    __slots__ = ()

    name: str = "extractive"
    model: str = "none"
    writes: bool = False

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:  # noqa: ARG002 - the protocol's arguments
        """Yields nothing."""
        yield from ()

    def close(self) -> None:
        """Nothing is held, so nothing is released."""
