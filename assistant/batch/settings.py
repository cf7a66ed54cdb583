"""What a run is made with; workers get it whole, and a stopped run goes on only under the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from assistant.charts.fields import FieldSpec
from assistant.records import security
from assistant.records.part import Part

# Raised when summaries of the same record would come out otherwise: a stopped run of another version is not gone on with.
VERSION: Final = 1
FORMATS: Final = ("json", "md", "fhir", "ward", "patient")


@dataclass(frozen=True, slots=True)
class Settings:
    """Policy, pack and form of a run. `roles` are those of the person who started it; `as_of` is an ISO day. Where `fields`
    are given, these are taken from each record instead of a summary.
    """

    policy: str
    policy_sha256: str
    domain: str
    roles: tuple[str, ...]
    narrative: str
    as_of: str
    formats: tuple[str, ...] = ("json", "md")
    engine: str = "llamacpp"
    model: str = ""
    fields: tuple[FieldSpec, ...] = ()
    version: int = VERSION

    def fingerprint(self) -> str:
        """A digest that differs where summaries may, also by the tables of what is held back."""
        made_with = [asdict(self), security.digest()]
        return hashlib.sha256(
            json.dumps(made_with, sort_keys=True, default=lambda spec: spec.model_dump()).encode()
        ).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Scan:
    """A piece of planning: one file, or all files of a bulk export together."""

    paths: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One patient's work: his parts, and the name that his files get. `note` goes to the manifest."""

    patient_id: str
    name: str
    parts: tuple[Part, ...]
    note: str = ""

    @property
    def digest(self) -> str:
        """Over all that the summary is made from."""
        return hashlib.sha256("\0".join(part.digest for part in self.parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """A finished summary: file ending -> bytes, and figures for the manifest."""

    files: dict[str, bytes]
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is none: words for people, without any of the record's."""

    reason: str
    remedy: str = ""
