"""A summary as FHIR R4: a Composition whose sections point to the record's resources, and a DocumentReference with the text."""

from __future__ import annotations

import base64
import hashlib
import html
import uuid
from collections.abc import Sequence
from typing import Final

from assistant.charts.rows import ListSection, Row, SentenceRow, SummaryJson

# LOINC codes of document sections.
_SECTIONS: Final[tuple[tuple[ListSection, str, str], ...]] = (
    ("problems", "Problem list", "11450-4"),
    ("medications", "Medications", "10160-0"),
    ("allergies", "Allergies", "48765-2"),
    ("results", "Results", "30954-2"),
    ("encounters", "Encounters", "46240-8"),
    ("procedures", "Procedures", "47519-4"),
    ("immunizations", "Immunizations", "11369-6"),
)
_EMPTY: Final = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_LOINC: Final = "http://loinc.org"
_TYPE: Final = ("60591-5", "Patient summary Document")


def bundle(summary: SummaryJson, markdown: str) -> dict[str, object]:
    """A collection of one Composition and one DocumentReference, with ids that depend on the content only."""
    digest = hashlib.sha256(markdown.encode()).hexdigest()
    composition_id, document_id = (str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}:{digest}")) for kind in ("c", "d"))
    when = f"{summary['as_of']}T00:00:00Z"
    entries = [
        {"fullUrl": f"urn:uuid:{composition_id}", "resource": _composition(summary, composition_id, when)},
        {"fullUrl": f"urn:uuid:{document_id}", "resource": _document(summary, markdown, document_id, when)},
    ]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": when, "entry": entries}


def _subject(summary: SummaryJson) -> dict[str, str]:
    return {"reference": str(summary["patient"].get("resource") or f"Patient/{summary['patient_id']}")}


def _coding(code: str, display: str) -> dict[str, object]:
    return {"coding": [{"system": _LOINC, "code": code, "display": display}], "text": display}


def _composition(summary: SummaryJson, identity: str, when: str) -> dict[str, object]:
    sections = [_narrative(summary["narrative"])]
    for name, title, code in _SECTIONS:
        rows = summary[name]
        section: dict[str, object] = {"title": title, "code": _coding(code, title)}
        if rows:
            references = dict.fromkeys(str(row["resource"]) for row in rows)
            section |= {"text": _rows(rows), "entry": [{"reference": reference} for reference in references]}
        else:
            reason, words = _empty(summary, name)
            section |= {"text": _div(words), "emptyReason": {"coding": [{"system": _EMPTY, "code": reason}]}}
        sections.append(section)
    return {
        "resourceType": "Composition",
        "id": identity,
        "status": "preliminary",
        "type": _coding(*_TYPE),
        "subject": _subject(summary),
        "date": when,
        "author": [{"display": "assistant batch summarize"}],
        "title": "Record summary",
        "section": sections,
    }


def _narrative(sentences: Sequence[SentenceRow]) -> dict[str, object]:
    references = dict.fromkeys(resource for sentence in sentences for resource in sentence["resources"])
    section: dict[str, object] = {
        "title": "Summary",
        "text": _div([s["text"] for s in sentences] or ["Nothing could be stated from this record."]),
    }
    if references:
        section["entry"] = [{"reference": reference} for reference in references]
    return section


def _empty(summary: SummaryJson, section: ListSection) -> tuple[str, list[str]]:
    """Why a section is empty, by FHIR's codes and in words: denied, held back, left out or unread, or never spoken of."""
    denials = [d["text"] for d in summary["denials"] if d["section"] == section]
    if denials:
        return "nilknown", [f"The record states: {text}" for text in denials]
    if section in summary["hidden"]:
        return "withheld", ["What the record says about this is held back by the policy."]
    if section in summary["silent"]:
        # The record says nothing: unavailable, which is not that there is none.
        return "unavailable", ["The record says nothing about this."]
    return "unavailable", ["Nothing of this could be stated from the record; see what was left out or not read."]


def _rows(rows: Sequence[Row]) -> dict[str, str]:
    keys = ("text", "dose", "value", "unit", "status", "onset", "start", "date", "flag", "reaction")
    said = [", ".join(str(row.get(key)) for key in keys if row.get(key) not in (None, "")) for row in rows]
    return _div(said)


def _div(lines: Sequence[str]) -> dict[str, str]:
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def _document(summary: SummaryJson, markdown: str, identity: str, when: str) -> dict[str, object]:
    data = markdown.encode()
    attachment = {
        "contentType": "text/markdown; charset=utf-8",
        "data": base64.b64encode(data).decode(),
        "size": len(data),
        # FHIR R4 asks for SHA-1 here; it guards against damage, not against forgery.
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
        "title": "Record summary",
    }
    return {
        "resourceType": "DocumentReference",
        "id": identity,
        "status": "current",
        "docStatus": "preliminary",
        "type": _coding(*_TYPE),
        "subject": _subject(summary),
        "date": when,
        "content": [{"attachment": attachment}],
    }
