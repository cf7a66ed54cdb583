"""The actions of the interface and their keys; one table for bindings, footer, help and the command palette."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """One action: its shipped key, a word for the footer, a sentence for the help, and whether it works while locked."""

    default: str
    label: str
    help: str
    locked: bool = False


KEYS: Final[dict[str, Key]] = {
    "help": Key("f1", "Help", "What the keys and the words on the screen mean.", locked=True),
    "source": Key("f2", "Source", "Open the source of the last answer at its quote."),
    "why": Key("f3", "Why", "Every check of the last answer, its verdict and its reason."),
    "hidden": Key("f4", "Hidden", "What was hidden in the last question, and restoring it where the policy permits."),
    "documents": Key("f5", "Documents", "The documents that you may see: open, take in, erase."),
    "conversations": Key("f6", "Talks", "Earlier conversations, where the policy keeps them; search in them."),
    "reports": Key("f7", "Reports", "Evaluation and fairness reports."),
    "policy": Key("f8", "Policy", "The policy in force, in sentences."),
    "settings": Key("f9", "Settings", "Theme, idle lock, keys.", locked=True),
    "workshop": Key("f10", "Workshop", "Run a recipe that tunes a model, read its report, look through training sets."),
    "new": Key("ctrl+n", "New", "Begin a new conversation."),
    "copy": Key("ctrl+y", "Copy", "Copy the last answer with its sources to the clipboard."),
    "ingest": Key("ctrl+g", "Take in", "Take files and folders into the vault."),
    "models": Key("ctrl+o", "Models", "Choose the writer among the installed models."),
    "sign_in": Key("ctrl+t", "Sign in", "Act as a user of this vault with that user's roles."),
    "as_typed": Key("alt+t", "As typed", "Ask the last question again, taking no word of it for a misspelt one."),
    "correct": Key("alt+c", "Correct", "Put the last question into the box, to change and ask it again."),
    "editor": Key("alt+e", "Editor", "Write the question in your own editor ($VISUAL or $EDITOR)."),
    "screenshot": Key("alt+s", "Picture", "Write the screen as a picture (SVG), after asking: the file is readable."),
    "gaps": Key("alt+g", "Gaps", "What was asked in vain, for those to whom the policy shows it."),
    "lock": Key("ctrl+l", "Lock", "Close the vault at once; nothing readable stays on the screen."),
    "palette": Key("ctrl+p", "Menu", "Find a command by its name."),
    "quit": Key("ctrl+q", "Quit", "Close the vault and leave.", locked=True),
}

_KEY: Final = re.compile(r"f(?:[1-9]|1[0-2])|(?:ctrl|alt)\+[a-z0-9]")
# What typing in the question line needs, and what terminals send for Enter, Tab, Backspace and Escape.
_TAKEN: Final = frozenset(f"ctrl+{letter}" for letter in "acdefhijkmuvwxz")


def is_key(key: str) -> bool:
    """Whether an action may have this key: f1 to f12, ctrl or alt with a letter or digit, not one that editing needs."""
    return bool(_KEY.fullmatch(key)) and key not in _TAKEN


def key_words(key: str) -> str:
    """A key as people write it: "F1", "Ctrl+L"."""
    return "+".join(
        part.upper() if len(part) == 1 or part[1:].isdigit() else part.capitalize() for part in key.split("+")
    )
