"""The assistant: one question's journey as a straight line, and the few other things people ask of it.

Nothing here decides what may be said; the gate does. Nothing here opens files or databases; the parts do.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.asking.clock import Clock
from assistant.asking.events import Event, Finished, Released, Withdrawn
from assistant.asking.followup import resolve
from assistant.asking.journey import SEARCH_K, Journey
from assistant.asking.parts import Parts
from assistant.errors import BlockedError
from assistant.policy.sentence import Course, Release
from assistant.protocols import Progress, Tools, no_progress
from assistant.types import Answer, Document, Evidence, Passage, Principal, Turn, Verdict

if TYPE_CHECKING:
    from assistant.intake.run import IngestReport
    from assistant.packs.pack import Pack
    from assistant.policy.gate import Gate
    from assistant.vault.records import DocumentInfo, Erasure
    from assistant.vault.store import Vault

__all__ = ["Assistant", "Conversation", "Event", "Finished", "Parts", "Released", "Withdrawn"]


@dataclass(slots=True)
class Conversation:
    """Turns of one session. It is kept in the vault only where the policy keeps history."""

    id: str = ""
    turns: list[Turn] = field(default_factory=list)


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
    ) -> Answer:
        """The released answer to a question. Never raises for what a check or the engine does; see `Answer.status`."""
        answer: Answer | None = None
        for event in self.stream(question, principal=principal, conversation=conversation, given=given):
            if isinstance(event, Finished):
                answer = event.answer
        assert answer is not None
        return answer

    def stream(
        self,
        question: str,
        *,
        principal: Principal | None = None,
        conversation: Conversation | None = None,
        given: Sequence[Passage] | None = None,
    ) -> Iterator[Event]:
        """The events of one answer: sentences as they are released, perhaps a withdrawal, and the sealed answer last.

        `given` passages are used instead of a search; they pass the same checks. In a conversation a follow-up is made
        whole from the question before it, and the answer's `question` is the one that was really asked.
        """
        who = principal or self.principal
        clock = Clock()
        self._begin(conversation)
        history = tuple(conversation.turns) if conversation else ()
        with clock.stage("admit"):
            # Made whole before the checks, so that every one of them sees what is really asked.
            query = self.gate.admit(
                resolve(question, history), who, history=history, scope=conversation.id if conversation else ""
            )
        if query.blocked:
            answer = self.gate.refuse(query, Course(timings=clock.total()))
        else:
            answer = yield from Journey(self._parts, query, clock, given).walk()
        self._remember(conversation, answer)
        yield Finished(answer)

    def search(self, question: str, *, principal: Principal | None = None, limit: int = SEARCH_K) -> list[Passage]:
        """Passages that bear on a question, best first, after the query and context checks; none for a refused question."""
        query = self.gate.admit(question, principal or self.principal)
        if query.blocked:
            return []
        return self.gate.veil(query, Journey(self._parts, query, Clock()).found(query))[0][:limit]

    def _begin(self, conversation: Conversation | None) -> None:
        """Give a conversation that is kept its id before its first question: one scope of pseudonyms for all of it."""
        history = self.gate.policy.history
        if conversation is not None and not conversation.id and history.keep and history.turns:
            conversation.id = self.vault.start_conversation("")

    def _remember(self, conversation: Conversation | None, answer: Answer) -> None:
        history = self.gate.policy.history
        if conversation is None or history.turns == 0:
            return
        conversation.turns.append(Turn(answer.question, answer.answer))
        del conversation.turns[: -history.turns]
        if history.keep:
            self.vault.add_turn(conversation.id, answer.question, answer.as_json())

    def end(self, conversation: Conversation) -> None:
        """End a conversation; where the policy says that history ends with the session, nothing of it stays."""
        if conversation.id and self.gate.policy.history.ends_with_session:
            self.vault.delete_conversation(conversation.id)
        conversation.turns.clear()

    # ---------------------------------------------------------------- documents

    def ingest(
        self,
        paths: Sequence[Path] | Sequence[Document],
        *,
        labels: frozenset[str] | None = None,
        collection: str = "default",
        prune: bool = False,
        limit_bytes: int | None = None,
        skip_duplicates: bool = False,
        ocr: bool | None = None,
        progress: Progress = no_progress,
    ) -> IngestReport:
        """Take files and folders in, or documents that another reader made; see `ingest`, and `feeding.ingest_documents`.

        `ocr` recognizes text in pictures of pages; None leaves it to the pack.
        """
        from assistant.intake.documents import ingest_documents
        from assistant.intake.run import ingest

        if documents := [given for given in paths if isinstance(given, Document)]:
            return ingest_documents(documents, vault=self.vault, embedder=self._parts.embedder, gate=self.gate,
                                    principal=self.principal, labels=labels or self.gate.policy.ingest.default_labels,
                                    collection=collection, skip_duplicates=skip_duplicates, progress=progress)  # fmt: skip
        return ingest(
            [given for given in paths if not isinstance(given, Document)],
            vault=self.vault,
            embedder=self._parts.embedder,
            gate=self.gate,
            principal=self.principal,
            labels=labels or self.gate.policy.ingest.default_labels,
            collection=collection,
            prune=prune,
            limit_bytes=limit_bytes,
            skip_duplicates=skip_duplicates,
            ocr=self.pack.ocr if ocr is None else ocr,
            progress=progress,
        )

    def documents(self, collection: str | None = None) -> list[DocumentInfo]:
        """The documents that the principal may see."""
        allowed = set(self.gate.visible(self.principal, self.vault.label_sets()))
        return [info for info in self.vault.documents(collection) if frozenset(info.labels) in allowed]

    def delete(self, document_id: str) -> Erasure:
        """Erase a document in all its stored forms and everything made of it, and record that it was done."""
        erasures = {form: self.vault.delete_document(form) for form in self.vault.forms(document_id)}
        for form in erasures:
            self.vault.audit.append("erase", {"document": form, "principal": self.principal.name})
        return erasures[document_id]

    def preload(self) -> None:
        """Begin to load model and checks in the background, so that the first question waits less."""
        self._parts.preload()

    # ---------------------------------------------------------------- summaries

    def summarize(self, path: Path, *, limit: int = 5) -> Answer:
        """The central sentences of a document, verbatim; it is read under the policy's ingest checks and not stored.

        Raises ReaderError where the file cannot be read, BlockedError where the policy does not take it in.
        """
        from assistant.readers.process import read_apart
        from assistant.readers.settings import Reading
        from assistant.reading.central import central_sentences

        clock = Clock()
        evidence: list[Evidence] = []
        verdicts: list[Verdict] = []
        with clock.stage("search"):
            for n, document in enumerate(read_apart(path, how=Reading(self.pack.ocr)), 1):
                admitted, said = self.gate.ingest(document, self.principal)
                verdicts.extend(said)
                if admitted is None:
                    raise BlockedError(
                        "the policy does not take this document in", path=path, remedy="see the audit record"
                    )
                quotes = central_sentences(admitted.text, self._parts.embedder, limit=limit)
                unsure = [section for section in admitted.sections if not section.sure]
                quotes = [q for q in quotes if not any(s.start < q.end and q.start < s.end for s in unsure)]
                passage = Passage(0, "", admitted.title, admitted.text, 0, len(admitted.text), labels=admitted.labels)
                evidence.append(Evidence(n, passage, tuple(quotes)))
        with clock.stage("admit"):
            query = self.gate.admit("Summarize this document.", self.principal)
        if query.blocked:
            return self.gate.refuse(query, Course(timings=clock.total()))
        with clock.stage("release"):
            results = [self.gate.quote(query, item, quote) for item in evidence for quote in item.quotes]
        course = Course(tuple(verdicts), "extractive", clock.total())
        return self.gate.release(query, Release(results, evidence, course))
