from __future__ import annotations

import time

from textual.pilot import Pilot

from assistant.frontends.tui.widgets.document_view import DocumentView
from tests.frontends.tui.support import Stage, shown, staged

TEXT = "".join(f"Line {n} of the leaflet.\n" for n in range(200))
QUOTE = "Line 120 of the leaflet."


def test_the_marked_stretch_is_in_view_and_has_a_sign_in_the_margin() -> None:
    view = DocumentView()

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        start = TEXT.index(QUOTE)
        view.show(TEXT, start, start + len(QUOTE))
        await pilot.pause()
        marked = [line for line in shown(stage).splitlines() if line.startswith(">")]
        assert marked == [f"> {QUOTE}"]
        assert view.marked_line == 121 and view.line_count >= 200

    staged(steps, view)


def test_without_a_mark_a_text_opens_at_its_beginning_and_nothing_is_held_afterwards() -> None:
    view = DocumentView()

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        view.show(TEXT)
        await pilot.pause()
        assert shown(stage).splitlines()[0].strip() == "Line 0 of the leaflet." and ">" not in shown(stage)
        view.clear()
        await pilot.pause()
        assert "Line" not in shown(stage) and view.line_count == 1

    staged(steps, view)


def test_a_mark_over_a_line_end_is_drawn_on_both_lines_and_survives_another_width() -> None:
    view = DocumentView()
    text = "Take it with water. Not with milk, and not before noon."

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        start = text.index("Not with milk")
        view.show(text, start, start + len("Not with milk, and not"))
        await pilot.pause()
        assert sum(line.startswith(">") for line in shown(stage).splitlines()) == 2
        await pilot.resize_terminal(70, 10)
        await pilot.pause()
        assert [line for line in shown(stage).splitlines() if line.startswith(">")] == [f"> {text}"]

    staged(steps, view, size=(30, 10))


def test_a_document_of_a_megabyte_is_drawn_line_by_line() -> None:
    view = DocumentView()

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        view.show("word " * 200_000, 999_000, 999_004)
        began = time.process_time()
        await pilot.pause()
        assert ">" in shown(stage)
        assert time.process_time() - began < 2.0, "only what is on the screen is drawn"

    staged(steps, view)


def test_control_characters_of_a_document_do_not_reach_the_terminal() -> None:
    view = DocumentView()

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        view.show("clear \x1b[2J it")
        await pilot.pause()
        assert "\x1b" not in shown(stage) and "clear" in shown(stage) and "it" in shown(stage)

    staged(steps, view)
