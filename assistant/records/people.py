"""Who a record knows by field, in every format: kinds of identifiers, and the forms in which a name may stand in a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# HL7 table 0203, which v2, v3 and FHIR share: an identifier's type code to the entity it is.
IDENTIFIERS: Final = {
    "MR": "MRN", "PI": "MRN", "PT": "MRN", "MRN": "MRN", "SS": "US_SSN", "SB": "US_SSN", "DL": "US_DRIVER_LICENSE",
    "PPN": "US_PASSPORT", "NH": "NATIONAL_ID", "NI": "NATIONAL_ID", "NIIP": "HEALTH_PLAN_ID", "MB": "HEALTH_PLAN_ID",
    "MC": "HEALTH_PLAN_ID", "MA": "HEALTH_PLAN_ID", "AN": "ACCOUNT_NUMBER", "NPI": "NPI",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name by its parts; `text`: the name as the record writes it in one piece."""

    family: str = ""
    given: tuple[str, ...] = ()
    prefix: str = ""
    text: str = ""

    @property
    def whole(self) -> str:
        """The name as it is said: prefix, given names, family name; else the text of it."""
        return " ".join(" ".join((self.prefix, *self.given, self.family)).split()) or self.text

    @property
    def plain(self) -> str:
        """The name without its prefix."""
        return " ".join(" ".join((*self.given, self.family)).split()) or self.text


def name_forms(name: Name) -> Iterator[str]:
    """A name as records write it: whole, without prefix, family name first, and its parts alone."""
    yield name.text
    yield name.whole
    yield name.plain
    if name.given and name.family:
        yield f"{name.given[0]} {name.family}"
        yield f"{name.family}, {name.given[0]}"
    yield name.family
    # Two letters are as often a word; in a whole name they are found all the same.
    yield from (part for given in name.given for part in dict.fromkeys((given, *given.split())) if len(part) > 2)
