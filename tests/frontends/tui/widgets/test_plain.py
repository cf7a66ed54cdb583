from __future__ import annotations

import pytest
from textual.pilot import Pilot

from assistant.frontends.tui.widgets.plain import Entry, Plain, plain, printable
from tests.frontends.tui.support import Stage, shown, staged


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Größe 38 °C", "Größe 38 °C"),
        ("two\nlines", "two\nlines"),
        ("a\tb", "a b"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("bell\a and \x7f", "bell\\x07 and \\x7f"),
        ("turned\u202eround", "turned\\x202eround"),
        ("", ""),
    ],
)
def test_what_could_drive_a_terminal_is_made_visible_and_the_rest_stays(text: str, seen: str) -> None:
    assert printable(text) == seen


def test_brackets_are_brackets_and_a_style_changes_no_letter() -> None:
    assert plain("[bold]no[/bold] ", ("[red]", "bold")).plain == "[bold]no[/bold] [red]"
    (span,) = plain("a ", ("b", "bold")).spans
    assert (span.start, span.end, str(span.style)) == (2, 3, "bold")


def test_what_is_said_afterwards_is_not_read_as_markup_either() -> None:
    label = Plain("before")

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        label.say("[@click=app.quit]", ("after\x1b", "bold"))
        await pilot.pause()
        assert shown(stage).strip() == "[@click=app.quit]after\\x1b"

    staged(steps, label)


def test_the_lines_after_the_first_begin_under_the_text() -> None:
    entry = Entry("PASS", "the check found nothing in all these words", 8)

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        assert shown(stage).splitlines()[:3] == [
            "PASS    the check found",
            "        nothing in all these",
            "        words",
        ]
        await pilot.resize_terminal(60, 10)
        assert shown(stage).splitlines()[0] == "PASS    the check found nothing in all these words"
        # Narrower than head and text: the text keeps ten columns, whatever is cut off.
        await pilot.resize_terminal(12, 10)
        assert shown(stage).startswith("PASS    the")

    staged(steps, entry, size=(30, 10))


def test_an_entry_without_text_is_its_head() -> None:
    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        assert shown(stage).strip() == "PASS"

    staged(steps, Entry("PASS", "", 8))
