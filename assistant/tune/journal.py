"""What a recipe has done: each step with a hash of all that went in and the hashes of the files that came out.

A step whose inputs are the same and whose files are still what they were is not done again; a file that was changed by hand is made
anew, and so is everything that depends on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from assistant.errors import ConfigError
from assistant.tune.base import fingerprint

JOURNAL: Final = "journal.json"


@dataclass(frozen=True, slots=True)
class Done:
    """A finished step: the hash of its inputs, its files with their hashes, and what it found (plain JSON values)."""

    inputs: str
    files: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, object] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """One hash for all that a later step depends on."""
        return hashlib.sha256(json.dumps([self.files, self.found], sort_keys=True).encode()).hexdigest()


class Journal:
    """The journal of one folder; written after each step, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / JOURNAL
        self._steps: dict[str, Done] = {}
        if self._path.is_file():
            try:
                raw = json.loads(self._path.read_text(encoding="utf-8"))
                self._steps = {name: Done(**step) for name, step in raw.items()}
            except (OSError, ValueError, TypeError, AttributeError):
                raise ConfigError("not a journal", path=self._path, remedy="choose another folder") from None

    def step(self, name: str, inputs: object, make: Callable[[], tuple[list[Path], Mapping[str, object]]]) -> Done:
        """The step of that name, done now unless it was done before with the same inputs. Raises what `make` raises.

        `make` gives the files that it wrote, all inside the folder, and what it found.
        """
        wanted = _hash(inputs)
        before = self._before(name, wanted)
        if before is not None:
            return before
        files, found = make()
        hashes = {str(path.relative_to(self._folder)): fingerprint(path) for path in files}
        done = Done(wanted, hashes, json.loads(json.dumps(found)))
        self._steps[name] = done
        self._write()
        return done

    def is_done(self, name: str, inputs: object) -> bool:
        """Whether `step` would do nothing: the step was done with these inputs, and its files are what they were."""
        return self._before(name, _hash(inputs)) is not None

    def _before(self, name: str, wanted: str) -> Done | None:
        before = self._steps.get(name)
        return before if before is not None and before.inputs == wanted and self._whole(before) else None

    def done(self, name: str) -> Done:
        """A step that was done. Raises ConfigError where it was not."""
        found = self._steps.get(name)
        if found is None:
            raise ConfigError(f"the step {name} is not done", path=self._path, remedy="run the recipe from its start")
        return found

    def _whole(self, done: Done) -> bool:
        paths = {self._folder / name: sha256 for name, sha256 in done.files.items()}
        return all(path.exists() and fingerprint(path) == sha256 for path, sha256 in paths.items())

    def _write(self) -> None:
        part = self._path.with_name(JOURNAL + ".part")
        try:
            part.write_text(
                json.dumps({name: asdict(step) for name, step in self._steps.items()}, indent=1) + "\n",
                encoding="utf-8",
            )
            part.replace(self._path)
        except OSError as problem:
            raise ConfigError(f"cannot be written: {problem.strerror}", path=self._path) from None


def _hash(inputs: object) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()
