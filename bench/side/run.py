"""`make bench`: every comparison in turns, in one run; JSON and a Markdown page.

    python -m bench.side [--runs 5] [--only NAME ..] [--sizes 10000 100000] [--out FOLDER]

Names: embedding redaction pdf writing engines fts5 faiss answering cold. Each runs in a process of its own, so that what one
loads does not slow the next. Writes FOLDER/performance.json and FOLDER/performance.md [default: .demo/bench]; twenty minutes
on two idle cores.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import queue
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.config import data_home, go_offline, threads
from bench.side import parts, scale, shell, whole
from bench.side.measure import Figure, Side, compare
from bench.side.report import Found, page

Made = Callable[[Path], AbstractContextManager[Side]]
_SEARCHED = 10_000
SIDES: dict[str, Made] = {
    "embedding": lambda _: parts.embedding(),
    "redaction": lambda _: parts.redaction(),
    "pdf": lambda _: parts.pdf(),
    "writing": lambda _: parts.writing(),
    "engines": lambda _: parts.engines(),
    "fts5": lambda folder: parts.search(folder, _SEARCHED),
    "faiss": lambda folder: parts.vectors(folder, _SEARCHED),
    "answering": lambda _: whole.answering(),
}
COLD = "cold"
_LONGEST_S = 1800


def side(name: str, runs: int) -> Figure:
    """One comparison; runs in a child."""
    go_offline()
    with tempfile.TemporaryDirectory() as scratch, SIDES[name](Path(scratch)) as made:
        return compare(made, runs)


def size(count: int) -> scale.Size:
    """One size; runs in a child."""
    go_offline()
    return scale.measured(count)


def _child(work: Callable[..., Any], arguments: tuple[Any, ...], answer: Any) -> None:
    try:
        answer.put(("ok", work(*arguments)))
    except BaseException as error:
        answer.put(("failed", f"{type(error).__name__}: {error}"[:200]))


def apart(work: Callable[..., Any], *arguments: Any) -> tuple[str, Any]:
    """The result of work in a process of its own, or why there is none."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    child = context.Process(target=_child, args=(work, arguments, answer))
    child.start()
    until = time.monotonic() + _LONGEST_S
    while time.monotonic() < until:
        try:
            kind, value = answer.get(timeout=1.0)
        except queue.Empty:
            if child.exitcode:
                return "failed", f"its process ended with {child.exitcode}"
            continue
        child.join()
        return kind, value
    child.kill()
    return "failed", f"no answer within {_LONGEST_S} s"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=[*SIDES, COLD], default=[*SIDES, COLD])
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--out", type=Path, default=None)
    given = parser.parse_args()
    found = Found(given.runs, _processor(), threads(), os.getloadavg()[0])
    out = given.out or data_home() / "bench"
    out.mkdir(parents=True, exist_ok=True)
    for name in given.only:
        work = (shell.measured, given.runs) if name == COLD else (side, name, given.runs)
        value = _measured(found, name, *work)
        if isinstance(value, Figure):
            found.sides.append(value)
        elif isinstance(value, shell.Shell):
            found.shell = value
        _written(found, out)
    for count in given.sizes:
        if (value := _measured(found, f"{count:,} passages", size, count)) is not None:
            found.sizes.append(value)
        _written(found, out)
    print(page(found))
    print(f"written to {out}", file=sys.stderr)
    return 1 if found.failed else 0


def _written(found: Found, out: Path) -> None:
    """Write what there is after each piece of work: whoever ends the run early keeps it."""
    found.load_after = os.getloadavg()[0]
    (out / "performance.json").write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    (out / "performance.md").write_text(page(found), encoding="utf-8")


def _measured(found: Found, name: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """The result of work in a process of its own; None, and noted why, where there is none."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    kind, value = apart(work, *arguments)
    if kind == "failed":
        found.failed[name] = value
        return None
    return value
