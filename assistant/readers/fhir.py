"""FHIR R4: bundles and bulk exports, one document a patient and access label, one section a resource, located as "Type/id"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_DOCUMENTS
from assistant.readers.compose import Composer, stem
from assistant.readers.fhir_words import HEADINGS, describe
from assistant.records.fhir.bundle import Entry, Names, Share, entries_of, shares
from assistant.records.fhir.people import known
from assistant.records.fhir.status import void
from assistant.records.fhir.values import key_of, string
from assistant.types import Document

# Resources in the order of a chart; types that are not named follow in the order of the file.
_ORDER: Final = {kind: i for i, kind in enumerate(HEADINGS)}


def read_resources(values: Iterable[object], source: str) -> list[Document]:
    """One document a patient: demographics first, then the chart by kind, each resource in sentences.

    What asks for a further access label stands in a document of its own under that label. What states nothing (in error,
    refuted, not understood) is named at the end and not told. Raises ReaderError where there is no resource, or too many
    patients.
    """
    entries = entries_of(values)
    if not entries:
        raise ReaderError("the FHIR file holds no resources", path=source, remedy="export it again with entries")
    found = shares(entries)
    if len(found) > MAX_DOCUMENTS:
        raise ReaderError(f"the file holds more than {MAX_DOCUMENTS:,} patients", path=source, remedy="split the file")
    alone = sum(bool(share.patient_id) for share in found) == 1
    documents = [d for share in found for d in _documents(share, entries, source, alone)]
    # What speaks of nobody belongs to the one patient's record, else to a document of its own.
    if not alone and found[-1].patient_id and found[-1].shared:
        documents += _documents(Share("", {}, (), found[-1].shared), entries, source, alone)
    if not documents:
        raise ReaderError("the file holds no readable text", path=source, remedy="leave this file out")
    return documents


def _documents(share: Share, every: Sequence[Entry], source: str, alone: bool) -> list[Document]:
    """The documents of one patient, one for each set of access labels."""
    entries = [*share.entries, *(share.shared if bool(share.patient_id) is alone else ())]
    fields = known([share.patient, *(entry.resource for entry in (*share.entries, *share.shared))])
    groups: dict[frozenset[str], list[Entry]] = {}
    for entry in sorted(entries, key=lambda e: _ORDER.get(string(e.resource, "resourceType"), len(_ORDER))):
        groups.setdefault(entry.labels, []).append(entry)
    found = []
    for labels in sorted(groups, key=sorted):
        # References to what asks for more than this document's labels stay unresolved: their names are as secret.
        names = Names(entry for entry in every if entry.labels <= labels)
        composer = _composed(groups[labels], names, source)
        if composer is None:
            continue
        # The title names the record, not the person: titles are shown in lists that hold no identifiers.
        title = f"Patient {share.patient_id}" if share.patient_id else stem(source)
        record = ", ".join(filter(None, [share.patient_id, *sorted(labels)]))
        metadata = {"record": record, "patient_id": share.patient_id, "resources": str(len(groups[labels]))}
        document = composer.build(title=title, media_type="application/fhir+json", metadata=metadata, fields=fields)
        found.append(replace(document, labels=labels))
    return found


def _composed(entries: Sequence[Entry], names: Names, source: str) -> Composer | None:
    """The resources in sentences under their headings; None where they say nothing."""
    composer = Composer(source)
    shown = ""
    left_out: dict[str, list[str]] = {}
    for resource in (entry.resource for entry in entries):
        if reason := void(resource):
            left_out.setdefault(reason, []).append(key_of(resource))
            continue
        text = describe(resource, names)
        if not text:
            continue
        heading = HEADINGS.get(str(resource["resourceType"]), str(resource["resourceType"]))
        if heading != shown:
            composer.note(f"## {heading}")
            shown = heading
        composer.open(heading, key_of(resource))
        composer.add(text)
    if composer.empty:
        return None
    for reason, keys in left_out.items():
        composer.note(f"Left out ({reason}): {', '.join(keys)}.")
    return composer
