"""Which conversation a question from the command line belongs to: a new one, or with `-c` the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import UsageError
from assistant.frontends.options import current_lender

if TYPE_CHECKING:
    from assistant.facade import Assistant, Conversation


def conversation_for(assistant: Assistant, *, go_on: bool) -> Conversation | None:
    """The conversation of one `ask`; None where nothing of it may outlast the question.

    An agent's session lasts until it is locked, so that it may go on also where conversations end with the session.
    Raises UsageError where there is none to go on with, or the policy keeps none.
    """
    from assistant.facade import Conversation

    history = assistant.gate.policy.history
    lender = current_lender()
    who = (assistant.principal.name, assistant.principal.roles)
    if lender is not None and history.turns:
        if not go_on or who not in lender.conversations:
            if go_on:
                raise _nothing_to_go_on_with()
            lender.end(who)
            lender.conversations[who] = Conversation()
        return lender.conversations[who]
    lasts = history.keep and history.turns > 0 and not history.ends_with_session
    if not go_on:
        return Conversation() if lasts else None
    if not lasts:
        raise UsageError(
            "the policy keeps no conversation beyond its session",
            remedy="ask in `assistant chat` or `assistant tui`, or run `assistant unlock` first",
        )
    from assistant.frontends.tui.conversations import conversations, reopened

    found = conversations(assistant)
    if not found:
        raise _nothing_to_go_on_with()
    return reopened(assistant, found[0].id)


def _nothing_to_go_on_with() -> UsageError:
    return UsageError("there is no conversation of yours to go on with", remedy="ask once without -c")
