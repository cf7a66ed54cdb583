"""Is the question one for this pack? Judged by likeness to the pack's own example questions, inside and outside.

A question is out of scope where it resembles an outside anchor, resembles it clearly more than any inside anchor or
topic, and uses no word of the pack's vocabulary. The rest is let through: the sources decide whether there is an answer.
Thresholds by bench/calibrate_scope.py: no question of a pack's own and none of 60 consumer questions was refused, two
thirds of those that the packs mark as out of scope were.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from assistant.language.words import content_stems
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject

if TYPE_CHECKING:
    from assistant.packs.pack import Pack

Score = Annotated[float, Field(ge=-1.0, le=1.0)]


class Params(BaseModel):
    """Cosines: a question is outside at `outside` or more to an outside anchor and `margin` more than to any inside one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outside: Score = 0.40
    margin: Score = 0.08


class _Anchors(NamedTuple):
    pack: Pack
    inside: object
    outside: object
    words: frozenset[str]


_known: dict[int, _Anchors] = {}
_lock: Final = Lock()


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails where the question is clearly about something else than the pack; see the module's text."""
    anchors = _anchors(tools)
    # A follow-up is judged with the question before it: "and in children?" says nothing about its subject.
    text = f"{subject.history[-1].question} {subject.text}" if subject.history else subject.text
    vector = tools.embedder.query([text])[0]
    inside, outside = float((anchors.inside @ vector).max()), float((anchors.outside @ vector).max())
    if outside >= params.outside and outside - inside >= params.margin and not anchors.words & set(content_stems(text)):
        return Outcome(False, "the question is outside what these documents are for", score=outside - inside)
    return Outcome(True, "the question may be for these documents", score=outside - inside)


def ready(tools: Tools) -> object:
    """Embed the pack's anchors now, once."""
    return _anchors(tools)


def _anchors(tools: Tools) -> _Anchors:
    pack = tools.pack
    with _lock:
        found = _known.get(id(pack))
    if found is None or found.pack is not pack:
        scope = pack.scope
        embed = tools.embedder.query
        found = _Anchors(
            pack,
            embed([*scope.inside, *(f"a question about {topic}" for topic in scope.topics_in)]),
            embed([*scope.outside, *(f"a question about {topic}" for topic in scope.topics_out)]),
            _vocabulary(pack),
        )
        with _lock:
            _known[id(pack)] = found
    return found


def _vocabulary(pack: Pack) -> frozenset[str]:
    """Stems of single words that belong to the pack alone: vocabulary and abbreviations, without the words of outside."""
    lexicon = pack.lexicon
    terms = [term for words in lexicon.vocabulary.values() for term in words]
    stems = {stem for term in terms if " " not in term for stem in content_stems(term)}
    outside = {stem for text in (*pack.scope.outside, *pack.scope.topics_out) for stem in content_stems(text)}
    return frozenset(stems - outside)
