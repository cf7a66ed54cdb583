from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.history import past_answer
from assistant.frontends.tui.screens.why import WhyScreen
from tests.frontends.tui.support import answered, driven, opened, refused, shown


def _told(app: AssistantApp) -> str:
    return " ".join(shown(app).split())


def test_names_scores_and_times_are_for_those_to_whom_the_policy_shows_them(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.push_screen(WhyScreen(past_answer(answered(ward)), workings=True))
        await pilot.pause()
        told = _told(app)
        assert "PASSED answer: ground" in told and "NOT SHOWN answer: numbers" in told and "12 ms" in told
        assert "policy base 2026.1" in told and "audit a2-0123456789ab" in told and "total 1234 ms" in told
        await pilot.press("escape")
        await app.push_screen(WhyScreen(past_answer(answered(ward)), workings=False))
        await pilot.pause()
        told = _told(app)
        assert "QUOTED" in told and "NOT SHOWN answer:" in told and "2 checks found nothing to object to" in told
        assert "ground" not in told and " ms" not in told and "a2-0123456789ab" not in told
        assert "are shown to: " in told

    driven(Path("vault"), steps, size=(100, 40))


def test_a_refusal_gives_its_reason_in_words(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.push_screen(WhyScreen(past_answer(refused()), workings=False))
        await pilot.pause()
        told = _told(app)
        assert "REFUSED: the policy does not allow it" in told and "Reason: " in told
        assert "0 checks found nothing" in told

    driven(Path("vault"), steps, size=(100, 40))
