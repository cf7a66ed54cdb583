"""Readers of DOCX, PPTX, XLSX and HTML on files with known words: character error rate of the prose, F1 of table cells, seconds.

    python -m bench.reading FOLDER --make --count 25    (writes the files and what they say; needs the dev packages)
    python -m bench.reading FOLDER [--json]              (reads them with the `assistant` that Python finds)
    python -m bench.reading FOLDER --peers PYTHON        (beside other readers, installed for that Python: `bench/peers.py`)

The files are written by python-docx, python-pptx, openpyxl and by hand; with `--office` LibreOffice writes each DOCX, XLSX and
HTML once more. To compare with another state of the code, run the second
line with PYTHONPATH set to it. A table cell counts where its row gives it under the names of its headers, the row's own key among
them ("Ward: north; Meal / Hour: 12 kg"). Prose counts what a person sees: powers, marks of notes, signs, no struck words.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KINDS = (".docx", ".pptx", ".xlsx", ".html")
# What is written and what it says: plain, raised, struck, a sign of a symbol font.
SENTENCES: tuple[tuple[list[tuple[str, str]], str], ...] = (
    (
        [("Lamps may come back within 21", ""), ("3", "raised"), (" days.", "")],
        "Lamps may come back within 21 days (note 3).",
    ),
    ([("Give it below 20 × 10", ""), ("9", "raised"), ("/L.", "")], "Give it below 20 × 10^9/L."),
    ([("The fee is ", ""), ("30", "struck"), ("12 euros a day.", "")], "The fee is 12 euros a day."),
    ([("Keep it ", ""), ("≥", "sign"), (" 4 °C overnight.", "")], "Keep it ≥ 4 °C overnight."),
    ([("Doses are ½ tablet of 5 µg.", "")], "Doses are ½ tablet of 5 µg."),
    ([("The desk opens at nine and closes at five.", "")], "The desk opens at nine and closes at five."),
)


def tables() -> ModuleType:
    """The tables with spans that the tests make."""
    spec = importlib.util.spec_from_file_location("table_making", ROOT / "tests" / "readers" / "table_making.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["table_making"] = module
    spec.loader.exec_module(module)
    return module


def prose_docx(chosen: list[int]) -> bytes:
    """Paragraphs as python-docx writes them."""
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = Document()
    for number in chosen:
        paragraph = document.add_paragraph()
        for text, looks in SENTENCES[number][0]:
            run = paragraph.add_run("" if looks == "sign" else text)
            run.font.superscript = looks == "raised" or None
            run.font.strike = looks == "struck" or None
            if looks == "sign":
                sign = OxmlElement("w:sym")
                sign.set(qn("w:font"), "Symbol")
                sign.set(qn("w:char"), "F0B3")
                run._r.append(sign)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def prose_pptx(chosen: list[int]) -> bytes:
    """Paragraphs of one text box as python-pptx writes them."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    frame = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(8), Inches(4)).text_frame
    for place, number in enumerate(chosen):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        for text, looks in SENTENCES[number][0]:
            run = paragraph.add_run()
            run.text = "\uf0b3" if looks == "sign" else text
            if looks == "raised":
                run.font._element.set("baseline", "30000")
            elif looks == "struck":
                run.font._element.set("strike", "sngStrike")
            elif looks == "sign":
                run.font.name = "Symbol"
    file = io.BytesIO()
    show.save(file)
    return file.getvalue()


def prose_html(chosen: list[int]) -> bytes:
    """Paragraphs of a page."""
    tags = {"": "{}", "raised": "<sup>{}</sup>", "struck": "<s>{}</s>", "sign": "&ge;"}
    body = "".join(
        "<p>" + "".join(tags[looks].format(text) for text, looks in SENTENCES[n][0]) + "</p>" for n in chosen
    )
    return f"<meta charset=utf-8><body>{body}".encode()


def prose_xlsx(chosen: list[int]) -> bytes:
    """Amounts with the formats that give them their units, one a row."""
    from openpyxl import Workbook

    book = Workbook()
    for row, number in enumerate(chosen, 1):
        value, code, _ = FORMATS[number]
        cell = book.active.cell(row, 1, value)
        cell.number_format = code
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FORMATS = (
    (2.5, '0.0" mg"', "2.5 mg"),
    (1234.5, '"$"#,##0.00', "$1,234.50"),
    (0.125, "0%", "13%"),
    (19.9, "[$€-407]#,##0.00", "€19.90"),
    (1.5, "# ?/?", "1 1/2"),
    (-300, "#,##0;[Red](#,##0)", "(300)"),
)


def make(folder: Path, count: int) -> None:
    """Write the files, half of them prose and half of them tables, and what they say."""
    folder.mkdir(parents=True, exist_ok=True)
    making = tables()
    writers = {".docx": making.docx, ".pptx": making.pptx, ".xlsx": making.xlsx, ".html": making.html}
    prose = {".docx": prose_docx, ".pptx": prose_pptx, ".xlsx": prose_xlsx, ".html": prose_html}
    said: dict[str, Any] = {}
    for seed in range(count):
        for kind in KINDS:
            rng = random.Random(f"{seed}{kind}")
            chosen = rng.sample(range(6), 6)
            name = f"prose-{seed:03d}{kind}"
            (folder / name).write_bytes(prose[kind](chosen))
            said[name] = [FORMATS[n][2] if kind == ".xlsx" else SENTENCES[n][1] for n in chosen]
            table = making.made_table(seed)
            name = f"table-{seed:03d}{kind}"
            (folder / name).write_bytes(writers[kind](table))
            said[name] = table.rows
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")


