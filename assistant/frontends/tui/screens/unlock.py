"""The locked state: asks for the passphrase; nothing of the vault is on the screen or held."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Center, Vertical
from textual.widgets import Input

from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Page
from assistant.frontends.tui.widgets.lines import Banner
from assistant.frontends.tui.widgets.plain import Plain

HEADLINE = "The vault is locked"


class UnlockScreen(Page):
    """One field; what is typed in it is overwritten as soon as it was tried."""

    name_shown = "Assistant"
    app_keys: ClassVar[tuple[str, ...]] = ("help", "quit")
    own_keys: ClassVar[tuple[Hint, ...]] = (("Enter", "Open the vault", "screen.open"),)

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self._reason = reason

    def body(self) -> ComposeResult:
        """The card."""
        with Center(classes="stage"), Vertical(classes="card"):
            yield Plain((HEADLINE, "bold $accent"), id="headline")
            yield Plain(
                self._reason or "Its documents, questions and answers are encrypted on this machine.", id="reason"
            )
            yield Plain(f"Vault: {host(self).session.opening.vault}", classes="detail")
            yield Input(password=True, placeholder="Passphrase", id="passphrase", select_on_focus=False)
            yield Input(placeholder="User name", id="user", select_on_focus=False)
            yield Input(password=True, placeholder="Password", id="password", select_on_focus=False)
            yield Plain("", id="answer")

    def begin(self) -> None:
        """Straight to the field."""
        self.query_one("#passphrase", Input).focus()
        host(self).open_by_given_secret()

    def banner(self) -> None:
        """Said by what the screen asks for: the vault itself may take a moment more to close."""
        state = "nobody signed in" if self.has_class("-user") else "vault locked"
        self.query_one(Banner).tell(self.name_shown, state)

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Enter in the user name leads to the password."""
        if submitted.input.id == "user":
            self.query_one("#password", Input).focus()
        else:
            self.action_open()

    def action_open(self) -> None:
        """Try the passphrase, or the user's password."""
        asks_user = self.has_class("-user")
        field = self.query_one("#password" if asks_user else "#passphrase", Input)
        typed, field.value = field.value, ""
        if not typed:
            return
        self.busy()
        if asks_user:
            host(self).sign_in(self.query_one("#user", Input).value.strip(), typed)
        else:
            host(self).open_by_passphrase(typed)

    def ask_user(self, name: str) -> None:
        """The vault is open and has users: nothing of it is shown before one of them has signed in."""
        self.add_class("-user")
        self.banner()
        self.query_one("#headline", Plain).say(("Who are you?", "bold $accent"))
        self.query_one("#reason", Plain).say("This vault has users. What you may see depends on your roles.")
        self.query_one("#answer", Plain).say("")
        self.query_one("#user", Input).value = name
        self.query_one("#password" if name else "#user", Input).focus()

    def locked_again(self, reason: str) -> None:
        """Back to the passphrase, with every field empty."""
        self.remove_class("-user")
        for field in self.query(Input):
            field.value = ""
        self.query_one("#headline", Plain).say((HEADLINE, "bold $accent"))
        self.query_one("#reason", Plain).say(reason)
        self.query_one("#answer", Plain).say("")
        self.query_one("#passphrase", Input).focus()
        self.banner()

    def busy(self) -> None:
        """Say that the passphrase is being tried."""
        self.query_one("#answer", Plain).say(("opening the vault", "italic"))

    def trouble(self, trouble: Trouble) -> None:
        """Why the vault stays closed, beside the field."""
        parts: list[str | tuple[str, str]] = [("NOT OPENED  ", "bold $text-error"), trouble.message]
        if trouble.remedy:
            parts.append(f"\nWhat to do: {trouble.remedy}")
        self.query_one("#answer", Plain).say(*parts)
        self.query_one("#password" if self.has_class("-user") else "#passphrase", Input).focus()
