"""A page of a PDF as a picture, the words of a quote marked on it: what a person checks a citation with.

Drawn here by PDFium from the file itself, so that tables, stamps and handwriting stand where they stand on paper.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.marks import quote_marks
from assistant.readers.pdf.reader import opened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

# Wide enough to read ten-point type on a screen, small enough for a page over a slow line (some 200 kB).
WIDTH: Final = 1240
_MOST_PIXELS: Final = 12_000_000
# A marker pen and a frame: the frame is seen by who does not see the colour.
_PEN: Final = (255, 226, 89)
_FRAME: Final = (23, 96, 158)
_EDGE: Final = 3


def draw_page(data: bytes, page: int, quote: str = "", source: str = "", width: int = WIDTH) -> bytes:
    """The page (from 1) as PNG, `width` pixels wide, with a frame around each line of the quote that is surely found on it.

    Raises ReaderError where the file cannot be read or has no such page.
    """
    import numpy as np

    marks = quote_marks(data, page, quote, source)
    document = opened(data, source)
    try:
        sheet = document[page - 1]
        across, down = sheet.get_size()
        scale = min(width / max(1.0, across), (_MOST_PIXELS / max(1.0, across * down)) ** 0.5)
        bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        pixels = np.array(bitmap.to_numpy()[:, :, :3])
        sheet.close()
    except (RuntimeError, ValueError, MemoryError):
        raise ReaderError("the page cannot be drawn", path=source, remedy="open the file in its own program") from None
    finally:
        document.close()
    _mark(pixels, marks.boxes, pixels.shape[1] / marks.width)
    return png(pixels)


def _mark(pixels: Pixels, boxes: Sequence[Box], scale: float) -> None:
    """Ink the boxes and draw one outline around those that touch, outside of them, so that no letter is cut."""
    import numpy as np

    inked = _covered(pixels.shape[:2], boxes, scale, 0)
    outline = _covered(pixels.shape[:2], boxes, scale, 2 * _EDGE) & ~_covered(pixels.shape[:2], boxes, scale, _EDGE)
    pixels[inked] = np.minimum(pixels[inked], np.array(_PEN, np.uint8))
    pixels[outline] = np.array(_FRAME, np.uint8)


def _covered(shape: tuple[int, ...], boxes: Sequence[Box], scale: float, around: int) -> NDArray[np.bool_]:
    import numpy as np

    found = np.zeros(shape, bool)
    for box in boxes:
        top, left = max(0, int(box.y0 * scale) - around), max(0, int(box.x0 * scale) - around)
        found[top : max(0, int(box.y1 * scale) + around), left : max(0, int(box.x1 * scale) + around)] = True
    return found


def png(pixels: Pixels) -> bytes:
    """Rows of red, green and blue as a PNG (ISO/IEC 15948): one chunk of data, no filter."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
