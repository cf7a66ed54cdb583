"""A summary as Markdown for people: the narrative with its sources, then tables. Record text cannot become markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from assistant.charts.marks import gravity
from assistant.charts.rows import GapRow, ListSection, Row, SummaryJson

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#|~&])")
_OPEN_LISTS: Final[Mapping[ListSection, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "problems": ("Problems", (("text", "Problem"), ("status", "Status"), ("onset", "Onset"), ("ended", "Ended"))),
    "medications": (
        "Medications",
        (("text", "Medicine"), ("dose", "Dose"), ("status", "Status"), ("start", "Start"), ("end", "End")),
    ),
    "allergies": ("Allergies", (("text", "Allergy"), ("reaction", "Reaction"), ("status", "Status"))),
    "encounters": (
        "Encounters",
        (("text", "Contact"), ("start", "From"), ("end", "To"), ("status", "Status"), ("reason", "Reason")),
    ),
    "procedures": ("Procedures", (("text", "Procedure"), ("date", "Date"), ("status", "Status"))),
    "immunizations": ("Immunizations", (("text", "Vaccine"), ("date", "Date"), ("status", "Status"))),
    "notes": ("Notes", (("text", "Kind"), ("date", "Date"), ("status", "Status"))),
}
# FHIR request-intent: nobody has ordered it.
_NOT_ORDERED: Final = frozenset({"proposal", "plan", "option"})
_LATER: Final[tuple[ListSection, ...]] = ("encounters", "procedures", "immunizations", "notes")
_MARKS: Final = {
    "high": "HIGH", "low": "LOW", "high-critical": "HIGH, critical", "low-critical": "LOW, critical",
    "abnormal": "ABNORMAL", "normal": "normal",
}  # fmt: skip


def escape(text: object) -> str:
    """A value of the record as plain words on one line of Markdown."""
    return _MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def render(summary: SummaryJson) -> str:
    """The Markdown twin of a summary's JSON."""
    lines = [f"# Record summary {escape(summary['patient_id'])}", "", *_head(summary), "", "## Summary", ""]
    for sentence in summary["narrative"]:
        lines.append(f"- {escape(sentence['text'])} {_cited(sentence['resources'])}")
    if not summary["narrative"]:
        lines.append("Nothing could be stated from this record.")
    lines += [*_gaps(summary["gaps"]), *_section(summary, "problems"), *_section(summary, "medications")]
    lines += [*_section(summary, "allergies"), *_results(summary["results"])]
    for name in _LATER:
        lines += _section(summary, name)
    return "\n".join([*lines, *_foot(summary)]) + "\n"


def _cited(resources: Iterable[str]) -> str:
    shown = list(resources)
    more = f" and {len(shown) - 4} more" if len(shown) > 4 else ""
    return f"`{', '.join(_code(r) for r in shown[:4])}`{more}"


def _code(text: str) -> str:
    return text.replace("`", "'")


def _head(summary: SummaryJson) -> list[str]:
    patient = summary["patient"]
    said = [f"{label}: {escape(patient.get(key))}" for key, label in _PATIENT if patient.get(key)]
    policy = summary.get("policy", {})
    told = (
        f"As of {summary['as_of']}, under policy {escape(policy.get('id', '?'))} {escape(policy.get('version', ''))}."
    )
    return [". ".join(said) + "." if said else "", told]


_PATIENT: Final = (("name", "Name"), ("sex", "Sex"), ("born", "Born"), ("died", "Died"))


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    body = [f"| {' | '.join(escape(cell) if cell != '' else ' ' for cell in row)} |" for row in rows]
    return [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", *body]


def _section(summary: SummaryJson, name: ListSection) -> list[str]:
    title, columns = _OPEN_LISTS[name]
    rows = summary[name]
    if not rows:
        return []
    shown = [[_cell(row, key) for key, _ in columns] + [row["resource"]] for row in rows]
    return ["", f"## {title}", "", *_table([label for _, label in columns] + ["Source"], shown)]


def _cell(row: Mapping[str, object], key: str) -> object:
    """A value; a status with what makes it unsure ("active, unconfirmed"), a reaction with how grave the allergy is."""
    if key == "status":
        unsure, intent = str(row.get("verification", "")), str(row.get("intent", ""))
        said = [row.get(key, ""), unsure if unsure != "confirmed" else "", intent if intent in _NOT_ORDERED else ""]
        return ", ".join(str(part) for part in said if part)
    if key == "reaction":
        return ", ".join(filter(None, (str(row.get(key, "")), gravity(str(row.get("criticality", ""))))))
    return row.get(key, "")


def _results(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    shown = []
    for row in rows:
        span = row.get("range", {})
        limits = (
            span.get("text") or f"{_span(span.get('low', ''), span.get('high', ''))} {span.get('unit', '')}".strip()
        )
        trend = row.get("trend")
        movement = f"{trend['direction']}, {trend['from']} on {trend['date']}" if trend else ""
        mark = _MARKS.get(row["flag"], "") + (" (house range)" if row.get("flag_by") == "pack" else "")
        value = f"{row['value']} {row['unit']}".strip() + (f" ({row['status']})" if row.get("status") else "")
        shown.append([row["text"], value, row["date"], mark, limits, movement, row["resource"]])
    return ["", "## Results", "", *_table(("Test", "Value", "Date", "Mark", "Range", "Trend", "Source"), shown)]


def _span(low: str, high: str) -> str:
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less" if high else ""


def _gaps(rows: Sequence[GapRow]) -> list[str]:
    if not rows:
        return []
    lines = ["", "## Care gaps", ""]
    for row in rows:
        source = row["source"]
        rule = f"Rule: {escape(source['quote'])} ({escape(source['document'])}, {escape(source['place'])})"
        lines.append(f"- {escape(row['text'])}. {rule} {_cited(row['resources'])}")
    return lines


def _statements(summary: SummaryJson) -> list[str]:
    """What the record denies, and what of it nobody read."""
    lines: list[str] = []
    for denial in summary["denials"]:
        lines += ["", f"The record states: {escape(denial['text'])} {_cited([denial['resource']])}"]
    if summary["unread"]:
        kinds = Counter(unread["text"] for unread in summary["unread"])
        said = ", ".join(f"{escape(kind)}{f' ({n})' if n > 1 else ''}" for kind, n in sorted(kinds.items()))
        lines += ["", f"In the record and not read here: {said}."]
    return lines


def _foot(summary: SummaryJson) -> list[str]:
    lines = _statements(summary)
    if summary["absent"]:
        said = ", ".join(summary["absent"])
        lines += ["", f"The record says nothing about: {said}. That is not the same as that there is nothing."]
    lines += ["", *(f"{escape(c['text'])} {_cited(c['resources'])}" for c in summary["conflicts"])]
    if summary["excluded"]:
        for reason in sorted({e["reason"] for e in summary["excluded"]}):
            left_out = [e["resource"] for e in summary["excluded"] if e["reason"] == reason]
            lines += ["", f"Left out as no facts ({escape(reason)}): {_cited(left_out)}"]
    if summary["withheld"]:
        said = ", ".join(f"{n} labelled {escape(label)}" for label, n in summary["withheld"].items())
        lines += ["", f"Held back by the policy: {said}."]
    return lines
