"""A training set, row by row: accept, edit or reject with one key each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Page
from assistant.frontends.tui.widgets.plain import Plain
from assistant.tune.review import State

if TYPE_CHECKING:
    from assistant.tune.review import Review

_MARKS = {State.OPEN: "not looked at", State.ACCEPTED: "ACCEPTED", State.EDITED: "EDITED", State.REJECTED: "REJECTED"}


class ReviewScreen(Page):
    """One row at a time; each decision is kept at once and leads to the next row without one."""

    name_shown = "Training set"
    CSS_PATH = "../pages.tcss"
    app_keys: ClassVar[tuple[str, ...]] = ("help", "lock")
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("A", "Accept", "screen.accept"),
        ("E", "Edit", "screen.edit"),
        ("R", "Reject", "screen.reject"),
        ("U", "Undo", "screen.undo"),
        ("N/P", "Next, last", "screen.step(1)"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("a", "accept", "Accept", show=False),
        Binding("e", "edit", "Edit", show=False),
        Binding("r", "reject", "Reject", show=False),
        Binding("u", "undo", "Undo", show=False),
        Binding("n,right", "step(1)", "Next", show=False),
        Binding("p,left", "step(-1)", "Last", show=False),
    ]

    def __init__(self, name: str, review: Review) -> None:
        super().__init__()
        self._name, self._review = name, review
        self._at = 0

    def body(self) -> ComposeResult:
        """The row, and two lines to edit it, which are hidden until they are wanted."""
        with VerticalScroll(classes="sheet", can_focus=True):
            yield Plain("", id="row")
        yield Input(id="question", placeholder="Question", classes="editing")
        yield Input(id="answer", placeholder="Answer, each sentence with its mark, as [1]", classes="editing")

    def begin(self) -> None:
        """The first row that nothing was decided on."""
        self._at = self._review.next_open(-1) or 0
        self._editing(on=False)
        self._show()

    def _show(self) -> None:
        review, at = self._review, self._at
        row, counts = review.row(at), review.counts()
        sources = "\n".join(
            f"[{piece.n}] {', '.join(part for part in (piece.title, piece.heading) if part)}\n    {piece.text}"
            for piece in row.evidence
        )
        self.query_one("#row", Plain).say(
            (f"Row {at + 1} of {len(review.rows)}: {_MARKS[review.state(at)]}", "bold"),
            f"\n{row.kind}, {row.style}, answerable: {row.answerable}, {row.split}\n\n",
            ("Question\n", "bold"), f"{row.question}\n\n",
            ("Answer\n", "bold"), f"{row.answer}\n\n",
            ("Sources\n", "bold"), sources,
        )  # fmt: skip
        self.query_one(VerticalScroll).scroll_home(animate=False)
        told_counts = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
        self.tell(f"{self._name}: {told_counts}")

    def _editing(self, *, on: bool) -> None:
        for line in self.query(Input):
            line.display = on
        if on:
            row = self._review.row(self._at)
            self.query_one("#question", Input).value, self.query_one("#answer", Input).value = row.question, row.answer
            self.query_one("#question", Input).focus()
            self.tell("Enter goes on and keeps; Esc leaves the row as it was")
        else:
            self.query_one(VerticalScroll).focus()

    def action_accept(self) -> None:
        """The row is right."""
        self._review.accept(self._at)
        self._onwards()

    def action_reject(self) -> None:
        """Nothing learns the row."""
        self._review.reject(self._at)
        self._onwards()

    def action_undo(self) -> None:
        """Take the decision on this row back."""
        self._review.reopen(self._at)
        self._show()

    def action_edit(self) -> None:
        """Question and answer in two lines."""
        self._editing(on=True)

    def action_step(self, by: int) -> None:
        """The row after or before."""
        self._at = (self._at + by) % len(self._review.rows)
        self._show()

    def action_back(self) -> None:
        """Out of the lines, or out of the set."""
        if self.query_one("#question", Input).display:
            self._editing(on=False)
            self._show()
        else:
            self.dismiss()

    def on_input_submitted(self, line: Input.Submitted) -> None:
        """From the question to the answer, then keep both."""
        if line.input.id == "question":
            self.query_one("#answer", Input).focus()
            return
        question, answer = self.query_one("#question", Input).value, self.query_one("#answer", Input).value
        at = self._at

        def kept(_: None) -> None:
            self._editing(on=False)
            self._onwards()

        # The training checks read both texts, which takes a moment.
        host(self).do(lambda: self._review.edit(at, question, answer), kept, self.trouble)

    def _onwards(self) -> None:
        following = self._review.next_open(self._at)
        if following is None:
            self._show()
            self.tell("every row is decided; Esc leads back")
        else:
            self._at = following
            self._show()
