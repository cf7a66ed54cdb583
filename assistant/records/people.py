"""Who a record knows by field, in every format: kinds of identifiers, and the forms in which a name may stand in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from assistant.records.fhir.values import as_list, string

# An identifier's type code (HL7 table 0203) to the entity it is.
IDENTIFIERS: Final = {
    "MR": "MRN", "PI": "MRN", "PT": "MRN", "MRN": "MRN", "SS": "US_SSN", "SB": "US_SSN", "DL": "US_DRIVER_LICENSE",
    "PPN": "US_PASSPORT", "NH": "NATIONAL_ID", "NI": "NATIONAL_ID", "NIIP": "HEALTH_PLAN_ID", "MB": "HEALTH_PLAN_ID",
    "MC": "HEALTH_PLAN_ID", "MA": "HEALTH_PLAN_ID", "AN": "ACCOUNT_NUMBER", "NPI": "NPI",
}  # fmt: skip


def name_forms(name: Mapping[str, Any]) -> Iterator[str]:
    """A person's name as records write it: whole, without prefix, family name first, and the family name alone.

    `name` has FHIR's keys: text, family, given, prefix.
    """
    given = [str(part) for part in as_list(name.get("given")) if part]
    family = string(name, "family")
    prefix = [str(part) for part in as_list(name.get("prefix")) if part]
    yield string(name, "text")
    yield " ".join([*prefix, *given, family])
    yield " ".join([*given, family])
    if given and family:
        yield f"{given[0]} {family}"
        yield f"{family}, {given[0]}"
    yield family
    yield from (part for part in given if len(part) > 2)
