"""Take files and folders into the vault, with progress, and a way to stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input

from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.host import host
from assistant.frontends.tui.ingest_job import Batch, IngestJob, Progressed, outcome, stored_under
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.words import bar, short

if TYPE_CHECKING:
    from assistant.intake.run import IngestReport


class IngestScreen(Reading):
    """Three fields and a button; Escape leaves the screen and the files go on coming in."""

    name_shown = "Take files in"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (("Esc", "Back", "screen.back"), ("Tab", "Next field", "app.focus_next"),
        ("Ctrl+B", "Browse", "screen.browse"),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+b", "browse", "Browse", show=False)]

    def body(self) -> ComposeResult:
        """Fields, button, progress, problems."""
        policy = host(self).session.assistant.gate.policy
        usual = ", ".join(sorted(policy.ingest.default_labels))
        labels, collection = host(self).taken_in
        with VerticalScroll(classes="form", can_focus=False):
            yield Plain("File or folder")
            yield Input(placeholder="for example guidelines/", id="path", compact=True)
            yield Plain("Access labels, separated by commas (who may see the documents)")
            yield Input(
                value=labels, placeholder=f"empty: as stored, or by the policy ({usual})", id="labels", compact=True
            )
            yield Plain("Collection")
            yield Input(value=collection, id="collection", compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Browse (Ctrl+B)", id="browse")
                yield Button("Take in", id="start", variant="primary")
                yield Button("Stop", id="stop", disabled=True)
            yield Plain("", id="progress")
            yield Plain("", id="problems")

    def begin(self) -> None:
        """Go on showing a run that was begun before."""
        self.query_one("#path", Input).focus()
        known = ", ".join(
            sorted(host(self).session.assistant.gate.policy.allowed_labels(host(self).session.assistant.principal))
        )
        self.tell(f"labels that you may see: {known}")
        job = host(self).job
        if job is not None and job.running:
            self._show_running(True)
            self.query_one("#progress", Plain).say("files are being taken in")

    def on_input_submitted(self) -> None:
        """Enter in any field."""
        self._start()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Start or stop."""
        if pressed.button.id == "start":
            self._start()
        elif pressed.button.id == "browse":
            self.action_browse()
        else:
            self.action_stop()

    def action_browse(self) -> None:
        """Look for a file or folder instead of typing its name."""
        from assistant.frontends.tui.screens.files import FilesScreen

        field = self.query_one("#path", Input)
        typed = Path(field.value.strip() or ".").expanduser()

        def chosen(path: Path | None) -> None:
            if path is not None:
                field.value = str(path)
            field.focus()

        self.app.push_screen(FilesScreen(typed if typed.exists() else Path()), chosen)

    def action_stop(self) -> None:
        """End the run after the file in hand."""
        job = host(self).job
        if job is not None and job.running:
            job.cancel()
            self.tell("stopping after the file in hand; what was taken in stays")

    def _start(self) -> None:
        app = host(self)
        if app.job is not None and app.job.running:
            self.tell("files are being taken in already")
            return
        typed = self.query_one("#path", Input).value.strip()
        path = Path(typed).expanduser()
        if not typed or not path.exists():
            self.trouble(
                Trouble("there is no such file or folder", "check the name; relative names start where you started")
            )
            return
        typed_labels = self.query_one("#labels", Input).value
        labels = frozenset(part.strip() for part in typed_labels.split(",") if part.strip())
        collection = self.query_one("#collection", Input).value.strip() or "default"
        # The form begins with this the next time: one that fell back would put the next files elsewhere.
        app.taken_in = (typed_labels, collection)
        run_ingest(self, [Batch((path,), labels or None)], collection)
        self._show_running(True)
        self.tell("taking files in; Esc leaves this screen and they go on coming in")

    def progressed(self, now: Progressed) -> None:
        """One step further."""
        width = 30 if self.app.size.width >= 100 else 18
        line = f"{bar(now.done, now.total, width)}  {now.done} of {now.total}  {now.rate}"
        self.query_one("#progress", Plain).say(f"{line}\n{short(now.what, 60)}")

    def ended(self, reports: list[IngestReport]) -> None:
        """What came of it."""
        self._show_running(False)
        self.query_one("#progress", Plain).say((outcome(reports), "bold"))
        problems = [problem for report in reports for problem in (*report.problems, *report.skipped)]
        lines = [f"NOT TAKEN IN  {problem.path.name}: {problem.reason}. {problem.remedy}" for problem in problems]
        lines += [f"LABELS  {Path(source).name}: {told}" for report in reports for source, told in report.notices]
        lines += stored_under(reports)
        self.query_one("#problems", Plain).say("\n".join(lines))
        self.tell(outcome(reports))

    def trouble(self, trouble: Trouble) -> None:
        """The run failed as a whole."""
        self._show_running(False)
        super().trouble(trouble)

    def _show_running(self, running: bool) -> None:
        self.query_one("#start", Button).disabled = running
        self.query_one("#stop", Button).disabled = not running


def run_ingest(screen: IngestScreen, batches: list[Batch], collection: str) -> None:
    """Begin a run; its progress goes to whichever ingest screen stands, its end to the status line of any."""
    from assistant.frontends.tui.messages import Later

    app = host(screen)
    era = app.era

    def told(now: Progressed) -> None:
        app.post_message(Later(lambda: shown(now), era))

    def shown(now: Progressed) -> None:
        if isinstance(app.page, IngestScreen):
            app.page.progressed(now)

    def ended(reports: list[IngestReport]) -> None:
        if isinstance(app.page, IngestScreen):
            app.page.ended(reports)
        else:
            app.say(outcome(reports))

    job = IngestJob(app.session.assistant, batches, collection, told)
    app.job = job
    app.do(job.run, ended)
