from __future__ import annotations

from textual.pilot import Pilot

from assistant.frontends.tui.widgets.citation import CitationLine
from assistant.types import Citation
from tests.frontends.tui.support import Stage, shown, staged

FIRST = Citation(1, "d1", "Ward seven", "page 2", "Visiting hours begin at 14:00.", 0, 30, 0.9)
SECOND = Citation(2, "d2", "[red]Car\x1b park", "", "It is free." * 20, 0, 220, 0.4)


def test_a_source_has_its_number_and_a_related_one_a_dash() -> None:
    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        lines = shown(stage).splitlines()
        assert lines[0].endswith("[1] Ward seven, page 2") and lines[1].strip() == '"Visiting hours begin at 14:00."'
        assert lines[2].strip().startswith("-  [red]Car\\x1b park"), "neither markup nor a control sequence"
        assert "It is free." not in "".join(lines), "its passage stands below it, whole"
        assert all(len(line) <= 60 for line in lines)

    staged(steps, CitationLine(FIRST), CitationLine(SECOND, related=True), size=(60, 10))


def test_reaching_a_source_tells_so_and_enter_opens_it() -> None:
    first, second = CitationLine(FIRST), CitationLine(SECOND)

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        first.focus()
        await pilot.pause()
        assert shown(stage).splitlines()[0].startswith(">[1]")
        second.focus()
        await pilot.pause()
        assert shown(stage).splitlines()[0].startswith(" [1]"), "the sign goes with the focus"
        await pilot.press("enter")
        await pilot.click(CitationLine)
        reached = [m.citation.n for m in stage.heard if isinstance(m, CitationLine.Reached)]
        opened = [m.citation.n for m in stage.heard if isinstance(m, CitationLine.Opened)]
        assert list(dict.fromkeys(reached))[:2] == [1, 2]
        assert set(opened) == {1, 2}, "Enter opened the second, the click the first"

    staged(steps, first, second)
