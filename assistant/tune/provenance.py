"""Where a tuned model comes from: hashes of data, base and result, the settings, and the versions that made it."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from assistant import __version__
from assistant.config import threads
from assistant.tune.base import Base, fingerprint
from assistant.tune.loop import Result
from assistant.tune.rows import Row, digest, lines_of

MANIFEST: Final = "manifest.json"
_LIBRARIES: Final = ("torch", "transformers", "peft")


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a result depends on. The same manifest and machine give the same `weights_sha256`, unless time ended the run."""

    kind: str
    base: Mapping[str, str]
    data: Mapping[str, object]
    settings: Mapping[str, object]
    code: Mapping[str, str]
    run: Mapping[str, object]
    output: Mapping[str, str]


def manifest(
    kind: str, base: Base, rows: Sequence[Row], settings: Mapping[str, object], result: Result, file: Path
) -> Manifest:
    """The manifest of a result that lies in `file`."""
    return Manifest(
        kind=kind,
        base={"name": base.name, "sha256": base.sha256, "template": base.template},
        data={"sha256": digest(lines_of(rows)), "rows": len(rows)},
        settings=settings,
        code=code_version(),
        run={
            "ended": result.why,
            "steps": result.steps,
            "best_step": result.best.step,
            "held_out_before": result.history[0].held,
            "held_out_best": result.best.held,
            "history": [asdict(m) for m in result.history[1:]],
            "weights_sha256": result.weights_sha256,
            "threads": threads(),
        },
        output={"file": file.name, "sha256": fingerprint(file)},
    )


def code_version() -> dict[str, str]:
    """The version of this product, a hash of the modules that tune, and the versions of the libraries below them."""
    here = Path(__file__).parent
    sources = "".join(digest(path.read_text(encoding="utf-8")) for path in sorted(here.glob("*.py")))
    found = {"assistant": __version__, "tune_sha256": digest(sources)}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


def write_manifest(made: Manifest, folder: Path) -> Path:
    """Write it as `manifest.json` beside the result."""
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(made), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def fingerprint_of(kind: str, rows: Sequence[Row], settings: object, *models: str) -> str:
    """What a run depends on besides its schedule, as one line: kind, data, settings (a dataclass) and the models' hashes."""
    about = {"kind": kind, "data": digest(lines_of(rows)), "settings": repr(settings), "models": models}
    return json.dumps(about, sort_keys=True)
