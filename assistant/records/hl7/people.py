"""Who an HL7 v2 segment speaks of: numbers, names, addresses and contacts by field (HL7 v2.5.1, chapters 3, 4, 6, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from assistant.records.hl7.message import Segment
from assistant.records.hl7.timestamps import iso, moment
from assistant.records.people import IDENTIFIERS, Name, name_forms

# Segment to fields that hold names (XPN), persons with a number before the name (XCN), addresses, phones.
_NAMES: Final = {
    "PID": (5, 6, 9),
    "NK1": (2, 26, 30),
    "GT1": (3, 4, 45),
    "IN1": (6, 16),
    "IN2": (7, 40),
    "MRG": (7,),
    "STF": (3,),
}
_STAFF: Final = {
    "PV1": (7, 8, 9, 17, 52), "PV2": (13,), "OBR": (10, 16, 28, 32, 33, 34, 35), "OBX": (16, 25), "TXA": (5, 9, 10, 11, 22, 23),
    "DG1": (16,), "PR1": (8, 11, 12), "ORC": (10, 11, 12, 19), "EVN": (5,), "RXA": (10,), "RXE": (13, 14), "RXO": (14, 15),
    "RXD": (10,), "RXG": (18,), "PD1": (4,), "ROL": (4,), "SCH": (12, 16, 20), "AIP": (3,), "IAM": (14, 18), "ACC": (7,),
    "FT1": (20, 21, 24), "NTE": (5,),
}  # fmt: skip
# OBR-32 to 35 (NDL) hold the person as subcomponents of their first component.
_NESTED: Final = frozenset({("OBR", 32), ("OBR", 33), ("OBR", 34), ("OBR", 35)})
_ADDRESSES: Final = {"PID": (11,), "NK1": (4, 32), "GT1": (5,), "IN1": (5, 19), "IN2": (), "ORC": (24,), "STF": (11,)}
_PHONES: Final = {
    "PID": (13, 14, 40),
    "NK1": (5, 6, 31),
    "GT1": (6, 7, 46),
    "IN2": (63,),
    "ORC": (14, 23),
    "OBR": (17,),
    "STF": (10,),
}
_BIRTHS: Final = {"PID": (7,), "NK1": (16,), "GT1": (8,), "IN1": (18,), "STF": (6,)}
_NUMBERS: Final = {
    "PID": ((2, "MRN"), (4, "MRN"), (18, "ACCOUNT_NUMBER"), (19, "US_SSN"), (20, "US_DRIVER_LICENSE"), (21, "MRN")),
    "MRG": ((1, "MRN"), (2, "MRN"), (3, "ACCOUNT_NUMBER"), (4, "MRN")),
    "PV1": ((19, "ACCOUNT_NUMBER"), (50, "ACCOUNT_NUMBER")),
    "IN1": ((36, "HEALTH_PLAN_ID"), (49, "HEALTH_PLAN_ID")),
    "IN2": ((1, "HEALTH_PLAN_ID"), (2, "US_SSN"), (6, "HEALTH_PLAN_ID"), (8, "HEALTH_PLAN_ID")),
    "GT1": ((2, "ACCOUNT_NUMBER"), (12, "US_SSN")),
    "NK1": ((33, "MRN"), (37, "US_SSN")),
}  # fmt: skip
# Table 0200: names that are not the one a person goes by.
_OTHER_NAMES: Final = frozenset("A B BAD C F I K M MSK N NAV NB NOUSE P R S T TEMP U".split())
# Table 0203: numbers that the state or an insurer gives; a hospital's file is called by its own.
_FOREIGN: Final = frozenset("SS DL PPN NPI NH NI NIIP MB MC MA AN TAX PRN".split())


def patient_of(pid: Segment) -> str:
    """The number that the hospital calls the patient by: of PID-3 a medical record number, else the first of its own."""
    types = [(pid.part(3, 5, n).upper(), pid.part(3, 1, n)) for n in range(pid.repeats(3))]
    own = [(kind, number) for kind, number in types if number and kind not in _FOREIGN]
    for wanted in ("MR", "PI", "PT"):
        if found := next((number for kind, number in own if kind == wanted), ""):
            return found
    return own[0][1] if own else pid.part(2)


def name_at(segment: Segment, at: int, family: int = 1, repeat: int = 0, *, sub: bool = False) -> Name:
    """A name field: XPN, XCN or XTN-like persons with a number before the name (`family` 2), NDL persons (`sub`)."""

    def part(n: int) -> str:
        return segment.part(at, 1, repeat, sub=n) if sub else segment.part(at, n, repeat)

    given = tuple(filter(None, (part(family + 1), part(family + 2))))
    return Name(part(family), given, part(family + 4))


def shown_name(segment: Segment, at: int, family: int = 1) -> str:
    """A name field as it is said: prefix, given names, family name; of several the one that the person goes by."""
    return name_at(segment, at, family, _usual(segment, at) if family == 1 else 0).whole


def usual_name(pid: Segment) -> Name:
    """The name that the patient goes by: the legal one, before maiden names and aliases."""
    return name_at(pid, 5, 1, _usual(pid, 5))


def _usual(segment: Segment, at: int) -> int:
    kinds = [segment.part(at, 7, n).upper() for n in range(segment.repeats(at))]
    if "L" in kinds:
        return kinds.index("L")
    return next((n for n, kind in enumerate(kinds) if kind not in _OTHER_NAMES), 0)


def address_words(segment: Segment, at: int, repeat: int = 0) -> str:
    """An address (XAD) on one line."""
    return ", ".join(part for n in (1, 2, 3, 4, 5) if (part := segment.part(at, n, repeat)))


def phone_words(segment: Segment, at: int, repeat: int = 0) -> str:
    """A number or address of contact (XTN), as far as the sender writes it in one piece or in parts."""
    whole = segment.part(at, 1, repeat) or segment.part(at, 12, repeat) or segment.part(at, 4, repeat)
    return whole or " ".join(part for n in (5, 6, 7) if (part := segment.part(at, n, repeat)))


def identity_of(pid: Segment) -> tuple[str, str, str]:
    """What tells two people apart who carry the same number: birth date, sex, family name."""
    return iso(pid.part(7))[:10], pid.part(8).upper(), usual_name(pid).family.lower()


def identifiers(segment: Segment) -> Iterator[tuple[str, str]]:
    """Entity and value of every field of a segment that identifies a person, as HL7 v2.5.1 defines the fields."""
    name = segment.name
    if name == "PID":
        for n in range(segment.repeats(3)):
            yield IDENTIFIERS.get(segment.part(3, 5, n), "MRN"), segment.part(3, 1, n)
    for at, entity in _NUMBERS.get(name, ()):
        yield from ((entity, value) for value in segment.parts(at))
    yield from _names(segment)
    for at in _ADDRESSES.get(name, ()):
        yield from address_identifiers(segment, at)
    for at in _PHONES.get(name, ()):
        yield from phone_identifiers(segment, at)
    for at in _BIRTHS.get(name, ()):
        stamp = segment.part(at)
        yield "DATE_OF_BIRTH", stamp
        yield "DATE_OF_BIRTH", moment(stamp)
    if name == "OBX":
        yield from _values(segment)


def _names(segment: Segment) -> Iterator[tuple[str, str]]:
    for at in _NAMES.get(segment.name, ()):
        yield from named(segment, at)
    for at in _STAFF.get(segment.name, ()):
        yield from named(segment, at, 2, sub=(segment.name, at) in _NESTED)


def named(segment: Segment, at: int, family: int = 1, *, sub: bool = False) -> Iterator[tuple[str, str]]:
    """All forms of all names of a field."""
    for n in range(segment.repeats(at)):
        yield from (("PERSON", form) for form in name_forms(name_at(segment, at, family, n, sub=sub)))


def address_identifiers(segment: Segment, at: int) -> Iterator[tuple[str, str]]:
    """Streets, towns and post codes of an address field."""
    for n in range(segment.repeats(at)):
        yield "STREET_ADDRESS", segment.part(at, 1, n)
        yield "STREET_ADDRESS", segment.part(at, 2, n)
        yield "LOCATION", segment.part(at, 3, n)
        yield "ZIP_CODE", segment.part(at, 5, n)


def phone_identifiers(segment: Segment, at: int) -> Iterator[tuple[str, str]]:
    """Phone numbers and electronic addresses of a contact field; old senders write the address into its first part."""
    for n in range(segment.repeats(at)):
        first = segment.part(at, 1, n)
        yield "EMAIL_ADDRESS" if "@" in first else "PHONE_NUMBER", first
        yield "PHONE_NUMBER", segment.part(at, 12, n)
        yield "EMAIL_ADDRESS", segment.part(at, 4, n)
        if not first and segment.part(at, 7, n):
            yield "PHONE_NUMBER", phone_words(segment, at, n)
            yield "PHONE_NUMBER", segment.part(at, 7, n)


def _values(obx: Segment) -> Iterator[tuple[str, str]]:
    """Persons, addresses and contacts that a result holds as its value."""
    kind = obx.part(2)
    if kind in ("XPN", "PN"):
        yield from named(obx, 5)
    elif kind in ("XCN", "CN", "PPN"):
        yield from named(obx, 5, 2)
    elif kind in ("XAD", "AD"):
        yield from address_identifiers(obx, 5)
    elif kind in ("XTN", "TN"):
        yield from phone_identifiers(obx, 5)


def known(segments: Iterable[Segment]) -> dict[str, tuple[str, ...]]:
    """All identifiers of some segments by entity, each once, in the order of the fields."""
    found: dict[str, dict[str, None]] = {}
    for segment in segments:
        for entity, value in identifiers(segment):
            if value.strip():
                found.setdefault(entity, {})[value.strip()] = None
    return {entity: tuple(values) for entity, values in found.items()}
