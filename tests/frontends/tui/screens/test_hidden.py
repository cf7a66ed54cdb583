"""Stand-ins are marked; the names come back for a role that may restore them, and every attempt is recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.restoring import document_scopes
from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.history import past_answer
from assistant.frontends.tui.screens.hidden import HiddenScreen, of_answer, of_document
from assistant.types import Principal
from tests.frontends.tui.support import driven, opened, refused, shown, until


def test_names_come_back_for_who_may_and_on_this_screen_only(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        assistant = app.session.assistant
        stored = assistant.vault.document(ward)
        scope = document_scopes(assistant, stored)[0]
        # As taking the document in would have stored it: a stand-in in the text, its original in the map.
        assistant.vault.pseudonym("PERSON", "Grace Whitcombe", scope, lambda taken: "Nora Field")
        document = replace(stored, text="Nora Field was seen on [ward] seven. Nora Field left.")
        assistant.principal = Principal("otto", frozenset({"user", "privacy-officer"}))
        await app.push_screen(HiddenScreen(of_document(assistant, document)))
        await until(pilot, lambda: "PERSON" in shown(app))
        assert "[Nora Field] was seen on [ward] seven. [Nora Field] left." in shown(app)
        assert "Your role may restore them" in shown(app) and "Whitcombe" not in shown(app)
        before = len(assistant.vault.audit)
        await pilot.press("r")
        await until(pilot, lambda: "Grace Whitcombe was seen on [ward] seven. Grace Whitcombe left." in shown(app))
        assert len(assistant.vault.audit) == before + 1
        await pilot.press("escape")
        await until(pilot, lambda: "Whitcombe" not in shown(app))

    driven(Path("vault"), steps, size=(100, 40))


def test_a_refused_question_is_not_kept_and_its_checks_say_what_was_hidden(ward: str) -> None:
    plain = refused() | {
        "verdicts": [
            {"check": "redact", "stage": "query", "action": "redact", "reason": "1 PERSON", "ms": 1.0},
            {"check": "redact", "stage": "query", "action": "redact", "reason": "1 PERSON", "ms": 1.0},
            {"check": "inject", "stage": "query", "action": "block", "reason": "an instruction", "ms": 1.0},
        ]
    }

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        veiled = of_answer(app.session.assistant, "talk", past_answer(plain))
        assert veiled.text == "(a refused question is not kept)" and veiled.verdicts == ("redact: 1 PERSON",)
        await app.push_screen(HiddenScreen(veiled))
        await until(pilot, lambda: "redact: 1 PERSON" in shown(app))
        assert "No stand-in is kept for this text" in shown(app) and "Your roles may not restore them" in shown(app)

    driven(Path("vault"), steps, size=(100, 40))
