"""The asker's own words in place of the stand-ins that were given for them, marked, for the asker's eyes only.

Stand-ins stay in the sealed answer, and with it in history, audit and what a model reads: this is laid over the text at the moment
when it is shown, from the question as it was typed, and is kept nowhere but in the memory of the session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import regex

from assistant.errors import AssistantError
from assistant.privacy.pseudonyms import name_parts

if TYPE_CHECKING:
    from assistant.policy.query import AdmittedQuery
    from assistant.types import Citation

# «Ann Lee»: no sign that answers use, and screen readers pass over it.
OPEN: Final = "«"
CLOSE: Final = "»"


@dataclass(frozen=True, slots=True)
class Reidentification:
    """Stand-in -> what was typed."""

    typed: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, queries: Iterable[AdmittedQuery], before: Mapping[str, str] | None = None) -> Reidentification:
        """The words of these questions, and those typed `before` in the same conversation."""
        back = dict(before or {})
        for query in queries:
            whole = query.typed
            for finding in query.findings:
                said, stand_in = whole[finding.start : finding.end], finding.replacement
                if said and stand_in and said != stand_in and not stand_in.startswith(("<", "*")):
                    back[stand_in] = said
                    if finding.entity == "PERSON":
                        _add_parts(back, said, stand_in)
        return cls(back)

    def marked(self, text: str) -> str:
        """The text with the asker's own words, each between `OPEN` and `CLOSE`; longer stand-ins first."""
        if not self.typed:
            return text
        either = "|".join(regex.escape(s) for s in sorted(self.typed, key=len, reverse=True))
        pattern = regex.compile(rf"(?<![\p{{L}}\d])(?:{either})(?![\p{{L}}\d])")
        return str(pattern.sub(lambda m: f"{OPEN}{self.typed[m.group()]}{CLOSE}", text))

    def without(self, texts: Sequence[str]) -> Reidentification:
        """Those whose stand-in stands in none of the texts: there it may be somebody else's, and must not get the typed name."""
        return Reidentification({s: said for s, said in self.typed.items() if not any(s in text for text in texts)})


NONE: Final = Reidentification()


def _add_parts(back: dict[str, str], said: str, stand_in: str) -> None:
    left, right = name_parts(said), name_parts(stand_in)
    if len(left) == len(right):
        for own, other in zip(left, right, strict=True):
            back.setdefault(other, own)


def sure(own: Reidentification, citations: Iterable[Citation], stored: Callable[[str], str]) -> Reidentification:
    """The words that may be shown beside these citations. `stored` gives a document's text; where it cannot, none may."""
    if not own.typed:
        return own
    try:
        return own.without([stored(document_id) for document_id in dict.fromkeys(c.document_id for c in citations)])
    except AssistantError:
        return NONE