def make_office(folder: Path) -> None:
    """Let LibreOffice write the DOCX, XLSX and HTML files anew, under names that begin with its own."""
    said = json.loads((folder / "said.json").read_text("utf-8"))
    for kind in ("docx", "xlsx", "html"):
        files = sorted(folder.glob(f"[pt]*.{kind}"))
        # A page is opened by the text program; its own HTML is written from there.
        first = ["--writer"] if kind == "html" else []
        out = folder / "office"
        command = ["soffice", "--headless", *first, "--convert-to", kind, "--outdir", str(out), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        for file in files:
            (out / file.name).rename(folder / f"office-{file.name}")
            said[f"office-{file.name}"] = said[file.name]
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")


def cells(rows: list[list[tuple[str, str]]]) -> Counter[tuple[str, str, str]]:
    """Each cell with its header and the first value of its row."""
    return Counter((row[0][1], name, value) for row in rows if row for name, value in row)


def read_rows(text: str) -> list[list[tuple[str, str]]]:
    """The rows of a text that was read: names and values, one value under several names said of each."""
    found = []
    for block in text.split("\n\n"):
        row = []
        for piece in re.split(r"; |\n", block):
            names, mark, value = piece.rpartition(": ")
            row += [(name, value) for name in names.split(", ")] if mark else []
        found.append(row)
    return found


def distance(one: str, other: str) -> int:
    """Characters to put in, take out or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row = row, [i]
        for j, right in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (left != right)))
    return row[-1]


def count(sums: Counter[str], name: str, right: Any, text: str, rows: list[list[tuple[str, str]]]) -> None:
    """Hold one file's text or rows against what was written."""
    sums["files"] += 1
    if "prose" in name:
        sums["wrong"] += distance(" ".join(text.split()), " ".join(right))
        sums["characters"] += len(" ".join(right))
        return
    want, got = cells(right), cells(rows)
    sums["hit"] += (want & got).total()
    sums["want"] += want.total()
    sums["got"] += got.total()


def kind_of(name: str) -> str:
    """The kind of a file, with who wrote it where that is LibreOffice."""
    return ("office " if name.startswith("office-") else "") + Path(name).suffix


def figures(s: Counter[str]) -> dict[str, float]:
    """Character error rate, cell F1 and milliseconds."""
    return {
        "files": s["files"],
        "cer": round(s["wrong"] / max(1, s["characters"]), 4),
        "cell_f1": round(2 * s["hit"] / max(1, s["want"] + s["got"]), 4),
        "ms_a_file": round(s["microseconds"] / 1000 / s["files"], 1),
    }


def measure(folder: Path) -> dict[str, dict[str, float]]:
    """The figures of each kind of file."""
    from assistant.readers.registry import READERS

    said = json.loads((folder / "said.json").read_text("utf-8"))
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, right in said.items():
        data = (folder / name).read_bytes()
        begin = time.process_time()
        text = READERS[Path(name).suffix](data, name)[0].text
        sums[kind_of(name)]["microseconds"] += round(1e6 * (time.process_time() - begin))
        count(sums[kind_of(name)], name, right, re.sub(r"(?m)^## .*$", "", text), read_rows(text))
    return {kind: figures(s) for kind, s in sums.items()}


def measure_peers(folder: Path, python: Path) -> dict[str, dict[str, float]]:
    """The same of other readers; the first row of a table gives its headers, a reader's own header rows joined."""
    said = json.loads((folder / "said.json").read_text("utf-8"))
    command = [str(python), str(ROOT / "bench" / "peers.py"), str(folder)]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for found in map(json.loads, lines):
        name = found["file"]
        key = f"{kind_of(name)} {found['reader']}"
        sums[key]["microseconds"] += round(1e6 * found["seconds"])
        rows = [list(zip(t[0], row, strict=False)) for t in found["tables"] if t for row in t[1:]]
        count(sums[key], name, said[name], found["text"], rows)
    return {kind: figures(s) for kind, s in sorted(sums.items())}


def main() -> None:
    """Make files or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--count", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--office", action="store_true", help="With --make: LibreOffice's files too.")
    parser.add_argument(
        "--peers", type=Path, metavar="PYTHON", help="Python of other readers; left out where it is not there."
    )
    args = parser.parse_args()
    if args.make:
        make(args.folder, args.count)
        if args.office:
            make_office(args.folder)
        return
    found = measure(args.folder)
    if args.peers and args.peers.exists():
        found |= measure_peers(args.folder, args.peers)
    if args.json:
        print(json.dumps(found, indent=1))
        return
    print("kind                       files  character errors  cell F1  ms a file")
    for kind, f in found.items():
        print(f"{kind:25} {f['files']:6} {f['cer']:17.2%} {f['cell_f1']:8.3f} {f['ms_a_file']:10}")


if __name__ == "__main__":
    main()
