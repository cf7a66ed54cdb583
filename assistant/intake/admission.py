"""Whether a document may come in, under which labels, and in which form: the labels first, then the policy's checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from assistant.intake.labels import Labelling, before_of
from assistant.types import Action, Document, LossKind, Principal, Verdict
from assistant.vault.files import FILE_LIMIT
from assistant.vault.relabel import QUARANTINE

if TYPE_CHECKING:
    from assistant.policy.model import Policy
    from assistant.vault.records import DocumentInfo


class IngestGate(Protocol):
    """What ingest needs of the gate."""

    @property
    def policy(self) -> Policy: ...

    def ingest(
        self, document: Document, principal: Principal, *, scope: str = ""
    ) -> tuple[Document | None, tuple[Verdict, ...]]: ...

    def original(self, document: Document) -> Document | None: ...


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """A document that is kept out, and why; `forbidden` where a check of the policy says so, not its labels."""

    reason: str
    remedy: str
    forbidden: bool = False


class Admission:
    """The way in of one run. `verdicts` counts what the checks did, `notices` what is to be known of labels."""

    def __init__(self, gate: IngestGate | None, principal: Principal, labelling: Labelling) -> None:
        self._gate, self._principal, self._labelling = gate, principal, labelling
        self._originals: frozenset[str] = gate.policy.ingest.original_labels if gate else frozenset()
        self.verdicts: Counter[str] = Counter()
        self.notices: list[tuple[str, str]] = []

    def admit(self, document: Document, record: str, stored: Sequence[DocumentInfo]) -> list[Document] | NotAdmitted:
        """The document as the policy lets it be stored, its original beside it where the policy keeps both.

        `stored` is what the vault holds of the same file.
        """
        before = [labels - {QUARANTINE} for labels in before_of(record, stored, self._originals)]
        told = self._labelling.of(document, before, exposes=lambda labels: self._exposes(document, labels))
        if told.refused:
            return NotAdmitted(told.refused, told.remedy)
        if told.notice:
            self.notices.append((document.source, told.notice))
        document = replace(document, labels=told.labels)
        if self._gate is None:
            return [document]
        admitted, verdicts = self._gate.ingest(document, self._principal, scope=scope_of(document))
        self.verdicts.update(f"{v.check}:{v.action}" for v in verdicts if v.action is not Action.PASS)
        if admitted is None:
            last = verdicts[-1] if verdicts else None
            reason = f"the policy keeps it out: {last.reason} ({last.check})" if last else "the policy keeps it out"
            if stored:
                reason += "; what is stored of its older version is kept from everybody too"
            return NotAdmitted(reason, "see `assistant policy explain`, or leave the file out", forbidden=True)
        original = self._gate.original(document)
        return [admitted] if original is None else [admitted, original]

    def file_of(self, stored: Sequence[Document], data: bytes) -> bytes:
        """The file itself, where the policy keeps it: never one of which a check changed or would change a word."""
        policy = self._gate.policy if self._gate else None
        if policy is None or not policy.ingest.keep_files or len(stored) != 1 or len(data) > FILE_LIMIT:
            return b""
        (document,) = stored
        changed = any(loss.kind is LossKind.CHANGED for loss in document.losses)
        return b"" if changed or policy.redacts(document.labels) else data

    def _exposes(self, document: Document, labels: frozenset[str]) -> bool:
        """Whether the ingest checks would take something out of a document under these labels."""
        if self._gate is None:
            return False
        admitted, _ = self._gate.ingest(replace(document, labels=labels), self._principal, scope=scope_of(document))
        return admitted is None or admitted.text != document.text


def scope_of(document: Document) -> str:
    """Inside what a document's pseudonyms are consistent: its patient, else its file."""
    return document.metadata.get("patient_id") or document.source
