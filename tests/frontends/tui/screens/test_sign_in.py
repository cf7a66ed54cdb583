from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.chat import ChatScreen
from assistant.frontends.tui.screens.sign_in import SignInScreen
from assistant.vault import Secret, Vault
from tests.frontends.tui.support import CHEAP, PASSPHRASE, QUESTION, QUOTE, answered, driven, shown, until


def test_another_person_takes_over_and_finds_nothing_of_the_talk_before(ward: str) -> None:
    with Vault.open(Path("vault"), Secret.passphrase(PASSPHRASE)) as vault:
        vault.add_user("ann", "ann's own words", ["admin"], kdf=CHEAP)
        vault.add_user("bob", "bob's own words", ["reader"], kdf=CHEAP)

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await pilot.press(*PASSPHRASE, "enter")
        await until(pilot, lambda: "Who are you?" in shown(app))
        await pilot.press(*"ann", "enter", *"ann's own words", "enter")
        await until(pilot, lambda: app.chat is not None)
        assert app.chat is not None
        await app.chat.remember(QUESTION, answered(ward))
        await app.action_act("sign_in")
        await until(pilot, lambda: "now acting as: ann" in shown(app))
        await pilot.press(*"bob", "enter", *"not his words", "enter")
        await until(pilot, lambda: "ERROR" in shown(app))
        assert isinstance(app.screen, SignInScreen) and app.session.assistant.principal.name == "ann"
        assert app.screen.query_one("#password", Input).value == "", "what was tried is not kept"
        assert "not his words" not in shown(app)
        await pilot.press(*"bob's own words", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChatScreen) and "signed in as bob" in shown(app))
        assert app.session.assistant.principal.name == "bob"
        assert QUOTE not in shown(app) and app.chat.last is None

    driven(Path("vault"), steps, size=(100, 40))
