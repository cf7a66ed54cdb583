"""A set is looked through with the keyboard alone: each key decides, is kept at once, and leads on."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.review import ReviewScreen
from assistant.tune.review import BesideFile, Review, State, read_reviewed
from assistant.tune.rows import Answerable, Kind, Piece, Row, lines_of
from tests.frontends.tui.support import driven, opened, shown, until


def _row(n: int) -> Row:
    piece = Piece(n=1, title="Desks", heading="Hours", text=f"Desk {n} opens at {n} o'clock. [b]No markup[/b].")
    return Row(
        kind=Kind.NUMERIC, answerable=Answerable.YES, question=f"When does desk {n} open?", evidence=(piece,),
        answer=f"Desk {n} opens at {n} o'clock [1].", citations=(1,), document=f"{n:064x}",
    )  # fmt: skip


def test_accept_reject_edit_and_undo_by_keys(ward: str) -> None:
    rows, path = [_row(n) for n in range(1, 5)], Path("set.jsonl")
    path.write_text(lines_of(rows))
    review = Review(rows, BesideFile(path), lambda text: "secret" not in text)

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.push_screen(ReviewScreen("ours", review))
        await until(pilot, lambda: "Row 1 of 4" in shown(app))
        assert "[b]No markup[/b]" in shown(app)
        await pilot.press("a", "r")
        await until(pilot, lambda: "Row 3 of 4" in shown(app))
        await pilot.press("e", "end", *" or not?", "enter", "ctrl+u", *"secret [1].", "enter")
        await until(pilot, lambda: "ERROR" in shown(app))
        assert review.state(2) is State.OPEN, "what may not be learned is not kept"
        await pilot.press("end", "ctrl+u", *"At 3 o'clock [1].", "enter")
        await until(pilot, lambda: "Row 4 of 4" in shown(app))
        await pilot.press("a")
        await until(pilot, lambda: "every row is decided" in shown(app))
        await pilot.press("p", "p", "u")
        await until(pilot, lambda: "Row 2 of 4: not looked at" in shown(app))

    driven(Path("vault"), steps)
    assert [review.state(at) for at in range(4)] == [State.ACCEPTED, State.OPEN, State.EDITED, State.ACCEPTED]
    assert read_reviewed(path)[2].question == "When does desk 3 open? or not?"
    assert read_reviewed(path)[2].answer == "At 3 o'clock [1]."


def test_escape_leaves_the_lines_first_and_the_row_as_it_was(ward: str) -> None:
    path = Path("set.jsonl")
    path.write_text(lines_of([_row(1)]))
    review = Review([_row(1)], BesideFile(path), lambda _: True)

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.push_screen(ReviewScreen("ours", review))
        await until(pilot, lambda: "Row 1 of 1" in shown(app))
        await pilot.press("e", *"xx", "escape")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, ReviewScreen)

    driven(Path("vault"), steps)
    assert review.state(0) is State.OPEN
