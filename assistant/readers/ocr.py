"""Text in pictures of pages, recognized offline by rapidocr (PP-OCR models inside its wheel, run by onnxruntime).

The extra `ocr` installs it. Its models are named by their files, so that it has nothing to fetch; where they are missing it
is an error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, Protocol

from assistant.errors import ReaderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DPI: Final = 200
"""Dots an inch: 150 loses small print, 300 takes twice the time for the same words (`bench/ocr.py`)."""
_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """One recognized word: its place in pixels of the upright page, the height of its line, and how sure the model is, 0 to 1."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    line: int
    confidence: float


def recognize(picture: NDArray[np.uint8], source: str) -> list[Seen]:
    """The words of a picture (height x width, grey), turned so that its lines are level.

    Raises ReaderError where the extra is not installed.
    """
    import numpy as np

    engine = _engine(source)
    found = engine(np.repeat(picture[:, :, None], 3, axis=2))
    if found.boxes is None or not found.word_results:
        return []
    lines = [line for line in found.word_results if line]
    return list(_levelled(lines, _slope(found.boxes))) if lines else []


Corner = tuple[float, float]
WordBox = tuple[str, float, Sequence[Corner]]
"""A word as rapidocr gives it: text, confidence, and its corners from the upper left, clockwise."""


class Recognized(Protocol):
    """What rapidocr finds in a picture; None where it finds nothing."""

    boxes: Iterable[Sequence[Corner]] | None
    word_results: Sequence[Sequence[WordBox]] | None


class Recognizer(Protocol):
    """rapidocr's engine."""

    def __call__(self, picture: object, /) -> Recognized: ...


@cache
def _engine(source: str = "") -> Recognizer:
    try:
        import rapidocr
    except ImportError:
        raise ReaderError(
            "text recognition is not installed", path=source, remedy="pip install 'assistant[ocr]', or leave --ocr out"
        ) from None
    models = Path(rapidocr.__file__).parent / "models"
    files = {part: sorted(models.glob(f"*_{part}_*.onnx")) for part in ("det", "cls", "rec")}
    if not all(files.values()):
        raise ReaderError("the models of text recognition are missing", path=source, remedy="install rapidocr again")
    places = {f"{part.capitalize()}.model_path": str(found[0]) for part, found in files.items()}
    made: Recognizer = rapidocr.RapidOCR(
        params={
            **places,
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
        }
    )
    return made


def _slope(boxes: Iterable[Sequence[Corner]]) -> float:
    """The angle of the lines in radians: that of their upper edges, long ones first."""
    angles = []
    for box in boxes:
        (x0, y0), (x1, y1) = box[0], box[1]
        if abs(x1 - x0) > 100:
            angles.append(math.atan2(y1 - y0, x1 - x0))
    return median(angles) if angles else 0.0


def _levelled(lines: Sequence[Sequence[WordBox]], slope: float) -> Iterator[Seen]:
    cos, sin = math.cos(-slope), math.sin(-slope)
    for number, line in enumerate(lines):
        placed = []
        for text, confidence, corners in line:
            xs = [x * cos - y * sin for x, y in corners]
            ys = [x * sin + y * cos for x, y in corners]
            placed.append((str(text), float(confidence), min(xs), max(xs), sum(ys[:2]) / 2, sum(ys[2:]) / 2))
        # All words of a line stand on one baseline; boxes of single words follow their letters.
        upper, lower = median(p[4] for p in placed), median(p[5] for p in placed)
        for text, confidence, x0, x1, _, _ in placed:
            if text.strip():
                yield Seen(text.strip(), x0, upper, x1, lower, number, confidence)
