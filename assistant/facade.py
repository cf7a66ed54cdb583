"""The assistant: one question's journey as a straight line, and the few other things people ask of it.

Nothing here decides what may be said; the gate does. Nothing here opens files or databases; the parts do.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from assistant.drafts import NOT_IN_SOURCES, attribute, drafts
from assistant.errors import BlockedError, EngineError
from assistant.phrasing import phrasing
from assistant.protocols import Embedder, Engine, Progress, Prompt, Redactor, Sampling, Tools, no_progress
from assistant.text import content_stems
from assistant.types import Action, Answer, Citation, Evidence, Passage, Principal, Query, Turn, Verdict

if TYPE_CHECKING:
    from assistant.ingest import IngestReport
    from assistant.packs import Pack
    from assistant.policy.gate import Gate
    from assistant.policy.sentence import SentenceResult
    from assistant.vault.records import DocumentInfo, Erasure
    from assistant.vault.store import Vault

# Passages taken from the fusion; compaction keeps the sentences of the best few.
SEARCH_K: Final = 8


@dataclass(frozen=True, slots=True)
class Released:
    """A sentence that passed its checks and may be shown."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All sentences shown so far are taken back: a check on the whole answer failed, or the sources are quoted instead."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The sealed answer; what it holds is what counts."""

    answer: Answer


Event = Released | Withdrawn | Finished


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


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = self.ms.get(name, 0.0) + (time.perf_counter() - begun) * 1000

    def first_sentence(self) -> None:
        self.ms.setdefault("first_sentence", (time.perf_counter() - self.started) * 1000)

    def total(self) -> Mapping[str, float]:
        stages = {name: self.ms.get(name, 0.0) for name in ("admit", "search", "veil", "generate", "release")}
        extra = {name: ms for name, ms in self.ms.items() if name not in stages}
        return {**stages, **extra, "total": (time.perf_counter() - self.started) * 1000}


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

        `given` passages are used instead of a search; they pass the same checks.
        """
        who = principal or self.principal
        clock = _Clock()
        history = tuple(conversation.turns) if conversation else ()
        with clock.stage("admit"):
            query = self.gate.admit(question, who, history=history, scope=conversation.id if conversation else "")
        if query.blocked:
            answer = self.gate.refuse(query, timings=clock.total())
        else:
            answer = yield from self._answer(query, clock, given)
        self._remember(conversation, answer)
        yield Finished(answer)

    def search(self, question: str, *, principal: Principal | None = None, limit: int = SEARCH_K) -> list[Passage]:
        """Passages that bear on a question, best first, after the query and context checks; none for a refused question."""
        query = self.gate.admit(question, principal or self.principal)
        return [] if query.blocked else self._passages(query, _Clock(), None)[0][:limit]

    def _answer(self, query: Query, clock: _Clock, given: Sequence[Passage] | None) -> Generator[Event, None, Answer]:
        passages, verdicts = self._passages(query, clock, given)
        with clock.stage("compact"):
            evidence = self._compact(query, passages)
        with clock.stage("judge"):
            judgement = self.gate.judge(query, evidence)
        verdicts = (*verdicts, *judgement.verdicts)
        if not judgement.proceed:
            return self.gate.abstain(query, judgement.reason, evidence, timings=clock.total(), verdicts=verdicts)
        return (yield from self._write(query, evidence, judgement.details, verdicts, clock))

    def _passages(
        self, query: Query, clock: _Clock, given: Sequence[Passage] | None
    ) -> tuple[list[Passage], tuple[Verdict, ...]]:
        with clock.stage("search"):
            if given is None:
                allowed = self.gate.visible(query.principal, self.vault.label_sets())
                found = self._parts.retriever.search(query.asked, allowed=allowed, k=SEARCH_K)
            else:
                found = [p for p in given if self.gate.visible(query.principal, [p.labels])]
        with clock.stage("veil"):
            return self.gate.veil(query, found)

    def _compact(self, query: Query, passages: Sequence[Passage]) -> list[Evidence]:
        from assistant.retrieval.compact import compact

        return compact(query.asked, passages, embedder=self._parts.embedder, lexicon=self.pack.lexicon)

    def _write(
        self,
        query: Query,
        evidence: Sequence[Evidence],
        hints: Mapping[str, Any],
        verdicts: tuple[Verdict, ...],
        clock: _Clock,
    ) -> Generator[Event, None, Answer]:
        engine = self._parts.engine
        written: list[SentenceResult] = []
        if engine.writes:
            with clock.stage("generate"):
                for result in self._sentences(query, evidence, engine, hints):
                    written.append(result)
                    if not result.released or not _holds(result, hints):
                        break
                    clock.first_sentence()
                    yield Released(result.text, result.citations)
        released = [result for result in written if result.released and _holds(result, hints)]
        quotes: list[SentenceResult] = []
        with clock.stage("release"):
            if not released:
                quotes = self._quotes(query, evidence, hints)
                for result in quotes:
                    clock.first_sentence()
                    yield Released(result.text, result.citations)
            answer = self.gate.release(
                query,
                sentences=quotes or released,
                evidence=evidence,
                model=f"{engine.name}:{engine.model}",
                timings=clock.total(),
                verdicts=(*verdicts, *(v for result in written if result not in released for v in result.verdicts)),
                fallback=quotes,
                engine=engine if engine.writes else None,
            )
        return answer

    def _prompt(self, query: Query, evidence: Sequence[Evidence], hints: Mapping[str, Any]) -> Prompt:
        short = phrasing(query.asked, str(hints.get("answer", "")))
        if short is not None:
            return short
        prompts = self.pack.prompts
        return Prompt(
            system=prompts.system,
            user=prompts.user([(item.n, item.text) for item in evidence], query.asked),
            examples=prompts.pairs(),
            citations=tuple(item.n for item in evidence),
        )

    def _sentences(
        self, query: Query, evidence: Sequence[Evidence], engine: Engine, hints: Mapping[str, Any]
    ) -> Iterator[SentenceResult]:
        limit = 1 if hints.get("answer") else self.gate.policy.answer.max_sentences
        pieces = engine.stream(self._prompt(query, evidence, hints), Sampling(stop=("\n",)))
        try:
            for draft in drafts(pieces, limit=limit):
                if NOT_IN_SOURCES in draft.text.upper():
                    return
                yield self.gate.sentence(query, attribute(draft, evidence), evidence, engine)
        except EngineError:
            # The sources are still there: a writer that fails costs fluency, not the answer.
            return
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _quotes(self, query: Query, evidence: Sequence[Evidence], hints: Mapping[str, Any]) -> list[SentenceResult]:
        from assistant.retrieval.compact import best_quotes

        by_number = {item.n: item for item in evidence}
        chosen = best_quotes(query.asked, evidence, hints=hints)
        results = [self.gate.quote(query, by_number[n], quote) for n, quote in chosen]
        return [result for result in results if result.released or result.action is Action.BLOCK]

    def _remember(self, conversation: Conversation | None, answer: Answer) -> None:
        history = self.gate.policy.history
        if conversation is None or history.turns == 0:
            return
        conversation.turns.append(Turn(answer.question, answer.answer))
        del conversation.turns[: -history.turns]
        if history.keep:
            if not conversation.id:
                conversation.id = self.vault.start_conversation("")
            self.vault.add_turn(conversation.id, answer.question, answer.as_json())

    def end(self, conversation: Conversation) -> None:
        """End a conversation; where the policy says that history ends with the session, nothing of it stays."""
        if conversation.id and self.gate.policy.history.ends_with_session:
            self.vault.delete_conversation(conversation.id)
        conversation.turns.clear()

    # ---------------------------------------------------------------- documents

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        labels: frozenset[str] | None = None,
        collection: str = "default",
        prune: bool = False,
        progress: Progress = no_progress,
    ) -> IngestReport:
        """Take files and folders in; see `assistant.ingest.ingest`."""
        from assistant.ingest import ingest

        return ingest(
            paths,
            vault=self.vault,
            embedder=self._parts.embedder,
            gate=self.gate,
            principal=self.principal,
            labels=labels or self.gate.policy.ingest.default_labels,
            collection=collection,
            prune=prune,
            progress=progress,
        )

    def documents(self, collection: str | None = None) -> list[DocumentInfo]:
        """The documents that the principal may see."""
        allowed = set(self.gate.visible(self.principal, self.vault.label_sets()))
        return [info for info in self.vault.documents(collection) if frozenset(info.labels) in allowed]

    def delete(self, document_id: str) -> Erasure:
        """Erase a document and everything made of it, and record that it was done."""
        erasure = self.vault.delete_document(document_id)
        self.vault.audit.append("erase", {"document": document_id, "principal": self.principal.name})
        return erasure

    def preload(self) -> None:
        """Begin to load model and checks in the background, so that the first question waits less."""
        self._parts.preload()

    # ---------------------------------------------------------------- summaries

    def summarize(self, path: Path, *, limit: int = 5) -> Answer:
        """The central sentences of a document, verbatim; it is read under the policy's ingest checks and not stored.

        Raises ReaderError where the file cannot be read, BlockedError where the policy does not take it in.
        """
        from assistant.readers.registry import read_file
        from assistant.retrieval.central import central_sentences

        clock = _Clock()
        evidence: list[Evidence] = []
        verdicts: list[Verdict] = []
        with clock.stage("search"):
            for n, document in enumerate(read_file(path), 1):
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


def _holds(result: SentenceResult, hints: Mapping[str, Any]) -> bool:
    """Whether a written sentence holds the span that the reader found to be the answer, where it found one."""
    wanted = set(content_stems(str(hints.get("answer", ""))))
    return wanted <= set(content_stems(result.text))
