"""What a page of a PDF shows: glyphs, ruling lines, filled areas and pictures, in points from the top left, upright."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from assistant.readers.pdf.characters import character
from assistant.readers.pdf.pdfium import Page, TextPage

MAX_GLYPHS: Final = 200_000
"""Of one page; a densely printed page of a telephone book has about 20,000."""
MAX_OBJECTS: Final = 50_000
_MAX_SEGMENTS: Final = 100_000
_THIN: Final = 3.0
"""Points: a filled area thinner than this is a line. Rules of tables are drawn with 0.25 to 2 points."""
_DOT: Final = (1.2, 8.0)
"""Points: the size of a list's mark that is drawn and not printed as a character."""
_INVISIBLE_MODES: Final = frozenset({3, 7})
_WHITE: Final = 245


class Box(NamedTuple):
    """A rectangle in points; y grows downwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    def covers(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    @property
    def area(self) -> float:
        """Square points."""
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)


class Glyph(NamedTuple):
    """One character. `baseline` is its y; `angle` degrees clockwise on the page as it is shown; `brk`: a blank before it."""

    text: str
    box: Box
    x: float
    baseline: float
    size: float
    bold: bool
    angle: int
    brk: bool


class Fill(NamedTuple):
    """A filled area and how light it is, 0 to 255; `order` is its place among the objects of the page."""

    box: Box
    light: int
    order: int


@dataclass(slots=True)
class Sheet:
    """One page. Ruling lines are boxes without height or width."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    """Small filled shapes, which may stand for the marks of a list."""
    struck: list[Box] = field(default_factory=list)
    """Places that a strike-out annotation marks."""
    unmapped: Counter[str] = field(default_factory=Counter)
    """Glyphs whose font does not say which character they are, by what was taken for it."""
    hidden: int = 0
    """Glyphs that a person does not see: white on white, of no size, off the page."""
    veiled: int = 0
    """Glyphs drawn without ink over a picture: the text layer of a scan."""

    @property
    def pictured(self) -> float:
        """The share of the page that pictures cover, overlaps counted twice, at most 1."""
        return min(1.0, sum(box.area for box in self.pictures) / max(1.0, self.width * self.height))


Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(m: Matrix, n: Matrix) -> Matrix:
    """First m, then n."""
    a, b, c, d, e, f = m
    g, h, i, j, k, el = n
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + el


class _Frame:
    """From the page's own coordinates to points from the top left of the page as it is shown."""

    def __init__(self, page: Page) -> None:
        self.left, self.bottom, self.right, self.top = page.get_bbox()
        self.turn = page.get_rotation() % 360
        wide, high = self.right - self.left, self.top - self.bottom
        self.width, self.height = (high, wide) if self.turn in (90, 270) else (wide, high)

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def flatten(page: Page) -> bool:
    """Make what stands on a page in annotations a part of it: form fields with their values, stamps, free text.

    Whether there was anything; the page must then be loaded anew.
    """
    import pypdfium2.raw as c

    for i in range(min(c.FPDFPage_GetAnnotCount(page.raw), 2_000)):
        annotation = c.FPDFPage_GetAnnot(page.raw, i)
        kind = c.FPDFAnnot_GetSubtype(annotation)
        c.FPDFPage_CloseAnnot(annotation)
        if kind in (c.FPDF_ANNOT_WIDGET, c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP):
            return bool(c.FPDFPage_Flatten(page.raw, c.FLAT_NORMALDISPLAY) == c.FLATTEN_SUCCESS)
    return False


def sheet_of(page: Page) -> Sheet:
    """What a page of pypdfium2 shows. Form fields, stamps and free text must have been flattened into it before."""
    frame = _Frame(page)
    sheet = Sheet(frame.width, frame.height)
    _Objects(sheet, frame).walk(page)
    _Strikes(sheet, frame).find(page)
    text = page.get_textpage()
    try:
        _read_glyphs(sheet, frame, text)
    finally:
        text.close()
    return sheet


@dataclass(slots=True)
class _Ink:
    """What the glyphs of one text object share."""

    size: float
    angle: int
    bold: bool
    visible: bool
    white: bool


def _is_outside(sheet: Sheet, x: float, y: float) -> bool:
    """Whether a point lies off the page, with two points of grace."""
    return not (-2 <= x <= sheet.width + 2 and -2 <= y <= sheet.height + 2)


def _is_unseen(sheet: Sheet, ink: _Ink, box: Box) -> bool:
    """Whether a reader of the printed page would not see a glyph."""
    return not ink.visible or ink.size < 1 or (ink.white and not _on_dark(sheet, box))


