from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from assistant.frontends.tui.settings import Settings
from assistant.frontends.tui.widgets.lines import Banner, KeyHints
from tests.frontends.tui.support import Stage, shown, staged


def test_both_ends_of_the_banner_stand_where_they_fit_and_the_right_one_gives_way() -> None:
    banner = Banner()

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        banner.tell("Documents", "vault open")
        await pilot.pause()
        assert shown(stage).splitlines()[0] == "Documents" + " " * 19 + "vault open"
        banner.tell("Documents", "nurse | policy healthcare 2026.1 | vault open")
        await pilot.pause()
        assert shown(stage).strip() == "Documents"
        banner.tell("x" * 60, "")
        await pilot.pause()
        assert shown(stage).splitlines()[0] == "x" * 38

    staged(steps, banner)


def test_a_name_that_holds_a_control_sequence_is_shown_and_not_obeyed() -> None:
    banner = Banner()

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        banner.tell("\x1b[2J", "[bold]ann")
        await pilot.pause()
        assert shown(stage).splitlines()[0] == "\\x1b[2J" + " " * 22 + "[bold]ann"

    staged(steps, banner)


def test_keys_that_do_not_fit_are_left_out_whole_and_others_are_told_at_once() -> None:
    hints = KeyHints(("help", "lock", "quit"), Settings(), own=(("Esc", "Back", "screen.back"),))

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        assert shown(stage).split() == ["Esc", "Back", "F1", "Help", "Ctrl+L", "Lock", "Ctrl+Q", "Quit"]
        await pilot.resize_terminal(24, 10)
        assert shown(stage).split() == ["Esc", "Back", "F1", "Help"]
        hints.show(replace(Settings(), keys={"help": "f12"}))
        await pilot.pause()
        assert shown(stage).split() == ["Esc", "Back", "F12", "Help"]

    staged(steps, hints, size=(50, 10))


def test_each_key_can_be_clicked() -> None:
    hints = KeyHints(("help",), Settings(), own=(("Esc", "Back", "screen.back"),))

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        clicks = {
            content.plain[span.start : span.end]: span.style.meta["@click"]
            for content in [hints.render()]
            for span in content.spans
            if not isinstance(span.style, str) and span.style.meta
        }
        assert clicks == {"Esc Back": "screen.back", "F1 Help": "app.act('help')"}

    staged(steps, hints)
