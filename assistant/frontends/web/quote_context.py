"""A cited quote in its surroundings, shown under the same access rules and context checks as the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.frontends.web import problems
from assistant.frontends.web.replies import QuoteInContext
from assistant.types import Answer, Citation, Passage, Principal

if TYPE_CHECKING:
    from assistant.facade import Assistant

# Characters on each side: half a screen of the widget.
_AROUND: Final = 700


def quote_in_context(
    assistant: Assistant, principal: Principal, answer: Answer, citation: Citation, *, scope: str = ""
) -> QuoteInContext:
    """The quote with the text before and after it. Raises Problem 404 where it is gone or not for this reader."""
    query = assistant.gate.admit(answer.question, principal, scope=scope)
    stored = assistant.vault.document_passages(citation.document_id)
    touched = [n for n, p in enumerate(stored) if p.start < citation.end and citation.start < p.end]
    if query.blocked or not touched:
        raise problems.not_found()
    here = touched[0]
    shown, _ = assistant.gate.veil(query, stored[max(0, here - 1) : here + 2])
    at = next((n for n, passage in enumerate(shown) if citation.quote in passage.text), None)
    if at is None:
        # A context check has taken the sentence out, or the document was changed since.
        raise problems.not_found()
    passage = shown[at]
    place = passage.text.index(citation.quote)
    end = place + len(citation.quote)
    before = _joined(shown[:at], passage.text[:place], first=True)
    after = _joined(shown[at + 1 :], passage.text[end:], first=False)
    return QuoteInContext(
        title=citation.title,
        heading=passage.heading,
        locator=citation.locator or passage.locator,
        before=_cut(before, keep_end=True),
        quote=citation.quote,
        after=_cut(after, keep_end=False),
    )


def _joined(others: list[Passage], own: str, *, first: bool) -> str:
    texts = [passage.text.strip() for passage in others]
    return "\n\n".join([*texts, own] if first else [own, *texts])


def _cut(text: str, *, keep_end: bool) -> str:
    if len(text) <= _AROUND:
        return text
    return "… " + text[-_AROUND:].partition(" ")[2] if keep_end else text[:_AROUND].rpartition(" ")[0] + " …"
