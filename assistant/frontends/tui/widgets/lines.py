"""The one-line parts of every screen: the banner above, the status line and the keys below."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from assistant.frontends.tui.keys import KEYS, key_words
from assistant.frontends.tui.settings import Settings
from assistant.frontends.tui.widgets.plain import Plain, printable


class Banner(Plain):
    """Where one is: pack, role, policy, state of the vault."""

    def tell(self, left: str, right: str = "") -> None:
        """Show both ends of the line; the right one gives way where they do not fit."""
        width = max(20, self.size.width - 2)
        left, right = printable(left), printable(right)
        gap = width - len(left) - len(right)
        self.update(Content(f"{left}{' ' * gap}{right}" if gap >= 2 else left[:width]))


class StatusLine(Plain):
    """What the machine is doing; one line, more only for what went wrong."""


class KeyHints(Static):
    """The keys of a screen. Each can be clicked; those that do not fit are left out, for F1 tells them all."""

    def __init__(self, names: tuple[str, ...], settings: Settings, own: tuple[tuple[str, str, str], ...] = ()) -> None:
        """`names` are actions of the application, `own` (key, label, action) of the screen."""
        super().__init__(markup=False, classes="keys")
        self._names, self._settings, self._own = names, settings, own

    def show(self, settings: Settings) -> None:
        """Take other keys."""
        self._settings = settings
        self.refresh()

    def render(self) -> Content:
        """The line at the present width."""
        items = [*self._own]
        items += [(key_words(self._settings.key(name)), KEYS[name].label, f"app.act('{name}')") for name in self._names]
        parts: list[Content] = []
        used = 0
        for key, label, action in items:
            if used + len(key) + len(label) + 3 > self.size.width:
                break
            used += len(key) + len(label) + 3
            click = Style.from_meta({"@click": action})
            parts.append(Content.assemble((key, "bold $accent"), f" {label}").stylize(click) + Content("  "))
        return Content("").join(parts)
