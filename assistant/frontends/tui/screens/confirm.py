"""A question with yes and no, for what cannot be undone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from assistant.frontends.tui.widgets.plain import Plain


class ConfirmScreen(ModalScreen[bool]):
    """Answers False to Escape and to anything but a plain yes."""

    CSS_PATH = "../pages.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = question, yes

    def compose(self) -> ComposeResult:
        """The question and two buttons; no is chosen unless one moves."""
        with Vertical(classes="dialogue"):
            yield Plain(self._question)
            with Horizontal(classes="buttons"):
                yield Button("No, keep it (N)", id="no", variant="primary")
                yield Button(f"{self._yes} (Y)", id="yes")

    def on_mount(self) -> None:
        """No is the default."""
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Either button."""
        self.dismiss(pressed.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Either key."""
        self.dismiss(yes)
