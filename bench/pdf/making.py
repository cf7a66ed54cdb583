"""Pages by reportlab, LaTeX, Chromium and LibreOffice with the text that they hold, in reading order, and their tables."""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.pdf import tex
from bench.pdf.writing import Writer


@dataclass
class Sample:
    """One file: its paragraphs in order and its tables (rows of cells, the header first)."""

    name: str
    kind: str
    data: bytes
    text: list[str]
    tables: list[list[list[str]]] = field(default_factory=list)


# ---------------------------------------------------------------- reportlab


def _flow(
    story: list[object],
    *,
    columns: int = 1,
    pagesize: tuple[float, float] | None = None,
    on_page: Callable | None = None,
) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    file = io.BytesIO()
    document = BaseDocTemplate(file, pagesize=pagesize or A4)
    width, height = pagesize or A4
    gap, margin = 18, 56
    wide = (width - 2 * margin - gap * (columns - 1)) / columns
    frames = [
        Frame(margin + i * (wide + gap), margin, wide, height - 2 * margin, leftPadding=0, rightPadding=0)
        for i in range(columns)
    ]
    document.addPageTemplates(PageTemplate(frames=frames, onPage=on_page or (lambda *_: None)))
    document.build(story)
    return file.getvalue()


def _styles(size: float = 10, *, justified: bool = False):
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("body", fontName="Times-Roman", fontSize=size, leading=size * 1.2, spaceAfter=6)
    if justified:
        body.alignment = TA_JUSTIFY
    head = ParagraphStyle("head", fontName="Helvetica-Bold", fontSize=size * 1.4, leading=size * 1.7, spaceAfter=6)
    return body, head


def reportlab_columns(seed: int) -> Sample:
    """Two or three columns under a heading each."""
    from reportlab.platypus import Paragraph

    w = Writer(seed)
    columns = 2 + seed % 2
    body, head = _styles(9 + seed % 3, justified=seed % 2 == 0)
    text, story = [], []
    for n in range(4):
        title = f"Section {n + 1} {w.random.choice(['of the', 'about the'])} {w.noun_phrase()[4:]}"
        story.append(Paragraph(title, head))
        text.append(title)
        for _ in range(4):
            text.append(w.paragraph(4))
            story.append(Paragraph(text[-1], body))
    return Sample(f"reportlab-columns-{seed}", "columns", _flow(story, columns=columns), text)


