"""One citation as a line that can be reached by Tab and opened by Enter or a click."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.frontends.presented import place
from assistant.frontends.tui.widgets.plain import printable
from assistant.frontends.tui.words import short

if TYPE_CHECKING:
    from assistant.types import Citation


class CitationLine(Static, can_focus=True):
    """`[1] Title, place` and below it the quote; `related` ones carry a dash for a number, since they are no answer, and no quote:
    their passage stands below, whole."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "open", "Open", show=False)]

    class Opened(Message):
        """The reader wants to see the source."""

        def __init__(self, citation: Citation) -> None:
            super().__init__()
            self.citation = citation

    class Reached(Message):
        """The reader has come to this source."""

        def __init__(self, citation: Citation) -> None:
            super().__init__()
            self.citation = citation

    def __init__(self, citation: Citation, *, related: bool = False) -> None:
        super().__init__(markup=False, classes="citation related" if related else "citation")
        self.citation, self._related = citation, related

    def render(self) -> Content:
        """Two lines, each cut to the width; one of a related source."""
        number = " - " if self._related else f"[{self.citation.n}]"
        sign = ">" if self.has_focus else " "
        room = self.size.width - len(number) - 2
        where = printable(short(place(self.citation), max(10, room)))
        head = Content.assemble(sign, (number, "bold $accent"), " ", (where, "bold"))
        if self._related:
            return head
        quote = printable(short(self.citation.quote, max(10, room - 2)))
        return head + Content(f'\n{" " * (len(number) + 2)}"{quote}"')

    def action_open(self) -> None:
        """Ask the screen to open the source."""
        self.post_message(self.Opened(self.citation))

    def on_click(self) -> None:
        """As Enter."""
        self.action_open()

    def on_focus(self) -> None:
        """Show the sign, and the source where it stands beside the talk."""
        self.refresh()
        self.post_message(self.Reached(self.citation))

    def on_blur(self) -> None:
        """Take the sign away."""
        self.refresh()
