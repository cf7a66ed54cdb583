"""The assistant: one question's journey as a straight line, and the few other things people ask of it.

Nothing here decides what may be said; the gate does. Nothing here opens files or databases; the parts do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.asking.antecedent import whole_question
from assistant.asking.clock import Clock
from assistant.asking.decomposition import halves
from assistant.asking.delivery import delivered
from assistant.asking.events import Event, Finished, Released, Withdrawn
from assistant.asking.intents import intent_of
from assistant.asking.journey import SEARCH_K, Journey
from assistant.asking.parts import Parts
from assistant.asking.recording import recorded
from assistant.asking.reidentification import Reidentification, sure
from assistant.asking.unanswered import note_unanswered, rated
from assistant.asking.verified import verified_first
from assistant.errors import AccessDenied, AssistantError, BlockedError, UsageError
from assistant.policy.sentence import Approved, Course
from assistant.policy.tools import Tools
from assistant.protocols import Progress, no_progress
from assistant.types import Answer, Document, Passage, Principal, Query, Status, Turn

if TYPE_CHECKING:
    from assistant.intake.labels import Labelling
    from assistant.intake.run import IngestReport
    from assistant.packs.pack import Pack
    from assistant.policy.gate import Gate
    from assistant.protocols import Vectors
    from assistant.vault.records import DocumentInfo, Erasure
    from assistant.vault.store import Vault

__all__ = ["Assistant", "Conversation", "Event", "Finished", "Parts", "Released", "Withdrawn"]


@dataclass(slots=True)
class Conversation:
    """Turns of one session. It is kept in the vault only where the policy keeps history."""

    id: str = ""
    turns: list[Turn] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict, repr=False)
    """Stand-in -> what was typed: shown back to the one who typed it, in memory only."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a question found when it came: whether its conversation begins with it, and where the map of stand-ins ended."""

    fresh: bool
    mark: int


