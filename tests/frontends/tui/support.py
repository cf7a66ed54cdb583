"""A small vault of known documents, the app over it, and the screen as plain text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from assistant.frontends.opening import Opening
from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.settings import Settings
from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse battery staple"
WARD = (
    "# Ward seven\n\nWard seven is on the second floor.\n\n"
    "Visiting hours of ward seven begin at 14:00. They end at 20:00.\n\n"
    "Flowers are welcome on ward seven, fruit as well.\n"
)
QUESTION = "When do the visiting hours of ward seven begin?"
QUOTE = "Visiting hours of ward seven begin at 14:00."
POLICY = {"id": "base", "version": "2026.1", "sha256": "5" * 64}


def make_vault(folder: Path, *, policy: str = "base") -> str:
    """A vault with three documents; the id of the one that ANSWERED cites."""
    with Vault.create(folder, Secret.passphrase(PASSPHRASE), kdf=CHEAP) as vault:
        vault.put("policy", policy)
        for title, text in (
            ("Ward seven", WARD),
            ("Ward eight", "Ward eight is closed.\n"),
            ("Car park", "It is free.\n"),
        ):
            document = Document(title, text, f"{title}.md", labels=frozenset({"public"}))
            vault.put_document(document, [Chunk(text, 0, len(text))], None, content_hmac="", collection="wards")
        return next(info.id for info in vault.documents() if info.title == "Ward seven")


def answered(document_id: str) -> dict[str, Any]:
    """A released answer in the plain form in which conversations are kept."""
    start = WARD.index(QUOTE)
    citation = {
        "n": 1, "document_id": document_id, "title": "Ward seven", "locator": "Ward seven", "quote": QUOTE,
        "start": start, "end": start + len(QUOTE), "score": 0.9,
    }  # fmt: skip
    verdicts = [
        {"check": "may-ask", "stage": "query", "action": "pass", "reason": "the role may see this", "ms": 1.0},
        {"check": "ground", "stage": "answer", "action": "pass", "reason": "supported by its source", "ms": 12.0},
        {"check": "numbers", "stage": "answer", "action": "extract", "reason": "15:00 is not in the source", "ms": 2.0},
    ]
    return {
        "question": QUESTION, "answer": f"{QUOTE} [1]", "status": "extracted", "reason": "", "citations": [citation],
        "related": [], "verdicts": verdicts, "policy": POLICY, "model": "extractive", "timings_ms": {"total": 1234.0},
        "audit_id": "a2-0123456789ab",
    }  # fmt: skip


def refused() -> dict[str, Any]:
    verdict = {"check": "inject", "stage": "query", "action": "block", "reason": "an instruction (override)", "ms": 3.0}
    return {
        "question": "", "answer": "This cannot be answered here.", "status": "blocked", "citations": [], "related": [],
        "reason": "the question holds an instruction to the assistant (override)", "verdicts": [verdict],
        "policy": POLICY, "model": "", "timings_ms": {"total": 80.0}, "audit_id": "a3-0123456789ab",
    }  # fmt: skip


def shown(app: App[Any]) -> str:
    """The screen as a person reads it: characters only, without trailing blanks."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips).rstrip() + "\n"


async def until(pilot: Pilot[int], true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the app work until something is so; fails with the screen otherwise. A busy machine is given its time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come:\n" + shown(pilot.app)  # type: ignore[arg-type]
        await pilot.pause(0.02)
    await pilot.pause()


async def opened(pilot: Pilot[int]) -> None:
    """Type the passphrase, and wait for the talk and for the models (or the word that there are none)."""
    app: AssistantApp = pilot.app  # type: ignore[assignment]
    await pilot.press(*PASSPHRASE, "enter")
    await until(pilot, lambda: app.chat is not None and not app.chat._loading)


def driven(
    folder: Path,
    steps: Callable[[Pilot[int], AssistantApp], Awaitable[None]],
    *,
    size: tuple[int, int] = (80, 24),
    settings: Settings | None = None,
    engine: str | None = None,
) -> None:
    """Run the app without a terminal and go through steps; an exception inside the app fails the test."""

    async def run() -> None:
        app = AssistantApp(Opening(folder, engine=engine), settings or Settings())
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot, app)

    asyncio.run(run())


class Stage(App[int]):
    """An application of nothing but some widgets; it keeps what they post to whoever listens."""

    CSS = "Screen { overflow: hidden; }"

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self._widgets = widgets
        self.heard: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours that the shipped themes define; here any will do."""
        return {"accent": "#808080"}

    def compose(self) -> ComposeResult:
        yield from self._widgets


def staged(
    steps: Callable[[Pilot[int], Stage], Awaitable[None]], *widgets: Widget, size: tuple[int, int] = (40, 10)
) -> None:
    """Run widgets without the application around them: what they are alone."""

    async def run() -> None:
        stage = Stage(*widgets)
        async with stage.run_test(size=size, message_hook=stage.heard.append) as pilot:
            await pilot.pause()
            await steps(pilot, stage)

    asyncio.run(run())
