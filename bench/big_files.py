"""Big files: a PDF of 300 pages, a workbook of 50 sheets, 30 MB of text; seconds, memory, progress, and what Ctrl-C leaves.

    nice python -m bench.big_files FOLDER [--only pdf xlsx txt] [--seed 1]

Each file is made from the seed and taken into a new vault by a process of its own, whose peak memory is told, and that of the
largest process it started (the reader's). No model embeds: vectors are zero, because embedding takes its time by the passage
(`bench.embedding`) and would hide the rest. The same is begun again and interrupted at half the time; then the vault is opened
and held against itself, and a last run has to bring the file in.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.intake.run import ingest
from assistant.retrieval.chunk import chunk
from assistant.vault import KdfCost, Secret, Vault

if TYPE_CHECKING:
    from assistant.protocols import Vectors

SECRET = Secret.passphrase("four quiet words here")
SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu wa xe yi zo".split()


class Blank:
    """An embedder without a model."""

    name, dimension = "blank", 384

    def query(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), self.dimension), np.float32)

    passages = query


def sentence(rng: random.Random) -> str:
    """Twelve invented words and an amount."""
    words = ("".join(rng.choices(SYLLABLES, k=rng.randint(1, 3))) for _ in range(12))
    return f"{' '.join(words).capitalize()} {rng.randint(1, 900)} mg."


def make_pdf(path: Path, rng: random.Random, pages: int = 300) -> None:
    """Pages of forty lines, a table of ten rows on every fifth."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    for page in range(pages):
        lines = canvas.beginText(60, 780)
        for _ in range(40):
            lines.textLine(sentence(rng)[:95])
        canvas.drawText(lines)
        for row in range(10 if page % 5 == 0 else 0):
            for column in range(4):
                canvas.drawString(60 + 120 * column, 200 - 14 * row, f"{rng.choice(SYLLABLES)} {rng.randint(1, 99)}")
        canvas.showPage()
    canvas.save()


def make_xlsx(path: Path, rng: random.Random, sheets: int = 50) -> None:
    """Sheets of 400 rows and eight columns, with units in the number formats of two."""
    from openpyxl import Workbook

    book = Workbook()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"Ward {number + 1}")
        sheet.append(["Item", "Room", "Amount", "Price", "Note", "Day", "Kind", "State"])
        for row in range(400):
            words = rng.choices(SYLLABLES, k=4)
            sheet.append(
                [f"{words[0]}{row}", words[1], rng.random() * 90, rng.random() * 9, sentence(rng), row, *words[2:]]
            )
            sheet.cell(row + 2, 3).number_format = '0.0" mg"'
            sheet.cell(row + 2, 4).number_format = '"$"#,##0.00'
    book.save(path)


def make_txt(path: Path, rng: random.Random, size: int = 30_000_000) -> None:
    """Paragraphs of five sentences up to this size in bytes."""
    some = [sentence(rng) for _ in range(20_000)]
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < size:
            file.write(" ".join(rng.choices(some, k=5)) + "\n\n")


MAKERS = {"pdf": make_pdf, "xlsx": make_xlsx, "txt": make_txt}


def take(vault: Path, file: Path) -> dict[str, Any]:
    """Take one file in: what this process needed, and how long it was silent."""
    told: list[tuple[float, int, int, str]] = [(time.monotonic(), 0, 1, "")]

    def progress(done: int, total: int, what: str) -> None:
        told.append((time.monotonic(), done, total, what))

    with Vault.open(vault, SECRET) as opened:
        report = ingest([file], vault=opened, embedder=Blank(), progress=progress)
    own, child = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": round(time.monotonic() - told[0][0], 1),
        "passages": report.passages,
        "problems": [problem.reason for problem in report.problems],
        "partial": report.partial,
        "memory_mib": own,
        "reader_mib": child,
        "progress": len(told) - 1,
        "longest_silence_s": round(max(b[0] - a[0] for a, b in pairwise(told)), 1),
    }


def process(vault: Path, file: Path) -> subprocess.Popen[str]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.big_files", str(vault), "--take", str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def made(folder: Path) -> Path:
    """A new, empty vault."""
    Vault.create(folder, SECRET, kdf=KdfCost(1024, 1, 1)).close()
    return folder


def whole(vault: Path) -> int:
    """How many documents a vault holds; raises AssertionError where one is half there."""
    with Vault.open(vault, SECRET) as opened:
        opened.audit.verify()
        for info in opened.documents():
            assert info.passages == len(chunk(opened.document(info.id)))
        ids, vectors = opened.vectors()
        assert len(ids) == len(vectors) == sum(info.passages for info in opened.documents())
        return len(opened.documents())


def interrupted(vault: Path, file: Path, after: float) -> dict[str, Any]:
    """Ctrl-C after so many seconds: how long until it ended, what is there, and whether the next run brings the file in."""
    running = process(vault, file)
    time.sleep(after)
    running.send_signal(signal.SIGINT)
    begin = time.monotonic()
    running.communicate(timeout=600)
    ended = round(time.monotonic() - begin, 1)
    held = whole(vault)
    process(vault, file).communicate(timeout=3600)
    return {"after_s": round(after, 1), "ended_in_s": ended, "documents_held": held, "then": whole(vault)}


def main() -> None:
    """Make, take in, interrupt; a line of JSON for each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=MAKERS, default=list(MAKERS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--take", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.take:
        # A shell starts what runs behind it with Ctrl-C ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print(json.dumps(take(options.folder, options.take)))
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    for kind in options.only:
        file = options.folder / f"big.{kind}"
        MAKERS[kind](file, random.Random(options.seed))
        told = json.loads(process(made(options.folder / f"{kind}-whole"), file).communicate(timeout=3600)[0])
        line = {"kind": kind, "file_mib": round(file.stat().st_size / 2**20, 1), **told}
        line["ctrl_c"] = interrupted(made(options.folder / f"{kind}-cut"), file, told["seconds"] / 2)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
