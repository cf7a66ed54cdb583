"""Acting as a user of this vault, with that user's roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from assistant.types import Principal


class SignInScreen(Reading):
    """Name and password; the talk of the person before is taken from the screen."""

    name_shown = "Sign in"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (("Esc", "Back", "screen.back"), ("Enter", "Sign in", "screen.sign_in"))

    def body(self) -> ComposeResult:
        """Two fields."""
        with VerticalScroll(classes="form", can_focus=False):
            yield Plain("User name")
            yield Input(id="name", compact=True, select_on_focus=False)
            yield Plain("Password")
            yield Input(id="password", password=True, compact=True, select_on_focus=False)
            yield Plain(
                "An administrator adds users and gives them roles; the policy says what a role may do.",
                classes="detail above",
            )

    def begin(self) -> None:
        """To the name."""
        self.query_one("#name", Input).focus()
        self.tell(f"now acting as: {host(self).session.assistant.principal.name}")

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Enter in the name leads to the password."""
        if submitted.input.id == "name":
            self.query_one("#password", Input).focus()
        else:
            self.action_sign_in()

    def action_sign_in(self) -> None:
        """Try it."""
        name, field = self.query_one("#name", Input).value.strip(), self.query_one("#password", Input)
        password, field.value = field.value, ""
        app = host(self)

        async def signed_in(principal: Principal) -> None:
            await app.back_to_chat()
            if app.chat is not None:
                await app.chat.clear()
                app.chat.banner()
                app.chat.tell(f"signed in as {principal.name}")

        self.tell("checking the password")
        app.do(lambda: app.session.sign_in(name, password), signed_in)
