"""Why an answer came out as it did: every check, its verdict in words, its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from assistant.frontends.presented import reason_in_words
from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Reading
from assistant.frontends.tui.widgets.plain import Plain
from assistant.frontends.tui.words import badges, verdict

if TYPE_CHECKING:
    from assistant.frontends.tui.history import ShownAnswer


class WhyScreen(Reading):
    """The verdicts of one answer, those that acted first in weight, all in the order in which they came."""

    name_shown = "Why this answer"
    CSS_PATH = "../pages.tcss"

    def __init__(self, answer: ShownAnswer, *, workings: bool) -> None:
        """`workings` shows names of checks, times and the record; without it only what was done, in words."""
        super().__init__()
        self._answer, self._workings = answer, workings

    def body(self) -> ComposeResult:
        """Status, checks, and what the record says."""
        answer = self._answer
        word, meaning = verdict(answer)
        with VerticalScroll(classes="sheet"):
            yield Plain((f"{word}: {meaning}", "bold $accent"))
            if answer.reason:
                yield Plain(f"Reason: {answer.reason if self._workings else reason_in_words(answer.reason)}")
            if not self._workings:
                yield from self._in_words()
                return
            yield Plain(("Checks, in their order", "bold"), classes="above")
            for badge in badges(answer.verdicts):
                times = f" ({badge.times} times)" if badge.times > 1 else ""
                style = "bold $text-warning" if badge.acted else ""
                yield Plain(
                    (f"{badge.word:<10}", style or "$text-success"),
                    (f"{badge.stage}: {badge.check}{times}", "bold" if badge.acted else ""),
                    f"\n{'':<10}{badge.reason}; {badge.ms:.0f} ms",
                )
            yield Plain(("Record", "bold"), classes="above")
            policy = answer.policy
            yield Plain(f"policy {policy.id} {policy.version}, file hash {policy.sha256[:16]}")
            yield Plain(f"model  {answer.model or 'none'}")
            yield Plain(f"audit  {answer.audit_id or 'none'}")
            yield Plain("time   " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in answer.timings_ms.items()))

    def _in_words(self) -> ComposeResult:
        """What was done on the way, and that the rest was passed: for those who need no names of checks."""
        found = badges(self._answer.verdicts)
        yield Plain(("What was checked", "bold"), classes="above")
        for badge in found:
            if badge.acted:
                yield Plain(
                    (f"{badge.word:<10}", "bold $text-warning"), f"{badge.stage}: {reason_in_words(badge.reason)}"
                )
        passed = len({badge.check for badge in found if not badge.acted})
        yield Plain((f"{'PASSED':<10}", "$text-success"), f"{passed} checks found nothing to object to")
        policy = host(self).session.assistant.gate.policy
        whom = ", ".join(sorted(policy.debugging_roles)) or "nobody"
        yield Plain(f"Names of checks, scores and times are shown to: {whom}.", classes="above")

    def begin(self) -> None:
        """Scroll by the arrow keys."""
        self.query_one(VerticalScroll).focus()
