"""What somebody vouches for comes before what a search finds: but only to the same question, its source unchanged, for its audience."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from assistant.asking.events import Event, Released
from assistant.errors import IntegrityError, UsageError
from assistant.reading.paraphrase import QUESTION_COSINE, compare
from assistant.retrieval.editions import in_force
from assistant.types import Answer, Evidence, Passage, Query, Quote, Vouched

if TYPE_CHECKING:
    from assistant.asking.journey import Journey
    from assistant.asking.parts import Parts
    from assistant.vault.store import Vault
    from assistant.vault.verified import VerifiedAnswer

# Wordings that are compared word by word: the nearest; more are never needed to see that two answers claim one question.
_NEAREST: Final = 8


def verified_first(journey: Journey, halves: Sequence[Query]) -> Generator[Event, None, Answer]:
    """The verified answer to a question, or else its ordinary walk, that of its halves where it is a double one.

    Where passages are given, those alone are answered from.
    """
    answer = None
    if journey.given is None:
        with journey.clock.stage("vouched"):
            answer = _vouched(journey.parts, journey.query)
    if answer is None:
        return (yield from (journey.walk_all(halves) if halves else journey.walk()))
    if answer.verified is not None:
        journey.clock.first_sentence()
        yield Released(answer.answer, answer.citations)
    return answer


def matching_answers(parts: Parts, question: str, roles: frozenset[str] | None = None) -> list[VerifiedAnswer]:
    """The verified answers in force to the same question, for these roles (None: whoever asks)."""
    keys, vectors = parts.vault.verified_vectors()
    if not keys:
        return []
    cosines = vectors @ parts.embedder.query([question])[0]
    nearest = sorted(range(len(keys)), key=lambda row: -float(cosines[row]))[:_NEAREST]
    found: dict[str, VerifiedAnswer] = {}
    for row in nearest:
        verified_id, ordinal = keys[row]
        if float(cosines[row]) < QUESTION_COSINE or verified_id in found:
            continue
        try:
            one = parts.vault.verified_answer(verified_id)
        except (IntegrityError, UsageError):
            continue  # not this vault's word, or erased a moment ago
        if (roles is not None and not one.audience & roles) or expired(parts.vault, one):
            continue
        wording = one.wordings[ordinal]
        if compare(question, wording, float(cosines[row]), parts.embedder, parts.pack.lexicon).same:
            found[one.id] = one
    return list(found.values())


def expired(vault: Vault, answer: VerifiedAnswer) -> str:
    """Why an answer is given no more, in words; "" while it stands."""
    today = datetime.now(UTC).date()
    if answer.withdrawn_at:
        return "withdrawn"
    if answer.until < today.isoformat():
        return "its date has passed"
    passage = source_of(vault, answer)
    if passage is None:
        return "its source changed or is gone"
    (standing,) = in_force([passage], vault.editions([passage.document_id]), "", today)
    return "" if standing.sure else "its source is no longer in force, or was read uncertainly"


def source_of(vault: Vault, answer: VerifiedAnswer) -> Passage | None:
    """The passage that an answer rests on; None where the document is another than it was when the author signed."""
    try:
        info = vault.document_info(answer.document_id)
    except UsageError:
        return None
    if info.content_hmac != answer.document_hmac:
        return None
    for passage in vault.document_passages(answer.document_id):
        if passage.start <= answer.start and answer.end <= passage.end:
            said = passage.text[answer.start - passage.start : answer.end - passage.start]
            return passage if said == answer.quote else None
    return None


def _vouched(parts: Parts, query: Query) -> Answer | None:
    found = matching_answers(parts, query.asked, query.principal.roles)
    if len(found) != 1:
        # Two that claim one question: which of them is right is not for a machine to say.
        return None
    (one,) = found
    passage = source_of(parts.vault, one)
    kept, _ = parts.gate.veil(query, [passage] if passage is not None else [])
    if not kept:
        return None
    evidence = Evidence(1, kept[0], (Quote(one.quote, one.start, one.end, 1.0),))
    return parts.gate.vouch(query, one.text, evidence, Vouched(one.id, one.author, one.until))
