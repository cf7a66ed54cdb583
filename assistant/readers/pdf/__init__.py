"""PDF: glyphs with their places to words, lines, columns and tables, in the order in which a person reads them."""

from __future__ import annotations

from assistant.readers.pdf.reader import read_pdf

__all__ = ["read_pdf"]
