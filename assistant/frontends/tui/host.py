"""What screens, widgets and actions know of the application. It lies below them, so that no import leads back up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from textual import events
    from textual.dom import DOMNode
    from textual.message import Message
    from textual.screen import Screen
    from textual.widget import Widget

    from assistant.frontends.recipe_job import RecipeJob
    from assistant.frontends.tui.answer_worker import AnswerWorker
    from assistant.frontends.tui.error_text import Trouble
    from assistant.frontends.tui.ingest_job import IngestJob
    from assistant.frontends.tui.session import Session
    from assistant.frontends.tui.settings import Settings
    from assistant.frontends.tui.widgets.exchange import Exchange
    from assistant.frontends.tui.widgets.question_box import QuestionBox
    from assistant.types import Citation

Result = TypeVar("Result")


class Talk(Protocol):
    """The talk at the bottom of the screens, as actions use it."""

    @property
    def last(self) -> Exchange | None: ...

    @property
    def box(self) -> QuestionBox: ...

    async def clear(self) -> None: ...

    async def put(self, question: str, *, as_typed: bool = False) -> bool: ...

    async def remember(self, question: str, answer: Mapping[str, object]) -> None: ...

    def banner(self) -> None: ...

    def tell(self, text: str, *, tone: str = "") -> None: ...


class Host(Protocol):
    """The application: what is open, which screen stands, work beside the screen. `AssistantApp` is the one that runs."""

    session: Session
    settings: Settings
    desk: AnswerWorker | None
    job: IngestJob | None
    recipe: RecipeJob | None
    taken_in: tuple[str, str]
    era: int
    listening: Callable[[events.Key], None] | None
    last_use: float

    @property
    def idle_left_s(self) -> float: ...

    def suspend(self) -> AbstractContextManager[None]: ...

    def export_screenshot(self, *, title: str | None = None) -> str: ...

    @property
    def focused(self) -> Widget | None: ...

    @property
    def chat(self) -> Talk | None: ...

    @property
    def page(self) -> Screen[Any] | None: ...

    def post_message(self, message: Message) -> bool: ...

    def start_desk(self) -> None: ...

    def whereabouts(self) -> str: ...

    def say(self, text: str) -> None: ...

    def say_trouble(self, trouble: Trouble) -> None: ...

    def do(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], Awaitable[None] | None],
        failed: Callable[[Trouble], Awaitable[None] | None] | None = None,
    ) -> None: ...

    async def open_page(self, page: Screen[Any]) -> None: ...

    async def back_to_chat(self) -> None: ...

    def open_source(self, citation: Citation) -> None: ...

    async def lock(self, reason: str, *, idle: bool = False, leaving: bool = False) -> None: ...

    def apply(self, settings: Settings) -> None: ...

    def sign_in(self, name: str, password: str) -> None: ...

    def open_by_given_secret(self) -> None: ...

    def open_by_passphrase(self, typed: str) -> None: ...

    async def opened(self) -> None: ...

    async def action_act(self, name: str) -> None: ...

    async def action_quit(self) -> None: ...

    def action_command_palette(self) -> None: ...

    def copy_to_clipboard(self, text: str) -> None: ...

    def push_screen(self, screen: Screen[Any], callback: Callable[[Any], None] | None = None) -> Awaitable[object]: ...


def host(node: DOMNode) -> Host:
    """The application that a screen or widget belongs to."""
    return cast("Host", node.app)
