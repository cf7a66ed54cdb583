"""Pages by LaTeX (Debian's texlive-latex-base): two columns with torn words, tables, powers, notes, lists; the words in order."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.pdf.writing import Writer

Made = tuple[str, str, list[str], list[list[list[str]]]]
"""The kind, the source, the paragraphs as they read, the tables."""


def _document(body: str, options: str = "11pt", preamble: str = "") -> str:
    return (
        f"\\documentclass[{options}]{{article}}\n\\usepackage[T1]{{fontenc}}\n\\usepackage[utf8]{{inputenc}}\n{preamble}\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def columns(seed: int) -> Made:
    """Two columns, justified, words torn at line ends by TeX."""
    w = Writer(seed)
    title = f"Notes on {w.noun_phrase()}"
    text = [w.paragraph(5, long_words=True) for _ in range(10)]
    body = f"\\section*{{{title}}}\n" + "\n\n".join(text)
    return "columns (TeX)", _document(body, "10pt,twocolumn"), [title, *text], []


def tables(seed: int) -> Made:
    """Tables with level rules or full ones, between paragraphs."""
    w = Writer(seed)
    full = seed % 2 == 1
    text, made, body = [], [], ""
    for _ in range(2):
        text.append(w.paragraph(3))
        table = w.table(5, 4, empty=0.15)
        made.append(table)
        line = " \\\\ \\hline\n" if full else " \\\\\n"
        rows = [" & ".join(row) for row in table]
        spec = "|l|l|l|l|" if full else "llll"
        inner = f"\\hline\n{rows[0]} \\\\ \\hline\n" + line.join(rows[1:]) + " \\\\ \\hline"
        body += (
            f"{text[-1]}\n\n\\begin{{center}}\\begin{{tabular}}{{{spec}}}\n{inner}\n\\end{{tabular}}\\end{{center}}\n\n"
        )
    text.append(w.paragraph(2))
    return (
        f"table {'grid' if full else 'level'} (TeX)",
        _document(body + text[-1], preamble="\\pagestyle{empty}"),
        text,
        made,
    )


def notes(seed: int) -> Made:
    """Powers and lowered digits of math, marks of notes with the notes at the foot, fractions."""
    w = Writer(seed)
    r = w.random
    days, power, count = r.randint(3, 28), r.randint(3, 12), r.randint(2, 90)
    below = [w.sentence(), w.sentence()]
    rest = [w.sentence() for _ in range(3)]
    shown = [
        f"Send it back within {days} days\\footnote{{{below[0]}}}. {rest[0]}",
        f"The count is ${count} \\times 10^{{{power}}}$/L in the morning\\footnote{{{below[1]}}}. {rest[1]}",
        f"H$_2$O and CO$_2$ leave an area of {count} m$^2$. {rest[2]}",
    ]
    text = [
        f"Send it back within {days} days [1]. {rest[0]}",
        f"The count is {count} × 10^{power}/L in the morning [2]. {rest[1]}",
        f"H2O and CO2 leave an area of {count} m^2. {rest[2]}",
        *(f"[{i}] {note}" for i, note in enumerate(below, 1)),
    ]
    return "raised and lowered (TeX)", _document("\n\n".join(shown), preamble="\\pagestyle{empty}"), text, []


def lists(seed: int) -> Made:
    """Numbered and lettered lists within each other, bullets, ligatures, struck-free text."""
    w = Writer(seed)
    outer, inner, items = ([w.sentence() for _ in range(n)] for n in (3, 2, 4))
    words = "The beta-blocker, the long-acting insulin and a follow-up visit in a well-lit office fit the first-line efficient flow."
    body = f"{words}\n\n\\begin{{enumerate}}\n\\item {outer[0]}\n\\begin{{enumerate}}\n"
    body += "".join(f"\\item {t}\n" for t in inner) + "\\end{enumerate}\n"
    body += "".join(f"\\item {t}\n" for t in outer[1:]) + "\\end{enumerate}\n\\begin{itemize}\n"
    body += "".join(f"\\item {t}\n" for t in items) + "\\end{itemize}"
    text = [words, f"1. {outer[0]}", f"(a) {inner[0]}", f"(b) {inner[1]}", f"2. {outer[1]}", f"3. {outer[2]}"]
    return (
        "lists, ligatures (TeX)",
        _document(body, preamble="\\pagestyle{empty}"),
        [*text, *(f"- {t}" for t in items)],
        [],
    )


KINDS: Final[dict[str, Callable[[int], Made]]] = {"columns": columns, "table": tables, "notes": notes, "lists": lists}


def by_tex(source: str, folder: Path) -> bytes:
    """A document typeset by pdflatex."""
    (folder / "page.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / "page.pdf").read_bytes()
