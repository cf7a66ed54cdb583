"""Named fields out of summaries: which row of which section, and which of its values, each with the resource behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.charts.rows import ListSection, SummaryJson
from assistant.charts.rules import spoken
from assistant.errors import UsageError
from assistant.formats.yamlfile import read_yaml, validate

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
Section = Literal["patient", ListSection, "gaps"]
# What a row of each section may say: `summary.py` writes these.
GIVES: Final[dict[str, frozenset[str]]] = {
    section: frozenset(f"text status resource codes {more}".split())
    for section, more in {
        "problems": "onset ended verification severity",
        "medications": "dose start end kind intent reason",
        "allergies": "negated reaction criticality recorded verification",
        "results": "value unit date flag time range flag_by flag_source trend",
        "encounters": "start end kind reason",
        "procedures": "date",
        "immunizations": "date",
        "notes": "date",
        "gaps": "rule last resources source",
    }.items()
} | {"patient": frozenset("name sex born died resource".split())}
_ORDER: Final = ("date", "start", "onset", "recorded", "last")


class FieldSpec(BaseModel):
    """One field. From records: `from` a section, rows that fit `match` (words in the text) or `codes` and `status`, which of
    them (`take`), and what of it (`give`). From texts: `ask` a question, answered through the gate.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Name
    section: Section | None = Field(default=None, alias="from")
    match: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    codes: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    take: Literal["latest", "first", "all", "count"] = "latest"
    give: Annotated[str, Field(pattern=r"^[a-z_]+$")] = "text"
    ask: Annotated[str, Field(min_length=3, max_length=2000)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> FieldSpec:
        if (self.section is None) == (self.ask is None):
            raise ValueError("a field has either 'from' or 'ask'")
        if self.section is not None and self.take != "count" and self.give not in GIVES[self.section]:
            # A misspelt key would be an empty column that nobody asks about.
            raise ValueError(
                f"{self.section} have no '{self.give}': give one of {', '.join(sorted(GIVES[self.section]))}"
            )
        return self


class FieldFile(BaseModel):
    """A file of fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    fields: Annotated[tuple[FieldSpec, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _distinct(self) -> FieldFile:
        names = [spec.name for spec in self.fields]
        if len(set(names)) != len(names):
            raise ValueError("two fields have the same name")
        return self


def load_fields(path: Path) -> tuple[FieldSpec, ...]:
    """The fields of a file (YAML, so also JSON). Raises UsageError with file and line."""
    return validate(read_yaml(path, UsageError), FieldFile, UsageError).fields


def taken(summary: SummaryJson, fields: Sequence[FieldSpec]) -> dict[str, object]:
    """The fields of one summary: `value` (None where the record does not say), and the citations of it."""
    found = {spec.name: _taken(summary, spec, spec.section) for spec in fields if spec.section is not None}
    return {"patient_id": summary["patient_id"], "fields": found}


def _taken(summary: SummaryJson, spec: FieldSpec, section: Section) -> dict[str, object]:
    rows = [row for row in _rows(summary, section) if _fits(row, spec)]
    if spec.take == "count":
        return {"value": len(rows), "citations": [_citation(row) for row in rows]}
    rows.sort(key=lambda row: next((str(row[key]) for key in _ORDER if row.get(key)), ""))
    if spec.take != "all":
        rows = rows[-1:] if spec.take == "latest" else rows[:1]
    values = [_value(row, spec.give) for row in rows]
    value: object = values if spec.take == "all" else next(iter(values), None)
    return {"value": value, "citations": [] if value is None else [_citation(row) for row in rows]}


def _rows(summary: SummaryJson, section: Section) -> list[Mapping[str, object]]:
    if section == "patient":
        return [summary["patient"]]
    return list(summary[section])


def _fits(row: Mapping[str, object], spec: FieldSpec) -> bool:
    if row.get("negated") and (spec.match or spec.codes):
        # "No known allergy (penicillin)" is no penicillin allergy.
        return False
    if spec.status and row.get("status") not in spec.status:
        return False
    if not spec.match and not spec.codes:
        return True
    text = str(row.get("text", ""))
    codes = row.get("codes")
    given = {str(code).rpartition("|")[2] for code in codes} if isinstance(codes, list) else set()
    given.add(str(row.get("rule", "")))
    return bool(given & set(spec.codes)) or any(spoken(word.lower(), text) for word in spec.match)


def _value(row: Mapping[str, object], give: str) -> object:
    value = row.get(give)
    if give == "value" and row.get("unit") and value is not None:
        return {"value": value, "unit": row["unit"]}
    return None if value == "" else value


def _citation(row: Mapping[str, object]) -> dict[str, object]:
    return {"resource": row.get("resource", ""), "text": row.get("text", "")}
