from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.chat import ChatScreen
from assistant.vault import Secret, Vault
from tests.frontends.tui.support import PASSPHRASE, QUESTION, QUOTE, answered, driven, opened, shown, until


def test_an_earlier_conversation_is_searched_gone_on_with_and_erased(ward: str) -> None:
    with Vault.open(Path("vault"), Secret.passphrase(PASSPHRASE)) as vault:
        talks = []
        for question, said in ((QUESTION, f"{QUOTE} [1]"), ("Is the [b]car park[/b] free?", "It is. [1]")):
            talks.append(vault.start_conversation())
            record = vault.audit.append("answer", {"principal": "local"})
            vault.add_turn(talks[-1], question, answered(ward) | {"answer": said, "audit_id": record})

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("conversations")
        await until(pilot, lambda: "2 conversations of yours" in shown(app))
        assert "Is the [b]car park[/b] free?" in shown(app)
        await pilot.press("slash", *"visiting", "enter")
        await until(pilot, lambda: "1 conversations of yours" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChatScreen) and QUOTE in shown(app))
        assert app.session.conversation is not None and app.session.conversation.id == talks[0]
        await app.action_act("conversations")
        await until(pilot, lambda: "2 conversations of yours" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChatScreen))
        assert app.session.conversation is not None and app.session.conversation.id == talks[0], (
            "the one in hand is gone on with as it stands"
        )
        await app.action_act("conversations")
        await until(pilot, lambda: "2 conversations of yours" in shown(app))
        await pilot.press("down", "d", "y")
        await until(pilot, lambda: "1 conversations of yours" in shown(app) or "ERASED" in shown(app))
        assert [info.id for info in app.session.assistant.vault.conversations()] == [talks[1]]
        assert app.session.conversation is None and app.chat is not None and app.chat.last is None

    driven(Path("vault"), steps, size=(100, 40))
