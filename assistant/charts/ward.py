"""Pages to print: one for the ward and one for the patient, each with what it leaves out. No script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from assistant.charts.omissions import Item, abnormal, omitted
from assistant.charts.plain_words import PlainWords
from assistant.charts.rounded import rounded
from assistant.language.grade import grade
from assistant.records.model import ACTIVE_ALLERGY, ACTIVE_MEDICATION, ACTIVE_PROBLEM

# Earlier values of a test that a trend shows beside the latest.
_EARLIER: Final = 3
_FLAGS: Final = {
    "high": "HIGH", "low": "LOW", "high-critical": "HIGH, critical", "low-critical": "LOW, critical", "abnormal": "ABNORMAL",
}  # fmt: skip
_STYLE: Final = """
@page{size:A4;margin:16mm}
body{font:11pt/1.4 system-ui,"Segoe UI",Roboto,sans-serif;color:#111;max-width:190mm;margin:0 auto;padding:8mm}
h1{font-size:17pt;margin:0 0 2mm}h2{font-size:12.5pt;margin:6mm 0 1.5mm;border-bottom:.4mm solid #444;padding-bottom:.5mm}
p{margin:0 0 2mm}ul{margin:0;padding-left:5mm}li{margin:0 0 1mm;break-inside:avoid}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:1mm 2mm;border-bottom:.2mm solid #999}
tr{break-inside:avoid}thead{display:table-header-group}th{font-weight:600}
td:nth-child(-n+4):not(:first-child){white-space:nowrap}
.flag{font-weight:700}.small{font-size:9pt;color:#333}.left{border:.5mm solid #111;padding:3mm;margin-top:6mm;break-inside:avoid}
.patient{font-size:14pt;line-height:1.5}.patient h2{font-size:15pt}
@media print{body{padding:0;max-width:none}}
"""


def ward_page(summary: Mapping[str, Any]) -> str:
    """The page of a ward: problems, medicines, allergies, abnormal results with their course, gaps, and what is left out."""
    rows = _trends(summary)
    body = [
        _list("Active problems", [_problem(row) for row in _active(summary["problems"], ACTIVE_PROBLEM)]),
        _list("Medicines", [_medicine(row) for row in _active(summary["medications"], ACTIVE_MEDICATION)]),
        _list("Allergies", [_allergy(row) for row in _active(summary["allergies"], ACTIVE_ALLERGY)]),
        *_results(rows),
        _list("Care gaps", [f"{row['text']} ({row['source']['quote']})" for row in summary["gaps"]]),
        _list("The record denies", [row["text"] for row in summary["denials"]]),
        _list("Statements that cannot both hold", [row["text"] for row in summary["conflicts"]]),
    ]
    narrative = " ".join(sentence["text"] for sentence in summary["narrative"])
    left = omitted(summary, body)
    note = f"Reading grade of the summary in sentences: {grade(narrative):g} (Flesch-Kincaid)." if narrative else ""
    return _page(
        f"Summary {summary['patient_id']}", [*_person(summary), *body, _left_out(left, summary), _small(note)], ""
    )


def patient_page(summary: Mapping[str, Any], words: PlainWords) -> str:
    """The page for the patient: the same facts in approved plain words, beside the record's own."""
    problems = [_plain(row["text"], words.problem(row["text"])) for row in _active(summary["problems"], ACTIVE_PROBLEM)]
    medicines = [
        _plain(row["text"], words.medicine(row["text"]), row.get("dose", ""))
        for row in _active(summary["medications"], ACTIVE_MEDICATION)
    ]
    allergies = [_allergy(row) for row in _active(summary["allergies"], ACTIVE_ALLERGY)]
    results = [_plain_result(row, words) for row in abnormal(summary)]
    body = [
        _list("What you have", problems), _list("Your medicines", medicines),
        _list("What you must not be given", allergies), _list("Results that are out of the usual range", results),
    ]  # fmt: skip
    said = " ".join([*problems, *medicines, *allergies, *results])
    about = (
        f"In plain words that were approved by: {words.approved_by}, {words.approved_on}." if words.approved_by else ""
    )
    close = [
        "<p>Ask your doctor or nurse about anything that you do not understand. Do not change a medicine because of this page.</p>",
        _left_out(omitted(summary, body), summary),
        _small(f"{about} Reading grade: {grade(said):g} (Flesch-Kincaid; most people read well up to 6)."),
    ]
    return _page("Your health record in plain words", [*_person(summary), *body, *close], "patient")


# ---------------------------------------------------------------- parts


def _page(title: str, parts: Iterable[str], kind: str) -> str:
    inner = "\n".join(filter(None, parts))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f'<body class="{kind}"><main><h1>{escape(title)}</h1>\n{inner}\n</main></body></html>\n'
    )


def _person(summary: Mapping[str, Any]) -> list[str]:
    patient = summary["patient"]
    said = [patient.get("name", ""), patient.get("sex", ""), f"born {patient['born']}" if patient.get("born") else ""]
    policy = summary.get("policy", {})
    told = f"As of {summary['as_of']}, under policy {policy.get('id', '?')} {policy.get('version', '')}."
    return [f"<p>{escape(', '.join(filter(None, said)))}</p>", _small(told)]


def _list(title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    return f"<h2>{escape(title)}</h2><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _small(text: str) -> str:
    return f'<p class="small">{escape(text.strip())}</p>' if text.strip() else ""


def _active(rows: Sequence[Mapping[str, Any]], statuses: frozenset[str]) -> list[Mapping[str, Any]]:
    """Those that count now, and those whose status the record does not settle."""
    return [
        row
        for row in rows
        if row.get("status", "") in statuses | {"unknown", "recorded", "noted", ""} and not row.get("negated")
    ]


def _problem(row: Mapping[str, Any]) -> str:
    return _with(row["text"], f"since {row['onset']}" if row.get("onset") else "", _unsure(row))


def _medicine(row: Mapping[str, Any]) -> str:
    said = f"{row['text']}, {row['dose']}" if row.get("dose") else row["text"]
    return _with(
        said,
        f"since {row['start']}" if row.get("start") else "",
        row["status"] if row.get("status") == "on-hold" else "",
    )


def _allergy(row: Mapping[str, Any]) -> str:
    return _with(row["text"], f"reaction: {row['reaction']}" if row.get("reaction") else "", _unsure(row))


def _unsure(row: Mapping[str, Any]) -> str:
    unsure = str(row.get("verification", ""))
    return "" if unsure == "confirmed" else unsure


def _with(text: str, *more: str) -> str:
    said = "; ".join(filter(None, more))
    return f"{text} ({said})" if said else text


def _value(row: Mapping[str, Any]) -> str:
    return f"{rounded(row['value'], row.get('range'))} {row['unit']}".strip()


def _trends(summary: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """The latest result of each test and unit with those before it, newest first; abnormal ones before the others."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in summary["results"]:
        groups.setdefault((row["text"].casefold(), row["unit"]), []).append(row)
    found = []
    for rows in groups.values():
        ordered = sorted(rows, key=lambda row: row["date"], reverse=True)
        found.append((ordered[0], ordered[1 : 1 + _EARLIER]))
    return sorted(found, key=lambda pair: (pair[0]["flag"] not in _FLAGS, pair[0]["text"]))


def _results(rows: Sequence[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]) -> list[str]:
    if not rows:
        return []
    cells = [_cells(latest, earlier) for latest, earlier in rows]
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Test", "Latest", "Mark", "Range", "Before that"))
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return [f"<h2>Results</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"]


def _cells(latest: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> str:
    """A row of the table of results."""
    span, trend = latest.get("range", {}), latest.get("trend") or {}
    limits = span.get("text") or _span(rounded(span.get("low", "")), rounded(span.get("high", "")))
    mark = _FLAGS.get(latest["flag"], "") + (" (house range)" if latest.get("flag_by") == "pack" else "")
    course = "; ".join(_dated(row) for row in earlier)
    moved = f"{trend['direction']}: {course}" if trend.get("direction") and course else course
    shown = (latest["text"], _dated(latest), mark, limits, moved)
    return "".join(f"<td{' class=flag' if n == 2 else ''}>{escape(str(cell))}</td>" for n, cell in enumerate(shown))


def _dated(row: Mapping[str, Any]) -> str:
    return f"{_value(row)} on {row['date'] or 'an unknown day'}"


def _span(low: str, high: str) -> str:
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less" if high else ""


def _plain(text: str, phrase: str, more: str = "") -> str:
    said = f"{text}: {phrase}." if phrase else f"{text}."
    return f"{said} How to take it: {more}." if more else said


def _plain_result(row: Mapping[str, Any], words: PlainWords) -> str:
    about = words.test(row["text"])
    side = {"high": "higher than usual", "low": "lower than usual"}.get(str(row["flag"]).split("-")[0], "not as usual")
    named = f"{row['text']} ({about})" if about else row["text"]
    return f"{named}: {_value(row)} on {row['date'] or 'an unknown day'}. This is {side}."


def _left_out(left: Sequence[Item], summary: Mapping[str, Any]) -> str:
    """What a reader must know that this page does not say, and why a thing may be missing."""
    said = [f"{item.kind}: {item.text} ({item.resource})" for item in left]
    if summary["absent"]:
        said.append(
            f"The record says nothing about: {', '.join(summary['absent'])}. That is not the same as that there is nothing."
        )
    held = ", ".join(f"{count} labelled {label}" for label, count in summary["withheld"].items())
    if held:
        said.append(f"Held back by the policy: {held}.")
    if summary["excluded"]:
        said.append(f"Left out as no facts: {len(summary['excluded'])} entries of the record.")
    if summary["unread"]:
        said.append(f"In the record and not read: {len(summary['unread'])} entries.")
    if not said:
        checked = (
            "Checked: every active problem, medicine and allergy and every abnormal latest result stands on this page."
        )
        return _small(checked)
    return f'<div class="left"><strong>Not on this page</strong><ul>{"".join(f"<li>{escape(one)}</li>" for one in said)}</ul></div>'
