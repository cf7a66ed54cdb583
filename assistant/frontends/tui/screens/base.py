"""What all screens have in common: banner, status line, keys, Escape leads back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.host import host
from assistant.frontends.tui.widgets.lines import Banner, KeyHints, StatusLine

Hint = tuple[str, str, str]


class Page(Screen[None]):
    """A screen with a name. `own_keys` are (key, label, action) of this screen, `app_keys` actions of the application."""

    name_shown: ClassVar[str] = ""
    app_keys: ClassVar[tuple[str, ...]] = ("help", "lock", "quit")
    own_keys: ClassVar[tuple[Hint, ...]] = (("Esc", "Back", "screen.back"),)

    def compose(self) -> ComposeResult:
        """Banner, the screen's own body, status, keys."""
        yield Banner(classes="banner")
        yield from self.body()
        yield StatusLine(classes="status")
        yield KeyHints(self.app_keys, host(self).settings, self.own_keys)

    def body(self) -> ComposeResult:
        """The part between banner and status line."""
        yield from ()

    def on_mount(self) -> None:
        """Fill the banner."""
        self.banner()
        self.begin()

    def begin(self) -> None:
        """What a screen does once it stands."""

    def on_resize(self) -> None:
        """The banner spans the width."""
        self.banner()

    def banner(self) -> None:
        """Where one is."""
        self.query_one(Banner).tell(self.name_shown, host(self).whereabouts())

    def tell(self, text: str, *, tone: str = "") -> None:
        """One line to the reader."""
        self.query_one(StatusLine).say((text, tone))

    def trouble(self, trouble: Trouble) -> None:
        """What went wrong and what to do."""
        self.tell(f"ERROR  {trouble}", tone="$text-error")

    def action_back(self) -> None:
        """Leave this screen."""
        self.dismiss()


class Reading(Page):
    """A page whose body scrolls by the arrow keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", show=False)]
