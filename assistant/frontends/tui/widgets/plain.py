"""Text for the screen that is only ever text: no markup is read in it, and control characters are made visible."""

from __future__ import annotations

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
