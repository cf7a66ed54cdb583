"""A recipe run for a person who types no command: in a process of its own, so that the screen stays quick and it can be stopped.

A recipe goes on where it was stopped, so a stopped run, a closed screen and a power cut are all mended by starting it again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.config import data_home, shipped
from assistant.errors import ExitCode, UsageError

REPORT: Final = "report.md"
RECIPE: Final = "recipe.yaml"
_LINES: Final = 200
_SECRETS: Final = ("ASSISTANT_PASSPHRASE", "ASSISTANT_PASSWORD", "ASSISTANT_NEW_PASSWORD")
_PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A recipe that can be run: its name, its file, and the folder that its work lies in."""

    name: str
    file: Path
    folder: Path

    @property
    def report(self) -> Path:
        """The comparison that it ends in; not there before."""
        return self.folder / REPORT


def offers() -> list[Offer]:
    """The recipes of the packs, and those that a site put into the folder `recipes` of its data folder."""
    own = data_home() / "recipes"
    found = [(path.parent.name, path) for path in sorted(shipped("domains").glob(f"*/{RECIPE}"))]
    found += [(path.stem, path) for path in sorted(own.glob("*.yaml"))]
    return [Offer(name, path, data_home() / "workshop" / name) for name, path in found]


class RecipeJob:
    """One run; `told` is called from another thread with each line that it says."""

    def __init__(self, offer: Offer, told: Callable[[str], None], *, policy: str = "") -> None:
        self.offer = offer
        self.lines: deque[str] = deque(maxlen=_LINES)
        self._told = told
        arguments = ["tune", "recipe", str(offer.file), "--out", str(offer.folder)]
        self._command = [sys.executable, "-m", "assistant", *arguments, *(("--policy", policy) if policy else ())]
        self._process: subprocess.Popen[str] | None = None
        self._guard = threading.Lock()
        self._stopped = False

    def run(self) -> str:
        """Run to the end, and say how it ended, in one line; the body of a thread. Raises UsageError where it cannot be started."""
        environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
        with self._guard:
            if self._stopped:
                return STOPPED
            try:
                self.offer.folder.mkdir(parents=True, exist_ok=True)
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    text=True, encoding="utf-8", errors="replace", env=environment, start_new_session=True,
                )  # fmt: skip
            except OSError as problem:
                raise UsageError(
                    f"the recipe cannot be started: {problem.strerror}",
                    path=self.offer.folder,
                    remedy="free some space",
                ) from None
        with self._process as process:
            for line in process.stdout or ():
                if line.strip():
                    self.lines.append(line.rstrip())
                    self._told(self.lines[-1])
        return self._ended(process.returncode)

    def cancel(self) -> None:
        """Stop it; what is done is kept. Safe from any thread, at any time, more than once."""
        with self._guard:
            self._stopped = True
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def _ended(self, code: int) -> str:
        if self._stopped:
            return STOPPED
        if code == 0:
            return "DONE: no gate metric is worse; the report tells the rest"
        if code == int(ExitCode.FAILED) and self.offer.report.is_file():
            return "DONE: worse than its base on a gate metric, nothing was registered; the report tells the rest"
        return f"ERROR: {last_problem(self.lines)}"


STOPPED: Final = "STOPPED: what is done is kept; start it again to go on"


def last_problem(lines: Sequence[str]) -> str:
    """The line that says why, of what a failed command said last."""
    told = [line for line in lines if line.startswith("error")]
    return (told or list(lines) or ["the recipe ended without a word"])[-1].removeprefix("error: ")
