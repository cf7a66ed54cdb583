"""Where questions are typed: several lines, with what is pasted kept line by line; Enter asks."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea


class QuestionBox(TextArea):
    """A text area that Enter submits. Ctrl+J (which terminals also send for Shift+Enter) begins a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter", "new_line", "New line", show=False, priority=True),
        Binding("pageup", "screen.talk(-1)", "Page up", show=False),
        Binding("pagedown", "screen.talk(1)", "Page down", show=False),
    ]

    class Submitted(Message):
        """A question is to be asked; it has left the box."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The cursor goes up out of the box."""

    def __init__(self, placeholder: str, id: str) -> None:  # noqa: A002
        super().__init__(
            "", id=id, placeholder=placeholder, soft_wrap=True, show_line_numbers=False, tab_behavior="focus",
            highlight_cursor_line=False, compact=True,
        )  # fmt: skip

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            # Emptied at once: what is typed next belongs to the next question, however late this one is taken.
            text = self.text
            self.load_text("")
            self.post_message(self.Submitted(text))
            return
        await super()._on_key(event)

    def action_new_line(self) -> None:
        """Begin a new line at the cursor."""
        self.insert("\n")

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; from the first line into the sources above."""
        if not select and self.wrapped_document.location_to_offset(self.cursor_location).y == 0:
            self.post_message(self.Left())
            return
        super().action_cursor_up(select)

    def put(self, text: str) -> None:
        """Have this text in the box, the cursor at its end."""
        self.load_text(text)
        self.move_cursor(self.document.end)
