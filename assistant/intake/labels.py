"""Which access labels a document is stored under: those given, those it has already, the pack's, a record's, or the policy's own.

What a reader found in the file itself (a psychotherapy mark of a FHIR resource) is added in every case. Without labels given,
nothing that is stored is ever shown to more roles than before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.types import Document

if TYPE_CHECKING:
    from assistant.packs.pack import Pack
    from assistant.policy.model import Policy
    from assistant.privacy.patterns import PatternFinder
    from assistant.vault.records import DocumentInfo

Exposes = Callable[[frozenset[str]], bool]
# What HL7 standards call these formats; readers put them on the documents that they make of one.
RECORDS: Final = frozenset({"application/fhir+json", "application/hl7-v2", "application/cda+xml"})
# Numbers that belong to one person. Telephone numbers, addresses and names stand in guidelines and shop pages too.
_PERSONAL: Final = frozenset(
    "US_SSN CREDIT_CARD MRN NHS_NUMBER NATIONAL_ID PASSPORT DRIVER_LICENSE HEALTH_INSURANCE_ID CUSTOMER_ID".split()
)
# A form of its own or a checksum that fits: a number after a word only is an example as often.
_SURE: Final = 0.9
# A text is looked at in pieces, so that one of any length costs a bounded time: 2 ms for 5,000 characters were measured.
_LOOKED_AT, _PIECE, _OVERLAP = 1_000_000, 50_000, 100
_FORM: Final = re.compile(r"\+\d+$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of a document, or why it is refused; and what people are to be told of them."""

    labels: frozenset[str] = frozenset()
    refused: str = ""
    remedy: str = ""
    notice: str = ""