def _read_glyphs(sheet: Sheet, frame: _Frame, text: TextPage) -> None:
    import pypdfium2.raw as c

    raw, brk, seen = text.raw, False, set()
    last: Box | None = None
    inks: dict[int, _Ink] = {}
    loose, x, y = c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    covering = sheet.pictured > 0.5
    for i in range(min(c.FPDFText_CountChars(raw), MAX_GLYPHS)):
        if c.FPDFText_IsGenerated(raw, i) == 1:
            brk = True
            continue
        char = character(raw, i)
        if not char.strip():
            brk = True
            continue
        ink = _ink(raw, i, frame, inks)
        c.FPDFText_GetLooseCharBox(raw, i, loose)
        c.FPDFText_GetCharOrigin(raw, i, x, y)
        box = frame.box(loose.left, loose.bottom, loose.right, loose.top)
        ox, oy = frame.point(x.value, y.value)
        # Bold that is made by printing twice.
        step = max(0.5, 0.2 * ink.size)
        key = (char, round(ox / step), round(oy / step), ink.angle)
        again = key in seen and not brk and box != last
        last = box
        if again:
            continue
        seen.add(key)
        outside = _is_outside(sheet, ox, oy)
        if not ink.visible and covering and not outside:
            sheet.veiled += 1
        elif outside or _is_unseen(sheet, ink, box):
            sheet.hidden += 1
            brk = True
            continue
        if c.FPDFText_HasUnicodeMapError(raw, i) == 1 or char == "\ufffd":
            sheet.unmapped[char] += 1
        sheet.glyphs.append(Glyph(char, box, ox, oy, ink.size, ink.bold, ink.angle, brk))
        brk = False


def _ink(raw: object, i: int, frame: _Frame, known: dict[int, _Ink]) -> _Ink:
    import pypdfium2.raw as c

    item = c.FPDFText_GetTextObject(raw, i)
    key = ctypes.cast(item, ctypes.c_void_p).value or 0
    if key and key in known:
        return known[key]
    matrix = c.FS_MATRIX(1, 0, 0, 1, 0, 0)
    c.FPDFText_GetMatrix(raw, i, matrix)
    size = c.FPDFText_GetFontSize(raw, i) * math.hypot(matrix.c, matrix.d)
    # Counter-clockwise in the page's own coordinates to clockwise as shown.
    angle = round(frame.turn - math.degrees(math.atan2(matrix.b, matrix.a))) % 360
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    white = False
    if c.FPDFText_GetFillColor(raw, i, red, green, blue, alpha):
        white = min(red.value, green.value, blue.value) >= _WHITE or alpha.value == 0
    mode = c.FPDFTextObj_GetTextRenderMode(item) if item else 0
    bold = mode == 2 or c.FPDFText_GetFontWeight(raw, i) >= 600 or _named_bold(raw, i)
    known[key] = _Ink(size, angle, bold, mode not in _INVISIBLE_MODES, white)
    return known[key]


def _named_bold(raw: object, i: int) -> bool:
    import pypdfium2.raw as c

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    c.FPDFText_GetFontInfo(raw, i, name, 128, flags)
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


