from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.policy import PolicyScreen
from assistant.policy.explain import explain, objections
from tests.frontends.tui.support import driven, opened, shown, until


def test_it_says_every_sentence_of_the_policy_in_force_and_what_it_leaves_open(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("policy")
        await until(pilot, lambda: isinstance(app.screen, PolicyScreen))
        told = "".join(shown(app).split())
        policy = app.session.assistant.gate.policy
        sentences = explain(policy)
        assert len(sentences) > 5
        assert [s for s in sentences if "".join(s.split()) not in told] == []
        left = list(objections(policy)) or ["nothing that a careful reader would object to"]
        assert [s for s in left if "".join(s.split()) not in told] == []

    driven(Path("vault"), steps, size=(160, 120))
