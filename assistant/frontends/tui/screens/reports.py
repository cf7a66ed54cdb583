"""Evaluation and fairness reports: a list, and the chosen one beside or below it."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import DataTable

from assistant.config import reports_home
from assistant.frontends.tui.host import host
from assistant.frontends.tui.reports import ReportFile, list_reports, read_report
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain, printable


class ReportsScreen(Reading):
    """Reads files of the reports folder; they hold totals, never text of a document."""

    name_shown = "Reports"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Esc", "Back", "screen.back"),
        ("Enter", "Read", "screen.open"),
        ("Tab", "List or text", "app.focus_next"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: list[ReportFile] = []

    def body(self) -> ComposeResult:
        """List and text."""
        yield DataTable(cursor_type="row", id="reports")
        with VerticalScroll(classes="sheet"):
            yield Plain("", id="report")

    def begin(self) -> None:
        """Read the folder."""
        table = self.query_one(DataTable)
        table.add_column("Report", width=max(40, self.app.size.width - 20))
        table.add_column("Form", width=6)
        table.focus()
        host(self).do(lambda: list_reports(reports_home()), self._listed)

    def _listed(self, found: list[ReportFile]) -> None:
        self._found = found
        table = self.query_one(DataTable)
        for report in found:
            table.add_row(Text(printable(report.name)), Text(report.kind), key=report.name)
        if found:
            self.tell(f"{len(found)} reports, newest first")
        else:
            self.query_one("#report", Plain).say(
                f"No report yet in {reports_home()}.\n\n`assistant eval ...` and `assistant fairness audit` write them."
            )
            self.tell("no reports")

    def on_data_table_row_selected(self) -> None:
        """Enter or a click."""
        self.action_open()

    def action_open(self) -> None:
        """Read the chosen one."""
        row = self.query_one(DataTable).cursor_row
        if 0 <= row < len(self._found):
            report = self._found[row]
            host(self).do(lambda: read_report(report), self._read)

    def _read(self, text: str) -> None:
        self.query_one("#report", Plain).say(text)
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self.tell("Tab leads to the text")
