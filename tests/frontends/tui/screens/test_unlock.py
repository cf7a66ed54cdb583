from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.unlock import UnlockScreen
from assistant.vault import Secret, Vault
from tests.frontends.tui.support import CHEAP, PASSPHRASE, driven, shown, until


def _values(app: AssistantApp) -> list[str]:
    return [field.value for field in app.screen.query(Input)]


def test_what_is_typed_is_overwritten_and_a_lock_asks_for_everything_again(ward: str) -> None:
    with Vault.open(Path("vault"), Secret.passphrase(PASSPHRASE)) as vault:
        vault.add_user("ann", "ann's own words", ["admin"], kdf=CHEAP)

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await pilot.press("enter")
        await pilot.pause()
        assert "opening the vault" not in shown(app), "nothing typed is nothing to try"
        await pilot.press(*"wrong words", "enter")
        await until(pilot, lambda: "NOT OPENED" in shown(app))
        assert "What to do: " in shown(app) and _values(app) == ["", "", ""]
        await pilot.press(*PASSPHRASE, "enter")
        await until(pilot, lambda: "Who are you?" in shown(app))
        assert "nobody signed in" in shown(app) and _values(app) == ["", "", ""]
        await pilot.press(*"ann", "enter", *"not hers", "enter")
        await until(pilot, lambda: "NOT OPENED" in shown(app))
        assert app.chat is None and _values(app) == ["", "ann", ""]
        await pilot.press("ctrl+l")
        await until(pilot, lambda: not app.session.is_open)
        assert isinstance(app.screen, UnlockScreen) and _values(app) == ["", "", ""]
        assert "The vault is locked" in shown(app) and "Who are you?" not in shown(app)
        assert app.focused is app.screen.query_one("#passphrase")

    driven(Path("vault"), steps, size=(100, 40))
