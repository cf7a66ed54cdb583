"""What the keys do and what the words on the screen mean."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from assistant.frontends.tui.commands import FORMS
from assistant.frontends.tui.host import host
from assistant.frontends.tui.keys import KEYS, key_words
from assistant.frontends.tui.screens.base import Reading
from assistant.frontends.tui.widgets.plain import Entry, Plain
from assistant.frontends.tui.words import ACTIONS, REPLY, STATUS, VERIFIED

_MEANINGS = {
    "pass": "the check found nothing",
    "flag": "something was found and only written down",
    "redact": "an identifier was replaced by a stand-in",
    "neutralize": "a word was made neutral",
    "drop": "a passage was left out",
    "extract": "a sentence of the model was not shown; the sources are quoted instead",
    "abstain": "the documents do not hold the answer",
    "block": "the policy refuses",
}


class HelpScreen(Reading):
    """Made from the same tables as the bindings, so that it cannot be out of date."""

    name_shown = "Help"
    CSS_PATH = "../pages.tcss"

    def body(self) -> ComposeResult:
        """Keys, moving about, words."""
        settings = host(self).settings
        with VerticalScroll(classes="sheet"):
            yield Plain(("Keys", "bold $accent"))
            for name, key in KEYS.items():
                yield Entry(f"{key_words(settings.key(name)):<8}{key.label}", key.help, 19)
            yield Plain(("Moving about", "bold $accent"), classes="above")
            yield Plain(
                "Enter asks, Ctrl+J begins a new line; what is pasted keeps its lines. Questions may be typed while models load or "
                "an answer is written; they wait their turn. Escape stops the answer in hand.\n"
                "Page Up and Page Down scroll the talk. Up and Down (or Tab) lead to the sources of an answer; Enter opens one.\n"
                f"Lines with a slash work too: {', '.join(FORMS)}.\n"
                "Escape leads back. Everything can be clicked. Text is marked with the mouse and copied with Ctrl+C."
            )
            yield Plain(("An answer is", "bold $accent"), classes="above")
            for word, meaning in STATUS.values():
                yield Entry(word, meaning, 11)
            yield Entry(VERIFIED, "somebody of this house vouches for it, and until when", 11)
            yield Entry(REPLY, "a standard reply of the house, not from the documents", 11)
            yield Entry("WITHDRAWN", "sentences were shown and taken back by a later check", 11)
            yield Plain(("A check says", "bold $accent"), classes="above")
            for action, word in ACTIONS.items():
                yield Entry(word, _MEANINGS[action], 11)

    def begin(self) -> None:
        """Scroll by the arrow keys."""
        self.query_one(VerticalScroll).focus()
        self.tell("other keys can be set under Settings")
