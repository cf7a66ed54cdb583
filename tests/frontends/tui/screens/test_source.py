from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.history import past_answer
from assistant.frontends.tui.screens.hidden import HiddenScreen
from assistant.frontends.tui.screens.source import SourceScreen
from tests.frontends.tui.support import QUOTE, WARD, answered, driven, opened, shown, until

SECOND = "They end at 20:00."


def test_one_leads_through_the_quotes_of_an_answer_copies_one_and_looks_what_is_hidden(ward: str) -> None:
    (first,) = past_answer(answered(ward)).citations
    start = WARD.index(SECOND)
    second = replace(first, n=2, quote=SECOND, start=start, end=start + len(SECOND))

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.push_screen(SourceScreen([first, second], second))
        await until(pilot, lambda: "[2] Ward seven" in shown(app))
        assert "quote 2 of 2; N and P lead to the others" in shown(app)
        await pilot.press("n")
        await until(pilot, lambda: "[1] Ward seven" in shown(app))
        assert "quote 1 of 2" in shown(app), "after the last comes the first"
        await pilot.press("c")
        assert app.clipboard == f'"{QUOTE}" (Ward seven, Ward seven)'
        await pilot.press("p")
        await until(pilot, lambda: "[2] Ward seven" in shown(app))
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, HiddenScreen) and "Hidden in Ward seven" in shown(app))

    driven(Path("vault"), steps, size=(100, 40))


def test_a_source_that_may_not_be_seen_is_told_as_one_that_is_not_there(ward: str) -> None:
    (cited,) = past_answer(answered("another-document")).citations

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.push_screen(SourceScreen([cited], cited))
        await until(pilot, lambda: "there is no such document for you" in shown(app))
        assert QUOTE not in shown(app)

    driven(Path("vault"), steps, size=(100, 40))


def test_a_document_opens_at_its_beginning_and_has_no_quote_to_copy(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        document = app.session.assistant.vault.document(ward)
        await app.push_screen(SourceScreen(document=document))
        await until(pilot, lambda: "labels: public" in shown(app))
        await pilot.press("c", "n")
        assert app.clipboard == "" and "# Ward seven" in shown(app)

    driven(Path("vault"), steps, size=(100, 40))
