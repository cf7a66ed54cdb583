"""A document's text with one stretch of it marked: by colour, by weight and by a sign in the margin."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from assistant.frontends.tui.lines import Line, line_at, visible, wrap

MARGIN = 2


class DocumentView(ScrollView, can_focus=True):
    """Only the lines on the screen are drawn, so that a document of a megabyte opens at once."""

    # The scroll bar's column is kept free whether it shows or not: lines must neither jump nor be cut when it appears.
    DEFAULT_CSS = """
    DocumentView { overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"document--text", "document--quote"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Up", show=False),
        Binding("down", "scroll_down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home", "scroll_home", "Begin", show=False),
        Binding("end", "scroll_end", "End", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = ""
        self._mark = (0, 0)
        self._lines: list[Line] = [Line(0, 0)]
        self._wrapped_at = 0

    @property
    def line_count(self) -> int:
        """How many lines the text takes at this width."""
        return len(self._lines)

    @property
    def marked_line(self) -> int:
        """The line, counted from 1, where the marked stretch begins."""
        return line_at(self._lines, self._mark[0]) + 1

    def show(self, text: str, start: int = 0, end: int = 0) -> None:
        """Show a text with the stretch `start` to `end` marked and in view."""
        self._text, self._mark = visible(text), (start, end)
        self._wrap()
        self.call_after_refresh(self._to_mark)

    def clear(self) -> None:
        """Hold nothing."""
        self.show("")

    def on_resize(self) -> None:
        """Break the lines anew."""
        if self._wrapped_at != self._width():
            self._wrap()
            self._to_mark()

    def _width(self) -> int:
        # One more column is left free: a line as wide as the view would touch the bar.
        return max(8, self.scrollable_content_region.width - MARGIN - 1)

    def _wrap(self) -> None:
        self._wrapped_at = self._width()
        self._lines = wrap(self._text, self._wrapped_at)
        self.virtual_size = Size(self._wrapped_at + MARGIN, len(self._lines))
        self.refresh()

    def _to_mark(self) -> None:
        above = max(0, self.marked_line - 1 - self.size.height // 3)
        self.scroll_to(y=above if self._mark[1] else 0, animate=False)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        number = y + int(self.scroll_offset.y)
        style = self.get_component_rich_style("document--text")
        if number >= len(self._lines):
            return Strip.blank(self.size.width, style)
        line, quote = self._lines[number], self.get_component_rich_style("document--quote")
        start, end = max(line.start, self._mark[0]), min(line.end, self._mark[1])
        if start >= end:
            parts = [Segment(" " * MARGIN, style), Segment(self._text[line.start : line.end], style)]
        else:
            parts = [
                Segment("> ".ljust(MARGIN), quote),
                Segment(self._text[line.start : start], style),
                Segment(self._text[start:end], quote),
                Segment(self._text[end : line.end], style),
            ]
        return Strip(parts).adjust_cell_length(self.size.width, style)
