"""The reports that the admin page can run: each in a throw-away vault of the pack's own documents, told how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.protocols import Progress

if TYPE_CHECKING:
    from assistant.packs.pack import Pack

# Names of each origin that redaction is tried on: a first look, as `assistant fairness audit --fast` takes it.
_NAMES: Final = 60


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report: what it is in words, whether a number of questions can be given, and what writes it into a folder.

    `make` gets pack, folder, questions at most and a progress, which raises KeyboardInterrupt to end it.
    """

    title: str
    limited: bool
    make: Callable[[Pack, Path, int, Progress], None]


def _answers(pack: Pack, home: Path, limit: int, progress: Progress) -> None:
    from assistant.evaluate.answers import evaluate

    evaluate(
        pack.root / "eval" / "questions.jsonl",
        limit=limit,
        documents=pack.root / "documents",
        domain=str(pack.root),
        engine="extractive",
        report=home,
        progress=progress,
    )


def _fairness(pack: Pack, home: Path, limit: int, progress: Progress) -> None:  # noqa: ARG001 - the shape of all makers
    from assistant.evaluate import fairness
    from assistant.evaluate.answers import throwaway
    from assistant.fairness.report import write
    from assistant.frontends.samples import take_samples

    started = time.monotonic()
    report: dict[str, object] = {"run": {"packs": pack.id, "engine": "extractive"}}
    with throwaway(policy=None, domain=str(pack.root), engine="extractive") as assistant:
        if any(taken.partial for taken in take_samples(assistant, progress)):
            raise KeyboardInterrupt
        suite = fairness.suite_part(assistant.vault, engine="extractive", fast=True, progress=progress)
        report["answers"] = {pack.id: suite}
    report["redaction"] = fairness.redaction_part(pack, _NAMES)
    fairness.finished(report, started)
    write(report, home, f"fairness-{pack.id}")


KINDS: Final[Mapping[str, ReportKind]] = {
    "answers": ReportKind("Answers to the pack's own questions, from the pack's own documents", True, _answers),
    "fairness": ReportKind(
        "Fairness, a first look: does an answer depend on who is asked about, and are all names hidden alike?",
        False,
        _fairness,
    ),
}
