"""Lines with a slash in the question box: the same actions as the keys, for hands that stay on the letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.frontends.tui.host import Host

# What follows the slash, and the action; `/source N` and `/typed TEXT` take something more.
_ACTIONS: Final = {
    "help": "help", "why": "why", "hidden": "hidden", "documents": "documents", "talks": "conversations",
    "reports": "reports", "policy": "policy", "settings": "settings", "new": "new", "copy": "copy", "ingest": "ingest",
    "models": "models", "signin": "sign_in", "gaps": "gaps", "editor": "editor", "screenshot": "screenshot",
    "correct": "correct", "lock": "lock", "quit": "quit",
}  # fmt: skip
FORMS: Final = ("/source N", "/typed QUESTION", *(f"/{name}" for name in _ACTIONS))


async def run_line(app: Host, line: str) -> None:
    """Do what a line says. Raises UsageError for one that says nothing known."""
    name, _, rest = line[1:].partition(" ")
    name, rest = name.casefold(), rest.strip()
    if name == "source":
        _open_source(app, rest or "1")
    elif name == "typed" and rest and app.chat is not None:
        await app.chat.put(rest, as_typed=True)
    elif name == "typed":
        await app.action_act("as_typed")
    elif name in _ACTIONS:
        await app.action_act(_ACTIONS[name])
    else:
        raise UsageError(f"there is no command /{name[:20]}", remedy=f"there are {', '.join(FORMS)}")


def _open_source(app: Host, number: str) -> None:
    last = app.chat.last if app.chat is not None else None
    sources = last.sources if last is not None else []
    cited = bool(last is not None and last.answer is not None and last.answer.citations)
    for at, source in enumerate(sources, 1):
        if number == str(source.n if cited else at):
            app.open_source(source)
            return
    raise UsageError("the last answer has no such source", remedy="give a number that stands beside it")
