"""Readers of PDF on pages with known words: character error rate of the prose, F1 of table cells, seconds, whole sentences.

    python -m bench.pdf --count 6 --keep FOLDER      (makes the pages once; later runs take them from the folder)
    python -m bench.pdf --keep FOLDER --only ours pypdf pdfplumber pdfium

Prose is compared in order with all blanks equal. A cell is found where its row's line (ours: with its header) holds it;
for readers without tables, where a line of text holds the row's first cell and it. The figures in docs/decisions/022 come
from here.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from bench.pdf.making import Sample, samples


def ours(data: bytes) -> str:
    """This product's reader; what is not sure is left out, as it is never released."""
    from assistant.readers.registry import READERS

    (document,) = READERS[".pdf"](data, "a.pdf")
    return re.sub(r"(?m)^#+ ", "", document.text)


def pypdf(data: bytes) -> str:
    """pypdf, the reader before."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def pdfplumber(data: bytes) -> str:
    """pdfplumber (pdfminer.six), with its tables where it finds some."""
    import pdfplumber as plumber

    parts = []
    with plumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            tables = page.find_tables()
            rest = page
            for table in tables:
                rest = rest.outside_bbox(table.bbox)
            parts.append(rest.extract_text() or "")
            for table in tables:
                rows = [[(cell or "").replace("\n", " ") for cell in row] for row in table.extract()]
                parts += ["; ".join(f"{h}: {c}" for h, c in zip(rows[0], row, strict=False) if c) for row in rows[1:]]
    return "\n".join(parts)


def pdfminer(data: bytes) -> str:
    """pdfminer.six with its own layout analysis."""
    from pdfminer.high_level import extract_text

    return extract_text(io.BytesIO(data))


def pdfium(data: bytes) -> str:
    """PDFium's own text order."""
    from pypdfium2 import PdfDocument

    return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(data))


READERS = {"ours": ours, "pypdf": pypdf, "pdfium": pdfium, "pdfminer": pdfminer, "pdfplumber": pdfplumber}


def plain(text: str) -> str:
    """One line, blanks equal."""
    return re.sub(r"\s+", " ", text).strip()


def distance(one: str, other: str) -> int:
    """Edits that lead from one text to the other (Levenshtein)."""
    a, b = np.frombuffer(one.encode("utf-32-le"), np.uint32), np.frombuffer(other.encode("utf-32-le"), np.uint32)
    steps = np.arange(len(b) + 1)
    row = steps.copy()
    for i, character in enumerate(a, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (b != character))
        # What is inserted costs one each: a running minimum of the values less their column.
        row = np.minimum.accumulate(np.concatenate(([i], best)) - steps) + steps
    return int(row[-1])


def score(text: str, sample: Sample) -> dict[str, float]:
    """Character error rate, whole sentences, and the F1 of cells."""
    flat = plain(text)
    wanted = plain(" ".join(sample.text))
    found: dict[str, float] = {}
    if not sample.tables:
        found["cer"] = min(1.0, distance(flat, wanted) / len(wanted))
    sentences = [s for paragraph in sample.text for s in re.split(r"(?<=[a-z]\.)\s+(?=[A-Z])", plain(paragraph))]
    found["sentences"] = sum(s in flat for s in sentences) / len(sentences)
    if sample.tables:
        found["cells"] = cell_f1(text, sample)
    return found


def cell_f1(text: str, sample: Sample) -> float:
    """Cells with their header and row name on one line: hits, misses and cells told under a wrong header."""
    lines = [plain(line) for line in text.splitlines()]
    hit = miss = wrong = 0
    for table in sample.tables:
        head = table[0]
        for row in table[1:]:
            mine = next(
                (line for line in lines if row[0] in line and (f"{head[0]}: {row[0]}" in line or head[0] not in line)),
                "",
            )
            for name, cell in zip(head[1:], row[1:], strict=True):
                told = re.search(rf"(?:^|; ){re.escape(name)}: ([^;]*)", mine)
                if cell and told and told.group(1) == cell:
                    hit += 1
                else:
                    miss += bool(cell)
                    wrong += bool(told)
    return 2 * hit / max(1, 2 * hit + miss + wrong)


def main() -> None:
    """Make or load the samples, read them with each reader, print a table by kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=6)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", nargs="*", default=list(READERS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    store = options.keep / "samples.json" if options.keep else None
    if store and store.exists():
        made = [
            Sample(**{**s, "data": (options.keep / f"{s['name']}.pdf").read_bytes()})
            for s in json.loads(store.read_text())
        ]
    else:
        made = list(samples(options.count))
        if store:
            options.keep.mkdir(parents=True, exist_ok=True)
            for sample in made:
                (options.keep / f"{sample.name}.pdf").write_bytes(sample.data)
            store.write_text(
                json.dumps(
                    [{"name": s.name, "kind": s.kind, "data": "", "text": s.text, "tables": s.tables} for s in made]
                )
            )
    table: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    spent: dict[str, float] = defaultdict(float)
    for sample in made:
        for name in options.only:
            started = time.process_time()
            try:
                text = READERS[name](sample.data)
            except Exception as error:
                print(f"{name} {sample.name}: {type(error).__name__}")
                text = ""
            spent[name] += time.process_time() - started
            for measure, value in score(text, sample).items():
                table[sample.kind][name][measure].append(value)
                table["all"][name][measure].append(value)
    for kind, rows in table.items():
        print(f"\n{kind} ({len(next(iter(rows.values()))['sentences'])} files)")
        for name, measures in rows.items():
            shown = "  ".join(f"{measure} {sum(v) / len(v):7.2%}" for measure, v in measures.items())
            print(f"  {name:<11} {shown}")
    print("\nCPU seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in spent.items()))


if __name__ == "__main__":
    main()
