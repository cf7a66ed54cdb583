"""The central sentences of one document, verbatim, through the same gate as an answer."""

from __future__ import annotations

from pathlib import Path

from assistant.asking.clock import Clock
from assistant.asking.parts import Parts
from assistant.errors import BlockedError
from assistant.policy.sentence import Course, Release
from assistant.types import Answer, Document, Evidence, Passage, Principal, Verdict


def summarize(path: Path, parts: Parts, principal: Principal, limit: int) -> Answer:
    """At most `limit` sentences of each document in a file; it is read under the policy's ingest checks and not stored.

    Raises ReaderError where the file cannot be read, BlockedError where the policy does not take it in.
    """
    from assistant.readers.process import read_in_process
    from assistant.readers.settings import Reading

    gate, clock = parts.gate, Clock()
    evidence: list[Evidence] = []
    verdicts: list[Verdict] = []
    with clock.stage("search"):
        for n, document in enumerate(read_in_process(path, how=Reading(parts.pack.ocr)), 1):
            admitted, said = gate.ingest(document, principal)
            verdicts.extend(said)
            if admitted is None:
                raise BlockedError(
                    "the policy does not take this document in", path=path, remedy="see the audit record"
                )
            evidence.append(_central(n, admitted, parts, limit))
    with clock.stage("admit"):
        query = gate.admit("Summarize this document.", principal)
    if query.blocked:
        return gate.refuse(query, Course(timings=clock.total()))
    with clock.stage("release"):
        results = [gate.quote(query, item, quote) for item in evidence for quote in item.quotes]
    return gate.release(query, Release(results, evidence, Course(tuple(verdicts), "extractive", clock.total())))


def _central(n: int, document: Document, parts: Parts, limit: int) -> Evidence:
    """A document as evidence: its central sentences that were read for certain."""
    from assistant.reading.centrality import central_sentences

    quotes = central_sentences(document.text, parts.embedder, limit=limit)
    unsure = [section for section in document.sections if not section.sure]
    quotes = [q for q in quotes if not any(s.start < q.end and q.start < s.end for s in unsure)]
    passage = Passage(0, "", document.title, document.text, 0, len(document.text), labels=document.labels)
    return Evidence(n, passage, tuple(quotes))
