"""Pages that are pictures: rendered, recognized, and handed on as words with their confidence."""

from __future__ import annotations

from statistics import median
from typing import Final

from assistant.readers.ocr import DPI, Seen, recognize
from assistant.readers.pdf.pdfium import Page
from assistant.readers.pdf.words import Run, Upright, Word

_SCALE: Final = DPI / 72
_MOST: Final = 3_000
"""Pixels of the longer side of a rendered page: larger sheets are rendered at less."""
_ALIKE: Final = 0.22
_SIZE: Final = 0.78
"""Of the height of a recognized line, which is padded: the size of its print."""
_BASE: Final = 0.24
"""Of the height of a recognized line: what lies below its baseline."""


def words_in_picture(page: Page, source: str) -> Upright:
    """The words of a page of pypdfium2 that is a picture, in points. Raises ReaderError where recognition is not installed."""
    scale = min(_SCALE, _MOST / max(*page.get_size(), 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        picture = bitmap.to_numpy()
        picture = picture.reshape(picture.shape[0], picture.shape[1])
        seen = recognize(picture, source)
        usual = median(one.y1 - one.y0 for one in seen) if seen else 0.0
        return Upright([_word(one, scale, usual) for one in seen], 0)
    finally:
        bitmap.close()


def _word(seen: Seen, scale: float, usual: float) -> Word:
    # Recognized lines of one size differ by a few pixels in height.
    pixels = seen.y1 - seen.y0
    high = (usual if abs(pixels - usual) < _ALIKE * usual else pixels) / scale
    baseline = seen.y1 / scale - _BASE * high
    size = round(_SIZE * high)
    return Word(
        [Run(seen.text)],
        seen.x0 / scale,
        seen.y0 / scale,
        seen.x1 / scale,
        seen.y1 / scale,
        baseline,
        float(max(size, 1)),
        confidence=seen.confidence,
    )
