"""What was hidden in a question or a document, and turning stand-ins back into names where the policy permits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from assistant.frontends.restoring import Hidden, answer_scopes, document_scopes, hidden_in, may_restore, restored
from assistant.frontends.tui.host import host
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.frontends.tui.history import ShownAnswer
    from assistant.types import Document

_SHOWN = 20_000  # characters of a document that are laid out here; the rest is in the source view


@dataclass(frozen=True, slots=True)
class Veiled:
    """A text with stand-ins: what it is, where its stand-ins were given out, and what the checks said of it."""

    title: str
    text: str
    answer: str
    scopes: tuple[str, ...]
    about: str
    verdicts: tuple[str, ...] = ()


def of_answer(assistant: Assistant, conversation_id: str, answer: ShownAnswer) -> Veiled:
    """The question and answer of an exchange."""
    said = tuple(f"{verdict.check}: {verdict.reason}" for verdict in answer.verdicts if str(verdict.action) == "redact")
    return Veiled(
        "the last question",
        answer.question or "(a refused question is not kept)",
        answer.answer,
        answer_scopes(assistant, conversation_id, answer),
        conversation_id,
        tuple(dict.fromkeys(said)),
    )


def of_document(assistant: Assistant, document: Document) -> Veiled:
    """A stored document."""
    return Veiled(document.title, document.text[:_SHOWN], "", document_scopes(assistant, document), document.id)


class HiddenScreen(Reading):
    """Stand-ins are marked by brackets; originals are shown only after the policy, and the record, said yes."""

    name_shown = "What was hidden"
    CSS_PATH = "../pages.tcss"
    own_keys: ClassVar[tuple[Hint, ...]] = (("Esc", "Back", "screen.back"), ("R", "Restore names", "screen.restore"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "restore", "Restore names", show=False)]

    def __init__(self, veiled: Veiled) -> None:
        super().__init__()
        self._veiled = veiled

    def body(self) -> ComposeResult:
        """Rules, list, text."""
        with VerticalScroll(classes="sheet"):
            yield Plain((f"Hidden in {self._veiled.title}", "bold $accent"))
            yield Plain("", id="rule")
            yield Plain(("Stand-ins", "bold"), classes="above")
            yield Plain("", id="list")
            yield Plain(("Text, as the model saw it and as it is stored", "bold"), id="what", classes="above")
            yield Plain("", id="text")

    def begin(self) -> None:
        """Look them up."""
        self.query_one(VerticalScroll).focus()
        assistant, veiled = host(self).session.assistant, self._veiled
        allowed = ", ".join(sorted(assistant.gate.policy.restore_roles)) or "nobody"
        mine = "Your role may restore them" if may_restore(assistant) else "Your roles may not restore them"
        self.query_one("#rule", Plain).say(f"{mine}; the policy allows: {allowed}. Every attempt is recorded.")
        host(self).do(lambda: hidden_in(assistant, f"{veiled.text} {veiled.answer}", veiled.scopes), self._listed)

    def _listed(self, found: list[Hidden]) -> None:
        veiled = self._veiled
        lines = [f"{item.entity:<20} {item.stand_in}" for item in found]
        if veiled.verdicts:
            lines += ["", *veiled.verdicts]
        if not found:
            lines.append("No stand-in is kept for this text. Dates are moved and ages made general without a way back.")
        self.query_one("#list", Plain).say("\n".join(lines))
        self.query_one("#text", Plain).say(*_marked(veiled.text, [item.stand_in for item in found]))

    def action_restore(self) -> None:
        """Ask the policy, write the record, show the names."""
        assistant, veiled = host(self).session.assistant, self._veiled
        texts = [veiled.text, veiled.answer]
        host(self).do(lambda: restored(assistant, texts, veiled.scopes, about=veiled.about), self._restored)

    def _restored(self, texts: list[str]) -> None:
        self.query_one("#what", Plain).say(
            ("Text with the names restored (shown here only; recorded)", "bold $text-warning")
        )
        self.query_one("#text", Plain).say("\n\n".join(text for text in texts if text))
        self.tell("restored and recorded; Esc hides the names again")


def _marked(text: str, stand_ins: list[str]) -> list[str | tuple[str, str]]:
    """The text with each stand-in in brackets and bold."""
    import re

    if not stand_ins:
        return [text]
    either = "|".join(re.escape(name) for name in sorted(stand_ins, key=len, reverse=True))
    pieces = re.split(f"({either})", text)
    return [(f"[{piece}]", "bold $accent") if piece in stand_ins else piece for piece in pieces]