class Labelling:
    """Decides for the documents of one run. `given` are the labels that the caller asked for, None where he left it open."""

    def __init__(
        self,
        policy: Policy | None,
        pack: Pack | None,
        given: frozenset[str] | None,
        *,
        readers: frozenset[str] = frozenset(),
        as_it_is: bool = False,
    ) -> None:
        self._policy, self._pack, self._given = policy, pack, given
        self._readers, self._as_it_is = readers, as_it_is

    def mark(self, source: str) -> str:
        """What of the caller's wish and of the pack's table bears on a file: it is read again where this changes."""
        if self._given is not None or self._readers:
            return "given:" + ",".join(sorted((self._given or frozenset()) | self._readers))
        table, _ = self._table(Path(source))
        return "open:" + ",".join(sorted(table or ()))

    def of(self, document: Document, before: Iterable[frozenset[str]], *, exposes: Exposes | None = None) -> Labelled:
        """The labels of one document; `before` are the label sets under which it (or its file) is stored now.

        `exposes(labels)` says whether identifiers of people are found in it that would be stored as they are.
        """
        stored = frozenset().union(*before)
        own = frozenset(label for label in stored if is_entry(label))
        entries = self._readers or own
        if self._given is not None:
            found = self._asked(stored - own, self._given | document.labels, exposes)
        else:
            found = self._left_open(document, stored - own)
        if found.refused:
            return found
        labels = found.labels
        if self._policy is not None and (unknown := labels - self._policy.labels):
            return Labelled(
                refused=f"no rule of the policy knows the label {_listed(unknown)}",
                remedy=f"use one of: {_listed(self._policy.labels)}; or name it in the policy's access rules",
            )
        return Labelled(labels | entries, notice=found.notice)

    def _asked(self, stored: frozenset[str], labels: frozenset[str], exposes: Exposes | None) -> Labelled:
        if self._policy is None or not stored or labels == stored:
            return Labelled(labels)
        lost = self._policy.redacts(stored) - self._policy.redacts(labels)
        if lost and not self._as_it_is and exposes is not None and exposes(stored):
            return Labelled(
                refused=f"it holds identifiers of people, which are redacted under {_listed(stored)} and would be stored as "
                f"they are under {_listed(labels)}",
                remedy="leave --label out to keep its labels, or give --as-it-is too",
            )
        gained = self._policy.readers(labels) - self._policy.readers(stored)
        told = f"now {_listed(labels)}, before {_listed(stored)}: {_listed(gained)} may read it now" if gained else ""
        return Labelled(labels, notice=told)

    def _left_open(self, document: Document, stored: frozenset[str]) -> Labelled:
        fresh, problem = self._first(document)
        fresh |= document.labels
        if problem:
            return Labelled(refused=problem, remedy="list its folder with labels in pack.yaml, or give --label")
        if not stored:
            return Labelled(fresh, notice=self._noticed(document, fresh))
        stored |= document.labels
        if self._policy is None:
            return Labelled(stored)
        if fresh == stored or _is_narrower(self._policy, fresh, stored):
            return Labelled(fresh)
        wider = self._policy.readers(fresh) - self._policy.readers(stored)
        told = f"kept under {_listed(stored)}; --label {' --label '.join(sorted(fresh))} would show it to {_listed(wider)} too"
        return Labelled(stored, notice=told if wider and self._table(Path(document.source))[0] else "")

    def _first(self, document: Document) -> tuple[frozenset[str], str]:
        """The labels of a document that was never stored and of which nothing was said; or what is wrong."""
        labels, problem = self._table(Path(document.source))
        if labels is not None or problem:
            return labels or frozenset(), problem
        if self._policy is None:
            return frozenset({"public"}), ""
        if self._is_record(document) or self._is_personal(document):
            return self._policy.record_labels, ""
        return self._policy.ingest.default_labels, ""

    def _noticed(self, document: Document, labels: frozenset[str]) -> str:
        policy = self._policy
        if policy is None or self._is_record(document) or self._table(Path(document.source))[0] is not None:
            return ""
        if labels - document.labels == policy.record_labels != policy.ingest.default_labels:
            return f"it holds numbers of people and is stored under {_listed(labels)}; --label NAME decides otherwise"
        return ""

    # ------------------------------------------------------------ what a file is

    def _is_record(self, document: Document) -> bool:
        if document.media_type in RECORDS:
            return True
        names = {folder.path.name for folder in self._pack.folders if folder.records} if self._pack else set()
        return bool(names & set(Path(document.source).parent.parts))

    def _is_personal(self, document: Document) -> bool:
        """Whether in its first million characters a number that belongs to one person stands, where that decides what is redacted."""
        return self._decides() and self._holds_numbers(document)

    def _decides(self) -> bool:
        policy = self._policy
        return policy is not None and not policy.redacts(policy.record_labels) <= policy.redacts(
            policy.ingest.default_labels
        )

    def _holds_numbers(self, document: Document) -> bool:
        from assistant.privacy.patterns import RedactionTimeout

        if any(_PERSONAL & {entity} for entity in document.fields):
            return True
        pieces = (
            document.text[at : at + _PIECE + _OVERLAP] for at in range(0, min(len(document.text), _LOOKED_AT), _PIECE)
        )
        try:
            return any(span.score >= _SURE for piece in pieces for span in self._finder.find(piece, _PERSONAL))
        except RedactionTimeout:
            return True

    @cached_property
    def _finder(self) -> PatternFinder:
        from assistant.privacy.patterns import PatternFinder, base_recognizers

        return PatternFinder((*base_recognizers(), *(self._pack.recognizers if self._pack else ())))

    # ------------------------------------------------------------ the pack's table

    def _table(self, path: Path) -> tuple[frozenset[str] | None, str]:
        """The labels that the pack's table gives to a file, None where it says nothing of it; or what it calls an error."""
        if self._pack is None:
            return None, ""
        try:
            place = path.resolve()
        except (OSError, RuntimeError, ValueError):
            return None, ""
        listed = [f for f in self._pack.folders if place.is_relative_to(f.path.resolve())]
        if listed:
            return listed[0].labels, ""
        tops = {self._pack.root / folder.path.relative_to(self._pack.root).parts[0] for folder in self._pack.folders}
        if any(place.is_relative_to(top.resolve()) for top in tops):
            return None, "it lies among the pack's documents and no listed folder gives it labels"
        return self._copies.get((place.name, _digest(place))) if place.name in self._names else None, ""

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(document.path.name for document in self._pack.documents) if self._pack else frozenset()

    @cached_property
    def _copies(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The pack's own documents by name and content: a copy of one elsewhere is the same document."""
        documents = self._pack.documents if self._pack else ()
        return {(document.path.name, _digest(document.path)): document.labels for document in documents}


def _is_narrower(policy: Policy, labels: frozenset[str], than: frozenset[str]) -> bool:
    fewer = policy.readers(labels) <= policy.readers(than)
    return fewer and policy.redacts(than) <= policy.redacts(labels)


def is_entry(label: str) -> bool:
    """Whether a label is an entry of an access list (`user:NAME`, `group:NAME`) and no label of the policy."""
    return ":" in label


def before_of(record: str, stored: Iterable[DocumentInfo], originals: frozenset[str]) -> list[frozenset[str]]:
    """The label sets under which one record of a file is stored, or its file where the record is new; not those of originals."""
    plain = [info for info in stored if plain_record(info.record) == info.record or not originals & info.labels]
    mine = [info.labels for info in plain if plain_record(info.record) == record]
    return mine or [info.labels for info in plain]


def plain_record(record: str) -> str:
    """The record that a stored form belongs to; the second form of a document has "+1" behind it."""
    return _FORM.sub("", record)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"
