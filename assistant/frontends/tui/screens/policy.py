"""The policy in force, in sentences."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Reading
from assistant.frontends.tui.widgets.plain import Entry, Plain


class PolicyScreen(Reading):
    """What `assistant policy explain` says of the policy that is in force here, and what it leaves open."""

    name_shown = "Policy"
    CSS_PATH = "../pages.tcss"

    def body(self) -> ComposeResult:
        """One sentence after the other."""
        from assistant.policy.explain import explain, objections

        policy = host(self).session.assistant.gate.policy
        with VerticalScroll(classes="sheet"):
            for sentence in explain(policy):
                yield Entry("-", sentence, 2)
            left = list(objections(policy))
            yield Plain(("What it leaves open", "bold"), classes="above")
            for remark in left or ["nothing that a careful reader would object to"]:
                yield Entry("-", remark, 2)

    def begin(self) -> None:
        """Scroll by the arrow keys."""
        self.query_one(VerticalScroll).focus()
        self.tell("the policy is a file: changing it is for whoever answers for it")
