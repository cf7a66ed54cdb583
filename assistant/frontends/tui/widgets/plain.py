"""Text for the screen that is only ever text: no markup is read in it, and control characters are made visible."""

from __future__ import annotations

import textwrap

from textual.content import Content
from textual.widgets import Static


def printable(text: str) -> str:
    """The text without anything that could drive a terminal; line ends stay."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else " " if c == "\t" else f"\\x{ord(c):02x}" for c in text)


def plain(*parts: str | tuple[str, str]) -> Content:
    """Content of texts and (text, style) pairs; brackets in a text are brackets."""
    return Content.assemble(
        *(printable(part) if isinstance(part, str) else (printable(part[0]), part[1]) for part in parts)
    )


class Plain(Static):
    """A Static that shows what it is given, letter by letter."""

    def __init__(self, *parts: str | tuple[str, str], id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(plain(*parts), markup=False, id=id, classes=classes)

    def say(self, *parts: str | tuple[str, str]) -> None:
        """Show something else."""
        self.update(plain(*parts))


class Entry(Static):
    """A head in a column of its own and a text beside it; the lines after the first begin under the text."""

    def __init__(self, head: str, text: str, column: int, style: str = "bold") -> None:
        """`column` is the width of the head's column in cells."""
        super().__init__(markup=False)
        self._head, self._text, self._column, self._style = printable(head), printable(text), column, style

    def render(self) -> Content:
        """Both, at the present width."""
        lines = textwrap.wrap(self._text, max(10, self.size.width - self._column)) or [""]
        return Content.assemble((self._head.ljust(self._column), self._style), f"\n{' ' * self._column}".join(lines))