def reportlab_tables(seed: int) -> Sample:
    """Tables: with all rules, with level rules, without any; wrapped cells, empty cells."""
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph, Spacer, Table

    w = Writer(seed)
    body, _ = _styles()
    style = ["grid", "level", "none"][seed % 3]
    text, story, tables = [], [], []
    for n in range(2):
        text.append(w.paragraph(3))
        story.append(Paragraph(text[-1], body))
        wrapped = n == 1
        table = w.table(6, 4, empty=0.2, words=9 if wrapped else 2)
        tables.append(table)
        shown = [[Paragraph(cell, body) for cell in row] for row in table] if wrapped else table
        rules = {
            "grid": [("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
            "level": [("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.grey)],
            "none": [],
        }[style]
        story += [Table(shown, style=[*rules, ("VALIGN", (0, 0), (-1, -1), "TOP")], colWidths=[110] * 4), Spacer(1, 12)]
    text.append(w.paragraph(3))
    story.append(Paragraph(text[-1], body))
    return Sample(f"reportlab-table-{style}-{seed}", f"table {style}", _flow(story), text, tables)


def reportlab_running(seed: int) -> Sample:
    """Many pages with a running head and page numbers."""
    from reportlab.platypus import PageBreak, Paragraph

    w = Writer(seed)
    body, _ = _styles(11)
    title = f"Handbook of {w.noun_phrase()}"

    def on_page(canvas, document):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(56, 810, title)
        canvas.drawRightString(540, 30, f"Page {document.page} of 6")

    text, story = [title], []
    for _ in range(6):
        for _ in range(4):
            text.append(w.paragraph(4))
            story.append(Paragraph(text[-1], body))
        story.append(PageBreak())
    return Sample(f"reportlab-running-{seed}", "running heads", _flow(story, on_page=on_page), text)


def reportlab_rotated(seed: int) -> Sample:
    """A page turned by its /Rotate entry, or printed sideways."""
    from pypdf import PdfReader, PdfWriter
    from reportlab.platypus import Paragraph

    w = Writer(seed)
    body, _ = _styles(11)
    text = [w.paragraph(4) for _ in range(4)]
    data = _flow([Paragraph(t, body) for t in text])
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(data)).pages:
        turned = writer.add_page(page).rotate((90, 180, 270)[seed % 3])
        if seed % 2:
            turned.transfer_rotation_to_content()
    file = io.BytesIO()
    writer.write(file)
    return Sample(f"reportlab-rotated-{seed}", "rotated", file.getvalue(), text)


def reportlab_notes(seed: int) -> Sample:
    """Raised marks of notes behind numbers and words, powers, formulas with lowered digits; the notes at the foot."""
    from reportlab.platypus import Paragraph, Spacer

    w = Writer(seed)
    body, _ = _styles(11)
    small, _ = _styles(8)
    r = w.random
    days, power, count = r.randint(3, 28), r.randint(3, 12), r.randint(2, 90)
    shown = [
        f"Send it back within {days}<super>1</super> days. {w.sentence()}",
        f"The count is {count} x 10<super>{power}</super>/L in the morning<super>2</super>. {w.sentence()}",
        f"H<sub>2</sub>O and CO<sub>2</sub> leave an area of {count} m<super>2</super>. {w.sentence()}",
    ]
    text = [
        shown[0].replace(f"{days}<super>1</super> days.", f"{days} days [1]."),
        shown[1]
        .replace(f"10<super>{power}</super>", f"10^{power}")
        .replace("morning<super>2</super>.", "morning [2]."),
        shown[2].replace("<sub>2</sub>", "2").replace("<super>2</super>", "^2"),
    ]
    notes = [w.sentence(), w.sentence()]
    story = [Paragraph(s, body) for s in shown] + [Spacer(1, 200)]
    story += [Paragraph(f"<super>{i}</super> {note}", small) for i, note in enumerate(notes, 1)]
    text += [f"[{i}] {note}" for i, note in enumerate(notes, 1)]
    return Sample(f"reportlab-notes-{seed}", "raised and lowered", _flow(story), text)


# ---------------------------------------------------------------- Chromium and LibreOffice, from HTML


def _page(body: str, css: str = "") -> str:
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><style>body{{font:11pt serif}}{css}</style><body>{body}</body></html>'


def _cells(table: list[list[str]]) -> str:
    rows = []
    for i, row in enumerate(table):
        kind = "th" if i == 0 else "td"
        rows.append("<tr>" + "".join(f"<{kind}>{html.escape(cell)}</{kind}>" for cell in row) + "</tr>")
    return "<table>" + "".join(rows) + "</table>"


def html_columns(seed: int) -> tuple[str, str, list[str], list]:
    """Two columns with automatic hyphens."""
    w = Writer(seed)
    text = [w.paragraph(4, long_words=True) for _ in range(8)]
    css = "div{columns:2;column-gap:8mm;text-align:justify;hyphens:auto} p{margin:0 0 2mm}"
    title = f"Notes on {w.noun_phrase()}"
    body = f"<h1>{title}</h1><div>" + "".join(f"<p>{t}</p>" for t in text) + "</div>"
    return "columns, torn words", _page(body, css), [title, *text], []


def html_tables(seed: int) -> tuple[str, str, list[str], list]:
    """Tables with and without borders, zebra fills."""
    w = Writer(seed)
    border = seed % 2
    css = "td,th{padding:1mm 3mm;text-align:left;vertical-align:top}" + (
        "table{border-collapse:collapse}td,th{border:1px solid #333}"
        if border
        else "tr:nth-child(even){background:#eee}"
    )
    text, tables, body = [], [], ""
    for words in (2, 8):
        text.append(w.paragraph(2))
        tables.append(w.table(6, 4, empty=0.15, words=words))
        body += f"<p>{text[-1]}</p>" + _cells(tables[-1])
    text.append(w.paragraph(2))
    return f"table {'grid' if border else 'none'}", _page(body + f"<p>{text[-1]}</p>", css), text, tables


def html_lists(seed: int) -> tuple[str, str, list[str], list]:
    """Lists, ligatures, struck text, compounds at line ends."""
    w = Writer(seed)
    items = [w.sentence() for _ in range(5)]
    numbered = [w.sentence() for _ in range(4)]
    words = "The beta-blocker, the long-acting insulin and a follow-up visit in a well-lit office fit the first-line efficient flow."
    filler = [f"{words} {w.paragraph(2)}" for _ in range(3)]
    body = "".join(f"<p style='width:{n}mm'>{t}</p>" for n, t in zip((70, 83, 97), filler, strict=True))
    body += "<ul>" + "".join(f"<li>{t}</li>" for t in items) + "</ul>"
    body += "<ol>" + "".join(f"<li>{t}</li>" for t in numbered) + "</ol>"
    body += "<p>Take 5 mg <s>and 90 mg</s> a day.</p>"
    text = [*filler, *(f"- {t}" for t in items), *(f"{i}. {t}" for i, t in enumerate(numbered, 1)), "Take 5 mg a day."]
    return "lists, ligatures, compounds, struck", _page(body), text, []


HTML = {"columns": html_columns, "table": html_tables, "lists": html_lists}


def by_chromium(source: str, folder: Path) -> bytes:
    """A page printed by Chromium, headless."""
    page, out = folder / "page.html", folder / "page.pdf"
    page.write_text(source, encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --no-pdf-header-footer".split()
    places = [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={out}", page.as_uri()]
    subprocess.run(["chromium", *flags, *places], check=True, capture_output=True, timeout=120)
    return out.read_bytes()


def by_libreoffice(source: str, folder: Path) -> bytes:
    """A page printed by LibreOffice Writer, headless."""
    page, out = folder / "page.html", folder / "page.pdf"
    page.write_text(source, encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    order = ["--headless", "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export", "--outdir"]
    subprocess.run(["soffice", profile, *order, folder, page], check=True, capture_output=True, timeout=180)
    return out.read_bytes()


def samples(count: int) -> Iterator[Sample]:
    """`count` seeds of every kind by every producer that is installed."""
    for seed in range(count):
        for make in (reportlab_columns, reportlab_tables, reportlab_running, reportlab_rotated, reportlab_notes):
            yield make(seed)
    with tempfile.TemporaryDirectory() as name:
        if shutil.which("pdflatex") is not None:
            for kind, make in tex.KINDS.items():
                for seed in range(count):
                    label, source, text, tables = make(seed)
                    yield Sample(f"tex-{kind}-{seed}", label, tex.by_tex(source, Path(name)), text, tables)
        for command, printer in (("chromium", by_chromium), ("soffice", by_libreoffice)):
            if shutil.which(command) is None:
                continue
            for kind, make in HTML.items():
                # LibreOffice's HTML filter knows no columns.
                if command == "soffice" and kind == "columns":
                    continue
                for seed in range(count):
                    label, source, text, tables = make(seed)
                    yield Sample(
                        f"{command}-{kind}-{seed}", f"{label} ({command})", printer(source, Path(name)), text, tables
                    )