def _on_dark(sheet: Sheet, box: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    under = [fill for fill in sheet.fills if fill.box.covers(x, y)]
    if under:
        return under[-1].light < _WHITE - 20
    return any(picture.covers(x, y) for picture in sheet.pictures)


class _Objects:
    """Walks the drawn objects of a page, those inside forms too."""

    def __init__(self, sheet: Sheet, frame: _Frame) -> None:
        import pypdfium2.raw as c

        self._c, self._sheet, self._frame = c, sheet, frame
        self._objects = self._segments = 0

    def walk(self, page: Page) -> None:
        c = self._c
        for i in range(c.FPDFPage_CountObjects(page.raw)):
            self._object(c.FPDFPage_GetObject(page.raw, i), _IDENTITY, 0)

    def _object(self, item: object, outer: Matrix, depth: int) -> None:
        c = self._c
        self._objects += 1
        if self._objects > MAX_OBJECTS or depth > 8:
            return
        kind = c.FPDFPageObj_GetType(item)
        if kind == c.FPDF_PAGEOBJ_FORM:
            inner = times(self._matrix(item), outer)
            for i in range(c.FPDFFormObj_CountObjects(item)):
                self._object(c.FPDFFormObj_GetObject(item, i), inner, depth + 1)
        elif kind == c.FPDF_PAGEOBJ_PATH:
            self._path(item, times(self._matrix(item), outer))
        elif kind in (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_SHADING):
            m = times(self._matrix(item), outer)
            if kind == c.FPDF_PAGEOBJ_IMAGE:
                corners = [(m[0] * u + m[2] * v + m[4], m[1] * u + m[3] * v + m[5]) for u in (0, 1) for v in (0, 1)]
                self._sheet.pictures.append(self._clipped(self._around(corners)))

    def _matrix(self, item: object) -> Matrix:
        m = self._c.FS_MATRIX(1, 0, 0, 1, 0, 0)
        self._c.FPDFPageObj_GetMatrix(item, m)
        return m.a, m.b, m.c, m.d, m.e, m.f

    def _around(self, points: list[tuple[float, float]]) -> Box:
        shown = [self._frame.point(x, y) for x, y in points]
        xs, ys = [x for x, _ in shown], [y for _, y in shown]
        return Box(min(xs), min(ys), max(xs), max(ys))

    def _clipped(self, box: Box) -> Box:
        sheet = self._sheet
        return Box(max(0.0, box.x0), max(0.0, box.y0), min(sheet.width, box.x1), min(sheet.height, box.y1))

    def _path(self, item: object, m: Matrix) -> None:
        c = self._c
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        c.FPDFPath_GetDrawMode(item, mode, stroked)
        if not mode.value and not stroked.value:
            return
        for points in self._subpaths(item, m):
            box = self._around(points)
            thin = min(box.x1 - box.x0, box.y1 - box.y0) < _THIN and max(box.x1 - box.x0, box.y1 - box.y0) > 4
            if mode.value and not stroked.value and not thin:
                self._fill(item, box)
                continue
            if thin:
                self._rule(box)
                continue
            if mode.value:
                self._fill(item, box)
            for one, other in pairwise(points):
                self._rule(self._around([one, other]))

    def _rule(self, box: Box) -> None:
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        if wide >= high and high < _THIN and wide > 2:
            y = (box.y0 + box.y1) / 2
            self._sheet.rules.append(Box(box.x0, y, box.x1, y))
        elif high > wide and wide < _THIN and high > 2:
            x = (box.x0 + box.x1) / 2
            self._sheet.rules.append(Box(x, box.y0, x, box.y1))

    def _fill(self, item: object, box: Box) -> None:
        if _DOT[0] < box.x1 - box.x0 < _DOT[1] and 0.75 < (box.y1 - box.y0) / (box.x1 - box.x0) < 1.33:
            self._sheet.dots.append(box)
            return
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not self._c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha) or alpha.value < 128:
            return
        light = round(0.3 * red.value + 0.6 * green.value + 0.1 * blue.value)
        self._sheet.fills.append(Fill(box, light, self._objects))

    def _subpaths(self, item: object, m: Matrix) -> list[list[tuple[float, float]]]:
        c, found = self._c, []
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        for i in range(c.FPDFPath_CountSegments(item)):
            self._segments += 1
            if self._segments > _MAX_SEGMENTS:
                break
            segment = c.FPDFPath_GetPathSegment(item, i)
            c.FPDFPathSegment_GetPoint(segment, x, y)
            point = (m[0] * x.value + m[2] * y.value + m[4], m[1] * x.value + m[3] * y.value + m[5])
            if c.FPDFPathSegment_GetType(segment) == c.FPDF_SEGMENT_MOVETO:
                if len(points) > 1:
                    found.append(points)
                points = [point]
            else:
                points.append(point)
            if c.FPDFPathSegment_GetClose(segment) and points:
                points.append(points[0])
        if len(points) > 1:
            found.append(points)
        return found


class _Strikes:
    """Strike-out annotations."""

    def __init__(self, sheet: Sheet, frame: _Frame) -> None:
        self._sheet, self._frame = sheet, frame

    def find(self, page: Page) -> None:
        import pypdfium2.raw as c

        points = c.FS_QUADPOINTSF()
        for i in range(min(c.FPDFPage_GetAnnotCount(page.raw), 2_000)):
            annotation = c.FPDFPage_GetAnnot(page.raw, i)
            if c.FPDFAnnot_GetSubtype(annotation) == c.FPDF_ANNOT_STRIKEOUT:
                for n in range(min(c.FPDFAnnot_CountAttachmentPoints(annotation), 500)):
                    if c.FPDFAnnot_GetAttachmentPoints(annotation, n, points):
                        xs, ys = (
                            (points.x1, points.x2, points.x3, points.x4),
                            (points.y1, points.y2, points.y3, points.y4),
                        )
                        self._sheet.struck.append(self._frame.box(min(xs), min(ys), max(xs), max(ys)))
            c.FPDFPage_CloseAnnot(annotation)
