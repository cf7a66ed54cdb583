"""What is used of pypdfium2's documents and pages, which carry no types of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


class Bitmap(Protocol):
    """A rendered page."""

    def to_numpy(self) -> Pixels: ...

    def close(self) -> None: ...


class TextPage(Protocol):
    """The text of a page; `raw` is PDFium's own handle."""

    @property
    def raw(self) -> object: ...

    def close(self) -> None: ...


class Page(Protocol):
    """A page; lengths in points, in the page's own coordinates; `raw` is PDFium's own handle."""

    @property
    def raw(self) -> object: ...

    def get_bbox(self) -> tuple[float, float, float, float]: ...

    def get_rotation(self) -> int: ...

    def get_size(self) -> tuple[float, float]: ...

    def get_textpage(self) -> TextPage: ...

    def render(
        self, *, scale: float, grayscale: bool = ..., rev_byteorder: bool = ..., prefer_bgrx: bool = ...
    ) -> Bitmap: ...

    def close(self) -> None: ...


class Target(Protocol):
    """Where an entry of an outline leads."""

    def get_index(self) -> int | None: ...


class Bookmark(Protocol):
    """An entry of an outline; the outermost have level 0."""

    level: int

    def get_title(self) -> str: ...

    def get_dest(self) -> Target | None: ...


class PdfFile(Protocol):
    """An open file."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Page: ...

    def get_toc(self, *, max_depth: int) -> Iterable[Bookmark]: ...

    def get_metadata_value(self, key: str) -> str: ...

    def close(self) -> None: ...
