"""Pages printed by reportlab for the tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from assistant.readers.pdf import read_pdf
from assistant.types import Document

A4 = (595.0, 842.0)
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=12, spaceAfter=6)


def drawn(*pages: Callable[[Canvas], Any], size: tuple[float, float] = A4) -> bytes:
    """A page for each function that draws on a canvas."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size)
    for page in pages:
        canvas.setFont("Helvetica", 11)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def flowing(story: Sequence[Any], *, columns: int = 1, gap: float = 18, style: ParagraphStyle = BODY) -> bytes:
    """Paragraphs (texts or flowables) that flow through columns and pages."""
    file = io.BytesIO()
    margin = 56.0
    wide = (A4[0] - 2 * margin - gap * (columns - 1)) / columns
    frames = [
        Frame(margin + i * (wide + gap), margin, wide, A4[1] - 2 * margin, leftPadding=0, rightPadding=0)
        for i in range(columns)
    ]
    document = BaseDocTemplate(file, pagesize=A4)
    document.addPageTemplates(PageTemplate(frames=frames))
    document.build([Paragraph(part, style) if isinstance(part, str) else part for part in story])
    return file.getvalue()


def lines(*texts: str, x: float = 60, y: float = 780, step: float = 14) -> Callable[[Canvas], None]:
    """Draws lines of text below each other."""

    def draw(canvas: Canvas) -> None:
        for i, text in enumerate(texts):
            canvas.drawString(x, y - i * step, text)

    return draw


def read(data: bytes) -> Document:
    """What the reader makes of it."""
    (document,) = read_pdf(data, "a.pdf")
    return document


def sure_text(document: Document) -> str:
    """The text of all sections that may be released, on one line."""
    return " ".join(" ".join(document.text[s.start : s.end].split()) for s in document.sections if s.sure)
