"""The gap board in the terminal: from the group to a verified answer, and for nobody whom the policy does not name."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.gap import GapScreen
from assistant.frontends.tui.screens.gaps import GapsScreen
from assistant.vault import Secret
from assistant.wiring import create_vault
from tests.frontends.tui.support import CHEAP, PASSPHRASE, driven, shown, until

VAIN = ("Do you sell garden chairs?", "Do you sell garden chairs please?", "Is there a student discount?")


def shop(site: Path, roles: str) -> None:
    shipped = (Path(__file__).resolve().parents[4] / "policies" / "customer-service.yaml").read_text(encoding="utf-8")
    (site / "shop.yaml").write_text(shipped.replace("local_roles: [agent]", f"local_roles: [{roles}]"))
    (site / "range.md").write_text("# Our range\n\nWe sell lamps, speakers and robot vacuums. We sell nothing else.\n")
    create_vault(
        site / "vault",
        Secret.passphrase(PASSPHRASE),
        policy=str(site / "shop.yaml"),
        domain="customer-service",
        kdf=CHEAP,
    ).close()


@pytest.mark.weights
def test_a_group_gets_a_verified_answer(site: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))
    shop(site, "supervisor")

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await pilot.press(*PASSPHRASE, "enter")
        await until(pilot, lambda: app.chat is not None and not app.chat._loading, seconds=60)
        assistant = app.session.assistant
        assistant.ingest([site / "range.md"], labels=frozenset({"public"}))
        for question in VAIN:
            assistant.ask(question)
        await pilot.press("alt+g")
        await until(pilot, lambda: "3 questions in 2 groups" in shown(app), seconds=30)
        assert "garden chairs" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, GapScreen) and "come close" in shown(app), seconds=30)
        await pilot.press("enter")
        assert "We sell lamps" in app.screen.query_one("#text", Input).value
        app.screen.query_one("#text", Input).value = "No, we sell lamps, speakers and robot vacuums only."
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, GapsScreen) and "1 questions in 1 groups" in shown(app), 30)
        answer = assistant.ask(VAIN[0])
        assert answer.verified is not None and answer.answer == "No, we sell lamps, speakers and robot vacuums only."
        await pilot.press("d")
        await until(pilot, lambda: "Erase these 1 questions" in " ".join(shown(app).split()))
        await pilot.press("y")
        await until(pilot, lambda: "0 questions in 0 groups" in shown(app), 30)

    driven(Path("vault"), steps, size=(120, 50), engine="extractive")


def test_who_is_not_named_sees_no_board(site: Path) -> None:
    shop(site, "customer")

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await pilot.press(*PASSPHRASE, "enter")
        await until(pilot, lambda: app.chat is not None and not app.chat._loading, seconds=60)
        await pilot.press("alt+g")
        await until(pilot, lambda: "do not show you the gap board" in " ".join(shown(app).split()))

    driven(Path("vault"), steps, size=(100, 40))
