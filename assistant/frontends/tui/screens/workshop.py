"""The workshop: recipes that make a model smaller or fitter, run and read without a command, and the sets that they learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import DataTable

from assistant.frontends.recipe_job import Offer, RecipeJob
from assistant.frontends.tui.host import host
from assistant.frontends.tui.messages import Later
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain, printable
from assistant.frontends.tui.words import short
from assistant.frontends.workshop import Item, items, report_of, review_of

if TYPE_CHECKING:
    from assistant.tune.review import Review

HELP = (
    "Enter on a recipe runs it: data, train, export, quantize, evaluate, compare, register. It takes an hour and more, may be stopped "
    "with S, and goes on where it was.\n\n"
    "Enter on a set shows its rows, to accept, edit or reject them.\n\nR shows the report of a recipe."
)


class WorkshopScreen(Reading):
    """A table of recipes and sets; what a run says, or its report, below."""

    name_shown = "Workshop"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("Enter", "Run or look through", "screen.open"),
        ("S", "Stop", "screen.stop"),
        ("R", "Report", "screen.report"),
        ("Tab", "List or text", "app.focus_next"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "stop", "Stop", show=False),
        Binding("r", "report", "Report", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Item] = []

    def body(self) -> ComposeResult:
        """Table and text."""
        yield DataTable(cursor_type="row", id="reports")
        with VerticalScroll(classes="sheet"):
            yield Plain(HELP, id="report")

    def begin(self) -> None:
        """Read what there is."""
        table = self.query_one(DataTable)
        for name, width in (("What", 8), ("Name", max(30, self.app.size.width - 38)), ("State", 20)):
            table.add_column(name, width=width)
        table.focus()
        self.reload()

    def reload(self) -> None:
        """Read it again."""
        assistant, job = host(self).session.assistant, host(self).recipe
        running = job.offer if job is not None and job.running else None
        host(self).do(lambda: items(assistant, running), self._listed)

    def _listed(self, found: list[Item]) -> None:
        self._found = found
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        for item in found:
            table.add_row(Text(item.kind), Text(printable(short(item.name, 60))), Text(item.state))
        table.move_cursor(row=min(row, max(0, len(found) - 1)))
        job = host(self).recipe
        if job is not None and job.lines:
            self._show("\n".join(job.lines))
        self.tell(f"{sum(i.kind == 'recipe' for i in found)} recipes, {sum(i.kind == 'set' for i in found)} sets")

    @property
    def _chosen(self) -> Item | None:
        row = self.query_one(DataTable).cursor_row
        return self._found[row] if 0 <= row < len(self._found) else None

    def on_data_table_row_selected(self) -> None:
        """Enter or a click."""
        self.action_open()

    def action_open(self) -> None:
        """Run the recipe, or look through the set."""
        chosen = self._chosen
        if chosen is None:
            return
        if chosen.kind == "recipe" and chosen.offer is not None:
            self._run(chosen.offer)
            return
        assistant = host(self).session.assistant

        def opened(review: Review) -> None:
            from assistant.frontends.tui.screens.review import ReviewScreen

            self.app.push_screen(ReviewScreen(chosen.name, review))

        host(self).do(lambda: review_of(assistant, chosen), opened)

    def _run(self, offer: Offer) -> None:
        app = host(self)
        if app.recipe is not None and app.recipe.running:
            self.tell("one recipe at a time; S stops the one that runs")
            return
        era = app.era

        def told(_: str) -> None:
            app.post_message(Later(self._said, era))

        app.recipe = job = RecipeJob(offer, told, policy=app.session.assistant.gate.policy.id)
        self.tell(f"{offer.name} is started; it goes on when you leave this screen")
        app.do(job.run, self._ended)

    def _said(self) -> None:
        job = host(self).recipe
        if job is not None and self.is_attached:
            if job.running and all(item.state != "running" for item in self._found):
                self.reload()  # its row shall say so
            self._show("\n".join(job.lines))
            self.tell(short(job.lines[-1], 100))

    def _ended(self, how: str) -> None:
        host(self).say(how)
        if self.is_attached:
            self.reload()

    def _show(self, text: str) -> None:
        self.query_one("#report", Plain).say(text)
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def action_stop(self) -> None:
        """Stop the run; what is done is kept."""
        job = host(self).recipe
        if job is None or not job.running:
            self.tell("nothing runs")
            return
        host(self).do(job.cancel, lambda _: None)

    def action_report(self) -> None:
        """The report of the chosen recipe."""
        chosen = self._chosen
        offer = chosen.offer if chosen is not None else None
        if offer is None or not offer.report.is_file():
            self.tell("there is no report yet; Enter runs the recipe")
            return

        def read(text: str) -> None:
            self.query_one("#report", Plain).say(text)
            self.query_one(VerticalScroll).scroll_home(animate=False)
            self.tell(f"{offer.report}; Tab leads to the text")

        host(self).do(lambda: report_of(offer), read)