class Assistant:
    """Ask, ingest, summarize, status. Thread-safe: front ends share one."""

    def __init__(self, parts: Parts, principal: Principal) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self.principal = principal

    # ---------------------------------------------------------------- parts that front ends show

    @property
    def vault(self) -> Vault:
        """The open vault."""
        return self._parts.vault

    @property
    def gate(self) -> Gate:
        """The policy in force."""
        return self._parts.gate

    @property
    def pack(self) -> Pack:
        """The domain pack."""
        return self._parts.pack

    @property
    def parts(self) -> Parts:
        """What it is made of, for those who measure a part of a question's way."""
        return self._parts

    @property
    def tools(self) -> Tools:
        """What the checks use."""
        return self._parts

    def close(self) -> None:
        """Close engine and vault; safe to call twice."""
        with self._lock:
            self._parts.close()

    # ---------------------------------------------------------------- asking

    def ask(
        self,
        question: str,
        *,
        principal: Principal | None = None,
        conversation: Conversation | None = None,
        given: Sequence[Passage] | None = None,
        as_typed: bool = False,
    ) -> Answer:
        """The released answer to a question. Never raises for what a check or the engine does; see `Answer.status`."""
        answer: Answer | None = None
        for event in self.stream(
            question, principal=principal, conversation=conversation, given=given, as_typed=as_typed
        ):
            if isinstance(event, Finished):
                answer = event.answer
        if answer is None:
            raise AssistantError("the answer was broken off", remedy="ask again")
        return answer

    def stream(
        self,
        question: str,
        *,
        principal: Principal | None = None,
        conversation: Conversation | None = None,
        given: Sequence[Passage] | None = None,
        as_typed: bool = False,
        stage: Callable[[str], None] | None = None,
    ) -> Iterator[Event]:
        """The events of one answer: sentences as they are released, perhaps a withdrawal, and the sealed answer last.

        `given` passages are used instead of a search; they pass the same checks. In a conversation a follow-up is made
        whole from the question before it, and the answer's `question` is the one that was really asked. `as_typed` takes
        no word for a misspelt one. `stage` is told of each stage as it begins, and may raise to end the question there.
        """
        who = principal or self.principal
        approved = self._approved(question) if given is None else None
        if approved is not None:
            yield from self._replied(self.gate.reply(question, who, approved))
            return
        clock = Clock(stage)
        begun = self._begin(conversation)
        history, scope = (tuple(conversation.turns), conversation.id) if conversation else ((), "")
        with clock.stage("admit"):
            # Made whole before the checks, so that every one of them sees what is really asked.
            whole = question if as_typed else whole_question(question, history, self._parts, who)
            query = self.gate.admit(whole, who, history=history, scope=scope)
            pairs = halves(whole) if not query.blocked else ()
            asked = [self.gate.half(*pair, who, scope=scope) for pair in pairs]
        query = replace(query, keep=lambda answer: self._keep(conversation, query, answer))
        blocked = next((one for one in (query, *asked) if one.blocked), None)
        journey = Journey(self._parts, query, clock, given, as_typed)
        own = Reidentification.of((query, *asked), conversation.own if conversation else None)
        if blocked is not None:
            answer = self.gate.refuse(blocked, Course(timings=clock.total()))
        else:
            told = recorded(verified_first(journey, asked), query, self.gate, lambda: self._forget(conversation, begun))
            answer = yield from delivered(told, own, self._stored)
        answer = replace(answer, followed=whole != question)
        self._remember(conversation, answer)
        if conversation is not None:
            conversation.own = dict(own.typed)
        yield Finished(answer, sure(own, (*answer.citations, *answer.related), self._stored), own)

    def _approved(self, question: str) -> Approved | None:
        """The pack's reply to small talk and requests. Before the checks: a thank-you is no attack, and nothing is read for it."""
        intent = intent_of(question, self.pack, self._parts.embedder)
        return Approved(intent.intent, intent.text, intent.action) if intent else None

    def _stored(self, document_id: str) -> str:
        return self.vault.document(document_id).text

    @staticmethod
    def _replied(answer: Answer) -> Iterator[Event]:
        if answer.status is Status.ANSWERED:
            yield Released(answer.answer, ())
        yield Finished(answer)

    def search(self, question: str, *, principal: Principal | None = None, limit: int = SEARCH_K) -> list[Passage]:
        """Passages that bear on a question, best first, after the query and context checks; none for a refused question."""
        query = self.gate.admit(question, principal or self.principal)
        if query.blocked:
            return self.gate.searched(query, [])
        found = self.gate.veil(query, Journey(self._parts, query, Clock()).found(query))[0]
        return self.gate.searched(query, found[:limit])

    def embed(
        self, texts: Sequence[str], *, principal: Principal | None = None, first: int = 0
    ) -> tuple[Vectors, list[str]]:
        """Vectors of texts that pass the query checks, and the texts as the checks leave them.

        Raises BlockedError, which names the text by its number from `first`, where one is refused; either way it is recorded.
        """
        who = principal or self.principal
        queries = [self.gate.admit(text, who) for text in texts]
        refused = next((n for n, query in enumerate(queries) if query.blocked), None)
        hashes = [self.vault.content_hmac(text.encode("utf-8", "surrogatepass"))[:24] for text in texts]
        status = "given" if refused is None else "blocked"
        record = {"principal": who.name, "roles": sorted(who.roles), "status": status, "texts": hashes}
        self.vault.audit.append("embeddings", record)
        if refused is not None:
            why = queries[refused].verdicts[-1].reason
            raise BlockedError(f"text {first + refused}: {why}", remedy="see `assistant policy explain`")
        admitted = [query.text for query in queries]
        return self._parts.embedder.query(admitted), admitted

    def _begin(self, conversation: Conversation | None) -> Begun:
        """Give a conversation that is kept its id before its first question: one scope of pseudonyms for all of it."""
        history = self.gate.policy.history
        fresh = conversation is not None and not conversation.id and history.keep and history.turns > 0
        if conversation is not None and fresh:
            conversation.id = self.vault.start_conversation("")
        return Begun(fresh, self.vault.pseudonym_mark() if conversation is not None else 0)

    def _forget(self, conversation: Conversation | None, begun: Begun) -> None:
        """Take back what a question left that has no answer: its conversation, where it began one, and its stand-ins."""
        if conversation is None or not conversation.id:
            return
        if begun.fresh and not conversation.turns:
            self.vault.delete_conversation(conversation.id)
            conversation.id = ""
        else:
            self.vault.forget_pseudonyms(conversation.id, begun.mark)

    def _remember(self, conversation: Conversation | None, answer: Answer) -> None:
        history = self.gate.policy.history
        if conversation is None or history.turns == 0:
            return
        conversation.turns.append(Turn(answer.question, answer.answer))
        del conversation.turns[: -history.turns]

    def _keep(self, conversation: Conversation | None, query: Query, answer: Answer) -> None:
        """Store a turn, and the question of one that has no answer, in the transaction that records it."""
        note_unanswered(self._parts, query.question, query.principal, answer)
        history = self.gate.policy.history
        if conversation is not None and conversation.id and history.keep and history.turns:
            self.vault.add_turn(conversation.id, answer.question, answer.as_json())

    def rate(self, answer: Answer, *, liked: bool, reason: str = "", principal: Principal | None = None) -> None:
        """Record what the asker thought of an answer; the question of a rejected one is kept where the policy keeps such.

        `reason` is one of the front end's fixed words, never text of the asker's.
        """
        rated(self._parts, answer, principal or self.principal, liked=liked, reason=reason)

    def end(self, conversation: Conversation) -> None:
        """End a conversation; where the policy says that history ends with the session, nothing of it stays."""
        if conversation.id and self.gate.policy.history.ends_with_session:
            self.vault.delete_conversation(conversation.id)
        conversation.turns.clear()
        conversation.own.clear()

    # ---------------------------------------------------------------- documents

    def ingest(
        self,
        paths: Sequence[Path] | Sequence[Document],
        *,
        labels: frozenset[str] | None = None,
        readers: frozenset[str] = frozenset(),
        as_it_is: bool = False,
        collection: str = "default",
        prune: bool = False,
        limit_bytes: int | None = None,
        skip_duplicates: bool = False,
        ocr: bool | None = None,
        progress: Progress = no_progress,
    ) -> IngestReport:
        """Take files and folders in, or documents that another reader made; see `ingest` and `ingest_documents`.

        `readers` are the entries of an access list (`user:NAME`, `group:NAME`). `as_it_is` permits labels under which
        identifiers are no longer redacted. `ocr` recognizes text in pictures of pages; None leaves it to the pack.
        """
        from assistant.intake.documents import ingest_documents
        from assistant.intake.run import ingest

        labelling = self.labelling(labels, readers=readers, as_it_is=as_it_is)
        if documents := [given for given in paths if isinstance(given, Document)]:
            return ingest_documents(documents, vault=self.vault, embedder=self._parts.embedder, gate=self.gate,
                                    principal=self.principal, labels=labelling,
                                    collection=collection, skip_duplicates=skip_duplicates, progress=progress)  # fmt: skip
        return ingest(
            [given for given in paths if not isinstance(given, Document)],
            vault=self.vault,
            embedder=self._parts.embedder,
            gate=self.gate,
            principal=self.principal,
            labels=labelling,
            collection=collection,
            prune=prune,
            limit_bytes=limit_bytes,
            skip_duplicates=skip_duplicates,
            ocr=self.pack.ocr if ocr is None else ocr,
            progress=progress,
        )

    def labelling(
        self, labels: frozenset[str] | None, *, readers: frozenset[str] = frozenset(), as_it_is: bool = False
    ) -> Labelling:
        """How documents get their labels here: those given, else by the policy, the pack's table and what is stored."""
        from assistant.intake.labels import Labelling

        return Labelling(self.gate.policy, self.pack, labels, readers=readers, as_it_is=as_it_is)

    def documents(self, collection: str | None = None) -> list[DocumentInfo]:
        """The documents that the principal may see."""
        allowed = set(self.gate.visible(self.principal, self.vault.label_sets()))
        return [info for info in self.vault.documents(collection) if frozenset(info.labels) in allowed]

    def delete(self, document_id: str) -> Erasure:
        """Erase a document in all its stored forms and everything made of it, and record it in the same transaction.

        Raises UsageError where there is none, or none for the principal: the words do not tell which.
        """
        if not self.may_erase and document_id not in {info.id for info in self.documents()}:
            raise UsageError("there is no such document for you", remedy="see `assistant docs list`")
        return self._erase([document_id], "id")[0]

    @property
    def may_erase(self) -> bool:
        """Whether the policy lets the principal erase what he cannot read, and know that it is there."""
        return bool(self.principal.roles & self.gate.policy.erase_roles)

    def inventory(self, collection: str | None = None) -> list[DocumentInfo]:
        """The documents that the principal may see, and for who may erase also the others, without title and source."""
        allowed = set(self.gate.visible(self.principal, self.vault.label_sets()))
        every = self.vault.documents(collection)
        if not self.may_erase:
            return [info for info in every if info.labels in allowed]
        return [info if info.labels in allowed else info.without_words() for info in every]

    def visible_info(self, document_id: str) -> DocumentInfo:
        """A document that the principal may see. Raises UsageError for any other, whether it is there or not."""
        found = next((info for info in self.documents() if info.id == document_id), None)
        if found is None:
            raise UsageError("there is no such document for you", remedy="see `assistant docs list`")
        return found

    def set_access(
        self, document_id: str, labels: frozenset[str] | None, readers: frozenset[str] | None
    ) -> frozenset[str]:
        """Give a document other labels, another access list, or both (None: as they are); all its labels after that.

        A label must be one of the policy's. Showing it to more people than before is for admins. Labels that ask for redaction which
        was not done are refused. Raises UsageError, AccessDenied, BlockedError.
        """
        from assistant.intake.relabel import relabelled

        after = relabelled(self.visible_info(document_id).labels, labels, readers, self.gate.policy, self.principal)
        with self.vault.transaction():
            if self.vault.set_labels(document_id, after):
                who = self.principal
                record = {"principal": who.name, "roles": sorted(who.roles), "document": document_id}
                self.vault.audit.append("document.labels", {**record, "labels": sorted(after)})
        return after

    def about(self, subject: str) -> list[DocumentInfo]:
        """What is stored of a person, as `inventory` shows it. Raises AccessDenied for who may not erase."""
        self._require_eraser()
        ids = set(self.vault.documents_about(subject))
        return [info for info in self.inventory() if info.id in ids]

    def erase_subject(self, subject: str) -> list[Erasure]:
        """Erase everything that is stored of a person. Raises AccessDenied for who may not erase."""
        self._require_eraser()
        return self._erase(self.vault.documents_about(subject), "subject")

    def _require_eraser(self) -> None:
        if not self.may_erase:
            roles = ", ".join(sorted(self.gate.policy.erase_roles)) or "nobody"
            raise AccessDenied(
                "your roles do not permit to erase by subject", remedy=f"the policy permits it to: {roles}"
            )

    def _erase(self, ids: Sequence[str], by: str) -> list[Erasure]:
        forms = list(dict.fromkeys(form for document_id in ids for form in self.vault.forms(document_id)))
        # The form that was named comes first.
        forms.sort(key=lambda form: form not in ids)
        who = self.principal
        return self.vault.erase_documents(forms, {"principal": who.name, "roles": sorted(who.roles), "by": by})

    def preload(self) -> None:
        """Begin to load model and checks in the background, so that the first question waits less."""
        self._parts.preload()

    # ---------------------------------------------------------------- summaries

    def summarize(self, path: Path, *, limit: int = 5) -> Answer:
        """The central sentences of a document, verbatim; it is read under the policy's ingest checks and not stored.

        Raises ReaderError where the file cannot be read, BlockedError where the policy does not take it in.
        """
        from assistant.asking.summary import summarize

        return summarize(path, self._parts, self.principal, limit)
