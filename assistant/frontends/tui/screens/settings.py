"""Theme, idle lock and keys; kept in a small file beside the vault."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Input

from assistant.errors import AssistantError
from assistant.frontends.tui.error_text import Trouble, explained
from assistant.frontends.tui.host import host
from assistant.frontends.tui.keys import KEYS, is_key, key_words
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.settings import IDLE_MINUTES, THEMES, Settings, save_settings, settings_path
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.words import short


class SettingsScreen(Reading):
    """T changes the theme, a number sets the idle lock, Enter on an action waits for its new key."""

    name_shown = "Settings"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("T", "Theme", "screen.theme"),
        ("Enter", "New key", "screen.new_key"),
        ("Del", "Shipped key", "screen.shipped_key"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "theme", "Theme", show=False),
        Binding("delete", "shipped_key", "Shipped key", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._waiting_for = ""

    def body(self) -> ComposeResult:
        """Theme, minutes, table of keys."""
        yield Plain("", id="theme", classes="padded")
        yield Plain("Minutes without a key press until the vault locks itself; Enter saves", classes="padded")
        yield Input(type="integer", id="minutes", compact=True, select_on_focus=False)
        yield DataTable(cursor_type="row")

    def begin(self) -> None:
        """Show what is set."""
        table = self.query_one(DataTable)
        table.add_column("Action", width=12)
        table.add_column("Key", width=9)
        table.add_column("What it does", width=self._room())
        table.focus()
        self._show()
        self.tell(f"kept in {settings_path()}")

    def _show(self) -> None:
        settings = host(self).settings
        others = ", ".join(THEMES)
        self.query_one("#theme", Plain).say("Theme: ", (settings.theme, "bold"), f"  (T changes it: {others})")
        self.query_one("#minutes", Input).value = str(settings.idle_minutes)
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        for name, key in KEYS.items():
            own = " *" if name in settings.keys else ""
            table.add_row(
                Text(key.label),
                Text(key_words(settings.key(name)) + own),
                Text(short(key.help, self._room())),
                key=name,
            )
        table.move_cursor(row=row)

    def _room(self) -> int:
        return max(24, self.app.size.width - 32)

    def _take(self, settings: Settings, said: str) -> bool:
        try:
            save_settings(settings)
        except AssistantError as error:
            self.trouble(explained(error))
            return False
        host(self).apply(settings)
        self._show()
        self.tell(said)
        return True

    def action_theme(self) -> None:
        """The next theme."""
        settings = host(self).settings
        following = THEMES[(THEMES.index(settings.theme) + 1) % len(THEMES)]
        self._take(replace(settings, theme=following), f"theme: {following}")

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Other minutes."""
        typed = submitted.value
        if not typed.isdigit() or int(typed) not in IDLE_MINUTES:
            self.trouble(Trouble("not a number of minutes", f"give {IDLE_MINUTES.start} to {IDLE_MINUTES.stop - 1}"))
            return
        if self._take(replace(host(self).settings, idle_minutes=int(typed)), f"locks after {int(typed)} min"):
            self.query_one(DataTable).focus()

    def on_data_table_row_selected(self) -> None:
        """Enter or a click on an action."""
        self.action_new_key()

    def action_new_key(self) -> None:
        """Wait for the new key of the chosen action."""
        self._waiting_for = list(KEYS)[self.query_one(DataTable).cursor_row]
        host(self).listening = self._heard
        self.tell(f"press the new key for '{KEYS[self._waiting_for].label}'; Escape keeps the old one")

    def action_shipped_key(self) -> None:
        """The shipped key again."""
        name = list(KEYS)[self.query_one(DataTable).cursor_row]
        keys = {action: key for action, key in host(self).settings.keys.items() if action != name}
        self._take(replace(host(self).settings, keys=keys), f"{KEYS[name].label}: {key_words(KEYS[name].default)}")

    def _heard(self, event: events.Key) -> None:
        name, self._waiting_for = self._waiting_for, ""
        settings = host(self).settings
        if event.key == "escape":
            self.tell("unchanged")
        elif not is_key(event.key):
            self.trouble(
                Trouble(
                    "this key cannot be used", "take F1 to F12, or Ctrl or Alt with a letter that editing leaves free"
                )
            )
        else:
            keys = {**settings.keys, name: event.key}
            self._take(replace(settings, keys=keys), f"{KEYS[name].label}: {key_words(event.key)}")
