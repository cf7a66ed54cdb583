"""What each action does. Screens are imported when they are first wanted, so that the first one is painted at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from assistant.frontends.tui.history import ShownAnswer
    from assistant.frontends.tui.host import Host


async def _help(app: Host) -> None:
    from assistant.frontends.tui.screens.help import HelpScreen

    await app.push_screen(HelpScreen())


def _last_answer(app: Host) -> ShownAnswer | None:
    last = app.chat.last if app.chat is not None else None
    return last.answer if last is not None else None


async def _source(app: Host) -> None:
    last = app.chat.last if app.chat is not None else None
    cited = last.sources if last is not None else []
    if not cited:
        app.say("no answer with a source yet")
        return
    focused = getattr(app.focused, "citation", None)
    await app.back_to_chat()
    app.open_source(next((citation for citation in cited if citation is focused), cited[0]))


async def _why(app: Host) -> None:
    from assistant.frontends.tui.screens.why import WhyScreen

    last = _last_answer(app)
    if last is None:
        app.say("no answer yet")
    else:
        assistant = app.session.assistant
        workings = assistant.gate.policy.shows_workings(assistant.principal)
        await app.open_page(WhyScreen(last, workings=workings))


async def _hidden(app: Host) -> None:
    from assistant.frontends.tui.screens.hidden import HiddenScreen, of_answer

    last = _last_answer(app)
    if last is None:
        app.say("no answer yet")
    else:
        await app.open_page(HiddenScreen(of_answer(app.session.assistant, app.session.current().id, last)))


async def _documents(app: Host) -> None:
    from assistant.frontends.tui.screens.documents import DocumentsScreen

    await app.open_page(DocumentsScreen())


async def _ingest(app: Host) -> None:
    from assistant.frontends.tui.screens.ingest import IngestScreen

    await app.open_page(IngestScreen())


async def _conversations(app: Host) -> None:
    from assistant.frontends.tui.screens.conversations import ConversationsScreen

    await app.open_page(ConversationsScreen())


async def _reports(app: Host) -> None:
    from assistant.frontends.tui.screens.reports import ReportsScreen

    await app.open_page(ReportsScreen())


async def _policy(app: Host) -> None:
    from assistant.frontends.tui.screens.policy import PolicyScreen

    await app.open_page(PolicyScreen())


async def _models(app: Host) -> None:
    from assistant.frontends.tui.screens.models import ModelsScreen

    await app.open_page(ModelsScreen())


async def _workshop(app: Host) -> None:
    from assistant.frontends.tui.screens.workshop import WorkshopScreen

    await app.open_page(WorkshopScreen())


async def _settings(app: Host) -> None:
    from assistant.frontends.tui.screens.settings import SettingsScreen

    await app.push_screen(SettingsScreen())


async def _sign_in(app: Host) -> None:
    from assistant.frontends.tui.screens.sign_in import SignInScreen

    await app.open_page(SignInScreen())


async def _new(app: Host) -> None:
    await app.back_to_chat()
    app.session.end_conversation()
    if app.chat is not None:
        await app.chat.clear()
        app.chat.tell("a new conversation")


async def _copy(app: Host) -> None:
    from assistant.frontends.presented import place
    from assistant.frontends.tui.widgets.plain import printable

    last = app.chat.last if app.chat is not None else None
    if last is None or last.answer is None:
        app.say("no answer to copy yet")
        return
    cited = last.sources if last.answer.citations else []
    lines = [last.said, *(f'[{c.n}] {place(c)}: "{c.quote}"' for c in cited)]
    app.copy_to_clipboard(printable("\n".join(lines)))
    app.say("copied, where the terminal takes it (OSC 52); the clipboard is outside the vault")


async def _as_typed(app: Host) -> None:
    last = app.chat.last if app.chat is not None else None
    if app.chat is None or last is None:
        app.say("no question yet")
        return
    await app.back_to_chat()
    await app.chat.put(last.question, as_typed=True)


async def _correct(app: Host) -> None:
    last = app.chat.last if app.chat is not None else None
    if app.chat is None or last is None:
        app.say("no question yet")
        return
    await app.back_to_chat()
    app.chat.box.put(last.question)
    app.chat.box.focus()


async def _editor(app: Host) -> None:
    from assistant.frontends.tui.editing import edited

    if app.chat is None:
        return
    await app.back_to_chat()
    app.chat.box.put(edited(app, app.chat.box.text))
    app.chat.box.focus()


async def _screenshot(app: Host) -> None:
    from assistant.frontends.tui.picture import offer

    offer(app)


async def _gaps(app: Host) -> None:
    from assistant.frontends.tui.screens.gaps import GapsScreen

    await app.open_page(GapsScreen())


async def _lock(app: Host) -> None:
    await app.lock("Locked by you.")


async def _palette(app: Host) -> None:
    app.action_command_palette()


async def _quit(app: Host) -> None:
    await app.action_quit()


ACTIONS: Final[dict[str, Callable[[Host], Awaitable[None]]]] = {
    "help": _help,
    "source": _source,
    "why": _why,
    "hidden": _hidden,
    "documents": _documents,
    "conversations": _conversations,
    "reports": _reports,
    "policy": _policy,
    "settings": _settings,
    "new": _new,
    "copy": _copy,
    "ingest": _ingest,
    "models": _models,
    "workshop": _workshop,
    "sign_in": _sign_in,
    "as_typed": _as_typed,
    "correct": _correct,
    "editor": _editor,
    "screenshot": _screenshot,
    "gaps": _gaps,
    "lock": _lock,
    "palette": _palette,
    "quit": _quit,
}
