"""Vouching for an answer: who may, what must be right about it, and how it is changed, withdrawn and given to another vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from assistant.asking.unanswered import redacted
from assistant.asking.verified import expired, matching_answers
from assistant.errors import AccessDenied, IntegrityError, UsageError
from assistant.language.quantities import quantities, stands
from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.vault.verified import VerifiedAnswer, check_signed

if TYPE_CHECKING:
    from assistant.curating.board import Board, Cluster
    from assistant.facade import Assistant
    from assistant.types import Passage

EXPORT: Final = "assistant-verified-answers"
_LONGEST_QUESTION: Final = 400
# A slip of the hand (another passage, another question) shares next to nothing; somebody's own words for it share half.
_SHARED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer rests: a document, one of its passages (its number), and the sentence (None: the one most like the answer)."""

    document_id: str
    passage: int
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A verified answer and why it is given no more ("" while it stands)."""

    answer: VerifiedAnswer
    expired: str

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        told = {name: value for name, value in self.answer.told().items() if name not in ("type", "document_hmac")}
        return {**told, "withdrawn_at": self.answer.withdrawn_at, "in_force": not self.expired, "expired": self.expired}


class Vouching:
    """The verified answers of a vault, on behalf of one person. Everything that changes one is audited."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def listed(self) -> list[Listed]:
        """Those whose source the person may see, in the order in which they came."""
        seen = {info.id for info in self._assistant.documents()}
        vault = self._assistant.vault
        return [Listed(one, expired(vault, one)) for one in vault.verified_answers() if one.document_id in seen]

    def one(self, verified_id: str) -> Listed:
        """One of them. Raises UsageError where there is none for the person."""
        found = next((listed for listed in self.listed() if listed.answer.id == verified_id), None)
        if found is None:
            raise UsageError("there is no such verified answer for you", remedy="see `assistant verified list`")
        return found

    def add(
        self,
        text: str,
        wordings: Sequence[str],
        source: Source,
        *,
        until: date,
        audience: frozenset[str] | None = None,
        insist: bool = False,
    ) -> VerifiedAnswer:
        """Vouch for an answer; `audience` None is everybody who may see the source.

        `insist`: the author has seen that the source has few of the answer's words, and it says so in others. Raises AccessDenied
        for who may not vouch, UsageError where text, wording, date, audience or source will not do.
        """
        self._require_author()
        text = " ".join(text.split())
        passage = self._passage(source)
        self._fit(text, passage, wordings, insist=insist)
        quote = self._quote(text, passage, source.quote)
        start = passage.start + passage.text.index(quote)
        info = self._assistant.vault.document_info(passage.document_id)
        answer = VerifiedAnswer(
            text=text,
            wordings=self._wordings(wordings),
            document_id=passage.document_id,
            title=passage.title,
            locator=passage.locator or passage.heading,
            quote=quote,
            start=start,
            end=start + len(quote),
            document_hmac=info.content_hmac,
            author=self._assistant.principal.name,
            until=self._until(until),
            audience=self._audience(audience, info.labels),
        )
        return self._put(answer, "added")

    def answer(
        self,
        board: Board,
        cluster: Cluster,
        text: str,
        source: Source,
        *,
        until: date,
        audience: frozenset[str] | None = None,
        wordings: Sequence[str] = (),
        insist: bool = False,
    ) -> VerifiedAnswer:
        """Vouch for an answer to a group of the gap board; its answered questions go from the board. Raises as `add` does.

        A group is only alike: where no `wordings` are named, those count that ask the same as the one that stands for all.
        """
        if unknown := set(wordings) - set(cluster.wordings):
            raise UsageError(
                f"{len(unknown)} of the wordings are not of this group", remedy="copy them from `assistant gaps show`"
            )
        chosen = list(wordings) or board.same(cluster)
        with self._assistant.vault.transaction():
            made = self.add(text, chosen, source, until=until, audience=audience, insist=insist)
            board.settle([gap for gap in cluster.gaps if gap.question in chosen], "answered", made.id)
        return made

    def reword(self, verified_id: str, wording: str) -> VerifiedAnswer:
        """Let it answer one more question. Raises as `add` does."""
        self._require_author()
        answer = self.one(verified_id).answer
        added = self._wordings([wording], besides=verified_id)
        return self._put(replace(answer, wordings=(*answer.wordings, *added)), "reworded")

    def withdraw(self, verified_id: str) -> None:
        """Give it to nobody any more. Raises AccessDenied, UsageError."""
        self._require_author()
        answer = self.one(verified_id).answer
        with self._assistant.vault.transaction():
            self._record("withdrawn", answer.id, answer.document_id)
            self._assistant.vault.withdraw_verified(answer.id)

    def export(self) -> dict[str, object]:
        """Those in force, signed, with the key that checks them: readable to whoever has the file."""
        vault = self._assistant.vault
        answers = [vault.signed_verified(one.answer) for one in self.listed() if not one.expired]
        with vault.transaction():
            self._record("exported", "", "", count=len(answers))
        return {"type": EXPORT, "version": 1, "public_key": vault.receipt_key(), "answers": answers}

    def take_over(self, exported: Mapping[str, Any], public_key: str) -> tuple[list[VerifiedAnswer], list[str]]:
        """Take over what another vault exported where this one holds the same sources: what came, and why others did not.

        `public_key` is the other vault's, had by another way than the file. Raises AccessDenied, UsageError for a file that is
        none, IntegrityError where an answer was not signed by that key.
        """
        self._require_author()
        if exported.get("type") != EXPORT or exported.get("version") != 1:
            raise UsageError(
                "this is no export of verified answers", remedy="give the file of `assistant verified export`"
            )
        signed = [check_signed(one, public_key) for one in exported.get("answers", ())]
        taken: list[VerifiedAnswer] = []
        left: list[str] = []
        for answer in signed:
            try:
                taken.append(self._taken(answer))
            except (UsageError, IntegrityError) as error:
                left.append(f"{answer.id}: {error.message}")
        return taken, left

    # ------------------------------------------------------------ what must be right

    def _require_author(self) -> None:
        authors = self._assistant.gate.policy.verified.authors
        if not self._assistant.principal.roles & authors:
            whom = ", ".join(sorted(authors)) or "nobody"
            raise AccessDenied("your roles do not let you vouch for answers", remedy=f"the policy lets: {whom}")

    def _passage(self, source: Source) -> Passage:
        info = self._assistant.visible_info(source.document_id)
        found = [p for p in self._assistant.vault.document_passages(info.id) if p.id == source.passage]
        if not found:
            raise UsageError(
                "the document has no such passage", remedy="see `assistant gaps show`, or `docs show --json`"
            )
        if not found[0].sure:
            raise UsageError("that passage was read uncertainly from its page", remedy="take a better copy in")
        return found[0]

    def _fit(self, text: str, passage: Passage, wordings: Sequence[str], *, insist: bool) -> None:
        most = self._assistant.gate.policy.answer.max_words
        if not text or len(text.split()) > most:
            raise UsageError("the answer is empty or too long", remedy=f"the policy allows {most} words")
        said = f"{passage.title}\n{passage.heading}\n{passage.text}"
        held = quantities(said)
        if not all(stands(quantity, held) for quantity in quantities(text)):
            raise UsageError(
                "a figure of the answer does not stand in its source",
                remedy="name the passage that holds it, or correct it",
            )
        # Words of the question tell nothing: what the answer adds must be the source's.
        stems = set(content_stems(text))
        added = stems - set(content_stems(" ".join(wordings))) or stems
        if not insist and len(added & set(content_stems(said))) < _SHARED * len(added):
            raise UsageError(
                "the source has few of the answer's words",
                remedy="name the passage that says it, or insist that it does",
            )

    def _quote(self, text: str, passage: Passage, quote: str | None) -> str:
        if quote is not None:
            if not quote.strip() or quote not in passage.text:
                raise UsageError("the quote does not stand in the passage", remedy="copy it letter by letter")
            return quote
        found = [sentence.text for sentence in sentences(passage.text)]
        if not found:
            raise UsageError("the passage holds no sentence", remedy="name another passage")
        vectors = self._assistant.tools.embedder.query([text, *found])
        return found[int((vectors[1:] @ vectors[0]).argmax())]

    def _wordings(self, wordings: Sequence[str], besides: str = "") -> tuple[str, ...]:
        clean = tuple(dict.fromkeys(" ".join(wording.split()) for wording in wordings if wording.strip()))
        if not clean or any(len(wording) > _LONGEST_QUESTION for wording in clean):
            raise UsageError("a question is missing or too long", remedy=f"give one to {_LONGEST_QUESTION} characters")
        for wording in clean:
            if redacted(self._assistant.parts, wording) != wording:
                raise UsageError(
                    "a question seems to name somebody", remedy="write it without names, numbers and dates"
                )
            for other in matching_answers(self._assistant.parts, wording):
                if other.id != besides:
                    raise UsageError(
                        f"{other.id} answers one of the questions already", remedy="withdraw or reword that one"
                    )
        return clean

    def _until(self, until: date) -> str:
        today = datetime.now(UTC).date()
        last = today + timedelta(days=self._assistant.gate.policy.verified.days)
        if not today <= until <= last:
            raise UsageError("the answer's last day will not do", remedy=f"give a day from {today} to {last}")
        return until.isoformat()

    def _audience(self, audience: frozenset[str] | None, labels: frozenset[str]) -> frozenset[str]:
        readers = self._assistant.gate.policy.readers(labels)
        if audience is None:
            return readers
        if blind := audience - readers:
            raise UsageError(
                f"the source is not for {', '.join(sorted(blind))}",
                remedy=f"choose among: {', '.join(sorted(readers))}",
            )
        if not audience:
            raise UsageError("the answer is for nobody", remedy=f"choose among: {', '.join(sorted(readers))}")
        return audience

    # ------------------------------------------------------------ keeping

    def _taken(self, answer: VerifiedAnswer) -> VerifiedAnswer:
        """A foreign answer as one of ours, where a document that the person sees holds its quote."""
        vault = self._assistant.vault
        if any(one.text == answer.text and one.wordings == answer.wordings for one in vault.verified_answers()):
            raise UsageError("it is here already", remedy="nothing is to be done")
        for info in self._assistant.documents():
            if info.title != answer.title:
                continue
            for passage in vault.document_passages(info.id):
                if answer.quote in passage.text:
                    source = Source(info.id, passage.id, answer.quote)
                    readers = self._assistant.gate.policy.readers(info.labels)
                    audience = answer.audience & readers
                    until = date.fromisoformat(answer.until)
                    return self.add(answer.text, answer.wordings, source, until=until, audience=audience, insist=True)
        raise UsageError("no document here holds its source", remedy="take the document in first")

    def _put(self, answer: VerifiedAnswer, how: str) -> VerifiedAnswer:
        vectors = self._assistant.tools.embedder.query(answer.wordings)
        with self._assistant.vault.transaction():
            kept = self._assistant.vault.put_verified(answer, vectors)
            self._record(how, kept.id, kept.document_id)
        return kept

    def _record(self, how: str, verified_id: str, document_id: str, count: int = 1) -> None:
        who = self._assistant.principal
        record = {"principal": who.name, "roles": sorted(who.roles), "verified": verified_id, "document": document_id}
        self._assistant.vault.audit.append(f"verified.{how}", {**record, "count": count})
