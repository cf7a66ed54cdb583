"""What a worker does, in a process of its own or on another machine: scan a file, summarize a patient. It holds no key and
opens no vault; whatever goes wrong with one record is that record's failure.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from assistant.batch.settings import Failed, Made, Scan, Settings, Unit
from assistant.charts import composition, markdown, ward
from assistant.charts.fields import taken
from assistant.charts.plain_words import plain_words
from assistant.charts.rows import Origin, SummaryJson
from assistant.charts.rules import load_rules
from assistant.charts.summary import summarize
from assistant.charts.veil import Veil
from assistant.errors import AssistantError
from assistant.packs.pack import load_pack
from assistant.policy.model import load_policy
from assistant.records.fhir import bulk
from assistant.records.model import (
    Allergy,
    Chart,
    Denial,
    Encounter,
    Excluded,
    Immunization,
    Medication,
    Note,
    Person,
    Problem,
    Procedure,
    Result,
    Unread,
)
from assistant.records.part import Part
from assistant.records.sources import Opened, load, scan
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.batch.phrase import Phrased, Writer
    from assistant.charts.narrative import Sentence
    from assistant.protocols import Redactor

Cited = TypeVar(
    "Cited",
    Problem,
    Medication,
    Allergy,
    Result,
    Encounter,
    Procedure,
    Immunization,
    Note,
    Denial,
    Unread,
    Excluded,
    Person,
)
Counted = Literal["problems", "medications", "allergies", "results", "gaps", "narrative"]
_COUNTED: Final[tuple[Counted, ...]] = ("problems", "medications", "allergies", "results", "gaps", "narrative")

Task = Scan | Unit
Outcome = list[Part] | Made | Failed


class Worker:
    """Everything that is loaded once: policy, pack, rules, and the redactor or writer where the policy needs them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.policy = load_policy(_path_or_name(settings.policy))
        if self.policy.sha256 != settings.policy_sha256:
            raise AssistantError(
                "the policy file differs from the one the run began with", remedy="use one file everywhere"
            )
        self.pack = load_pack(_path_or_name(settings.domain))
        self.rules = load_rules(self.pack)
        self.words = plain_words(self.pack)
        self.principal = Principal("batch", frozenset(settings.roles))
        self.as_of = date.fromisoformat(settings.as_of)
        self._redactor: Redactor | None = None
        self._opened = Opened()
        records = self.policy.records
        self._veil = Veil(records, None if records.identifiers == records.dates == "show" else self.redactor)
        self._writer: Writer | None = None

    @property
    def redactor(self) -> Redactor:
        """The pack's redactor; pseudonyms are not used here, so none are kept."""
        if self._redactor is None:
            from assistant.privacy.redact import build_redactor

            self._redactor = build_redactor(self.pack)
        return self._redactor

    def __call__(self, task: Task) -> Outcome:
        """Do one task; never raises for what a record holds."""
        try:
            return self._scan(task) if isinstance(task, Scan) else self._summarize(task)
        except AssistantError as error:
            line = f" (line {error.line})" if error.line is not None else ""
            return Failed(f"{error.message}{line}", error.remedy)
        except Exception as error:  # noqa: BLE001 - one bad record never stops the run; its words stay out of the reason
            place = traceback.extract_tb(error.__traceback__)[-1]
            return Failed(
                f"unexpected {type(error).__name__} in {Path(place.filename).name}:{place.lineno}", "report it"
            )

    @staticmethod
    def _scan(task: Scan) -> list[Part]:
        if len(task.paths) > 1 or task.paths[0].lower().endswith((".ndjson", ".jsonl")):
            return bulk.index(task.paths)
        return scan(task.paths[0], task.kind)

    def _summarize(self, unit: Unit) -> Made:
        started = time.perf_counter()
        chart = load(unit.parts[0].patient_id, unit.parts, visible=self._visible, opened=self._opened)
        chart = _renamed(chart, unit.patient_id)
        policy = self.policy.ref
        origin: Origin = {
            "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
            "sources": sorted({part.digest for part in unit.parts}),
        }
        summary = summarize(chart, self.rules, self._veil, self.as_of, origin)
        written = self._phrased(summary.chart, summary.narrative) if self.settings.narrative == "model" else None
        if written is not None:
            summary = written.applied(summary)
        shown = summary.as_json()
        shown["patient_id"] = unit.patient_id
        if self.settings.fields:
            return Made({".fields.json": _json(taken(shown, self.settings.fields))}, {})
        figures: dict[str, object] = {name: len(shown[name]) for name in _COUNTED}
        if written is not None:
            figures["model_sentences"], figures["model_tried"] = written.kept, written.tried
        figures["worker_ms"] = round((time.perf_counter() - started) * 1000, 1)
        return Made(self._files(shown), figures)

    def _visible(self, label: str) -> bool:
        """Whether the person who started the run may see resources with a further label beside the records' own."""
        labels = self.policy.records.labels | ({label} if label else set())
        return self.policy.may_see(self.principal, frozenset(labels))

    def _phrased(self, chart: Chart, narrative: Sequence[Sentence]) -> Phrased:
        if self._writer is None:
            from assistant.batch.phrase import Writer

            self._writer = Writer(self)
        return self._writer.phrase(chart, narrative)

    def _files(self, shown: SummaryJson) -> dict[str, bytes]:
        text = markdown.render(shown)
        files = {".md": text.encode()} if "md" in self.settings.formats else {}
        if "fhir" in self.settings.formats:
            files[".fhir.json"] = _json(composition.bundle(shown, text))
        if "ward" in self.settings.formats:
            files[".ward.html"] = ward.ward_page(shown).encode()
        if "patient" in self.settings.formats:
            files[".patient.html"] = ward.patient_page(shown, self.words).encode()
        if "json" in self.settings.formats:
            # Last: where this file is, the others are.
            files[".json"] = _json(shown)
        return files


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _path_or_name(text: str) -> str | Path:
    return Path(text) if "/" in text else text


def _renamed(chart: Chart, patient_id: str) -> Chart:
    """Where the patient's own number may not stand, his alias stands in the citations of his person too."""
    old, new = f"Patient/{chart.patient_id}", f"Patient/{patient_id}"
    if old == new:
        return chart

    def named(facts: tuple[Cited, ...]) -> tuple[Cited, ...]:
        return tuple(replace(fact, resource=new) if fact.resource == old else fact for fact in facts)

    (person,) = named((chart.person,))
    return replace(
        chart,
        person=person,
        problems=named(chart.problems),
        medications=named(chart.medications),
        allergies=named(chart.allergies),
        results=named(chart.results),
        encounters=named(chart.encounters),
        procedures=named(chart.procedures),
        immunizations=named(chart.immunizations),
        notes=named(chart.notes),
        denials=named(chart.denials),
        unread=named(chart.unread),
        excluded=named(chart.excluded),
    )
