"""The assistant: one question's journey as a straight line, and the few other things people ask of it.

Nothing here decides what may be said; the gate does. Nothing here opens files or databases; the parts do.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from assistant.asking.clock import Clock
from assistant.asking.events import Event, Finished, Released, Withdrawn
from assistant.asking.followup import resolve
from assistant.asking.writing import Writing
from assistant.errors import BlockedError
from assistant.language.words import content_stems
from assistant.protocols import Embedder, Engine, Progress, Redactor, Tools, no_progress
from assistant.types import Action, Answer, Document, Evidence, Passage, Principal, Query, Turn, Verdict

if TYPE_CHECKING:
    from assistant.intake.labels import Labelling
    from assistant.intake.run import IngestReport
    from assistant.packs.pack import Pack
    from assistant.policy.gate import Gate
    from assistant.policy.parity import Parity
    from assistant.vault.records import DocumentInfo, Erasure
    from assistant.vault.store import Vault

__all__ = ["Assistant", "Conversation", "Event", "Finished", "Parts", "Released", "Withdrawn"]

# Passages taken from the fusion; compaction keeps the sentences of the best few.
SEARCH_K: Final = 8


class Parts(Protocol):
    """What the assistant is made of; the composition root builds each part at its first use."""

    vault: Vault
    pack: Pack
    gate: Gate

    @property
    def retriever(self) -> Any: ...

    @property
    def embedder(self) -> Embedder: ...

    @property
    def redactor(self) -> Redactor: ...

    @property
    def engine(self) -> Engine: ...

    def preload(self) -> None: ...

    def close(self) -> None: ...


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
            answer = self.gate.refuse(query, timings=clock.total())
        else:
            answer = yield from self._answer(query, clock, given)
        self._remember(conversation, answer)
        yield Finished(answer)

    def search(self, question: str, *, principal: Principal | None = None, limit: int = SEARCH_K) -> list[Passage]:
        """Passages that bear on a question, best first, after the query and context checks; none for a refused question."""
        query = self.gate.admit(question, principal or self.principal)
        return [] if query.blocked else self.gate.veil(query, self._found(query, Clock(), None))[0][:limit]

    def _answer(self, query: Query, clock: Clock, given: Sequence[Passage] | None) -> Generator[Event, None, Answer]:
        with clock.stage("fair"):
            parity = self.gate.parity(query)
        if parity is not None and parity.compares:
            return self._compared(parity, clock, given)
        return (yield from self._journey(query, clock, given, parity, self.gate))

    def _compared(self, parity: Parity, clock: Clock, given: Sequence[Passage] | None) -> Answer:
        """The answer to the question as typed beside the one without its attributes; the rule says what a difference does.

        One after the other: slots that decode side by side share batches, and then the same prompt may end differently.
        """
        query, asked_gate, gate = parity.query, self.gate.holding(), self.gate.holding()
        asked = _last(self._journey(query, clock, given, None, asked_gate))
        neutral = _last(self._journey(query, clock, given, parity, gate))
        verdict = parity.compared(asked, neutral)
        if verdict.action is Action.ABSTAIN:
            return self.gate.abstain(query, verdict.reason, timings=clock.total(), verdicts=[verdict])
        if parity.monitor or verdict.action is Action.FLAG:
            return self.gate.settle(query, asked, asked_gate, [verdict])
        return self.gate.settle(query, neutral, gate, [verdict])

    def _journey(
        self, query: Query, clock: Clock, given: Sequence[Passage] | None, parity: Parity | None, gate: Gate
    ) -> Generator[Event, None, Answer]:
        """From the search to the sealed answer; begun again without the attributes that no source speaks of."""
        while True:
            reading = query if parity is None else parity.reading
            found = self._found(reading, clock, given)
            if parity is not None and parity.after_search(found):
                continue
            with clock.stage("veil"):
                passages, verdicts = gate.veil(reading, found)
            with clock.stage("compact"):
                evidence = self._compact(reading, passages)
            if parity is not None:
                evidence = parity.fitting(evidence)
            with clock.stage("judge"):
                shown = evidence if parity is None else parity.to_read(evidence)
                judgement = gate.judge(reading, shown, {} if given is not None else self._rarity(reading))
            if parity is not None and parity.after_judging(evidence, judgement.proceed, judgement.details):
                continue
            verdicts = (*verdicts, *judgement.verdicts)
            reason = "" if parity is None else parity.objection(())
            if not judgement.proceed or reason:
                said = verdicts if parity is None else (*verdicts, parity.verdict())
                reason = reason if judgement.proceed else judgement.reason
                return gate.abstain(reading, reason, evidence, timings=clock.total(), verdicts=said)
            evidence = judgement.usable(evidence)
            writing = Writing(reading, evidence, judgement.details, self._parts.engine, self.pack, gate, clock)
            answer = yield from writing.write(verdicts, parity)
            if answer is not None:
                return answer
            yield Withdrawn("no cited sentence speaks of what the question names: asked again without it")

    def _found(self, query: Query, clock: Clock, given: Sequence[Passage] | None) -> list[Passage]:
        with clock.stage("search"):
            if given is not None:
                return [p for p in given if self.gate.visible(query.principal, [p.labels])]
            allowed = self.gate.visible(query.principal, self.vault.label_sets())
            return list(self._parts.retriever.search(query.asked, allowed=allowed, k=SEARCH_K))

    def _rarity(self, query: Query) -> dict[str, float]:
        allowed = self.gate.visible(query.principal, self.vault.label_sets())
        # What stands for an identifier is in no document and says nothing of what is asked.
        hidden = {stem for finding in query.findings for stem in content_stems(finding.replacement)}
        found = self._parts.retriever.rarity(query.asked, allowed=allowed)
        return {stem: value for stem, value in found.items() if stem not in hidden}

    def _compact(self, query: Query, passages: Sequence[Passage]) -> list[Evidence]:
        from assistant.reading.compact import compact
        from assistant.reading.studies import asks_yes_no, is_study, results

        if asks_yes_no(query.asked) and is_study(passages):
            passages = results(passages)
        return compact(query.asked, passages, embedder=self._parts.embedder, lexicon=self.pack.lexicon)

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
        readers: frozenset[str] = frozenset(),
        as_it_is: bool = False,
        collection: str = "default",
        prune: bool = False,
        limit_bytes: int | None = None,
        skip_duplicates: bool = False,
        progress: Progress = no_progress,
    ) -> IngestReport:
        """Take files and folders in, or documents that another reader made; see `ingest` and `ingest_documents`.

        `readers` are the entries of an access list (`user:NAME`, `group:NAME`). `as_it_is` permits labels under which
        identifiers are no longer redacted.
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
        from assistant.reading.central import central_sentences

        clock = Clock()
        evidence: list[Evidence] = []
        verdicts: list[Verdict] = []
        with clock.stage("search"):
            for n, document in enumerate(read_apart(path), 1):
                admitted, said = self.gate.ingest(document, self.principal)
                verdicts.extend(said)
                if admitted is None:
                    raise BlockedError(
                        "the policy does not take this document in", path=path, remedy="see the audit record"
                    )
                quotes = central_sentences(admitted.text, self._parts.embedder, limit=limit)
                passage = Passage(0, "", admitted.title, admitted.text, 0, len(admitted.text), labels=admitted.labels)
                evidence.append(Evidence(n, passage, tuple(quotes)))
        with clock.stage("admit"):
            query = self.gate.admit("Summarize this document.", self.principal)
        if query.blocked:
            return self.gate.refuse(query, timings=clock.total())
        with clock.stage("release"):
            results = [self.gate.quote(query, item, quote) for item in evidence for quote in item.quotes]
            return self.gate.release(
                query,
                sentences=results,
                evidence=evidence,
                model="extractive",
                timings=clock.total(),
                verdicts=verdicts,
            )


def _last(events: Generator[Event, None, Answer]) -> Answer:
    """The answer at the end of a journey whose events nobody is shown."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
