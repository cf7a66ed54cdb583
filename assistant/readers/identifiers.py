"""Which named field of a record identifies a person: column headers and JSON keys to the entities of the redaction policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# Field names as forms, spreadsheets and exports spell them, without blanks, marks and case.
_FIELDS: Final[Mapping[str, list[str]]] = {
    "PERSON": (
        "name fullname patientname patient firstname lastname givenname familyname surname middlename forename maidenname "
        "customername customer clientname client contactname contact nextofkin guardian caregiver mothername fathername "
        "mothersmaidenname emergencycontact physician provider doctor clinician author practitioner agent agentname"
    ).split(),
    "MRN": (
        "mrn medicalrecordnumber medicalrecord medicalrecordno recordnumber patientid patientnumber patientno hospitalnumber "
        "chartnumber chartno pid"
    ).split(),
    "DATE_OF_BIRTH": "dob dateofbirth birthdate birthday born".split(),
    "PHONE_NUMBER": (
        "phone phonenumber telephone tel mobile mobilephone cell cellphone homephone workphone fax faxnumber contactnumber"
    ).split(),
    "EMAIL_ADDRESS": "email emailaddress mail contactemail".split(),
    "STREET_ADDRESS": (
        "address streetaddress street address1 address2 addressline1 addressline2 homeaddress mailingaddress"
    ).split(),
    "ZIP_CODE": "zip zipcode postcode postalcode".split(),
    "US_SSN": "ssn socialsecuritynumber socialsecurity socialsecurityno".split(),
    "NATIONAL_ID": "nationalid nhsnumber nhsno nationalidnumber taxid".split(),
    "HEALTH_PLAN_ID": (
        "insuranceid insurancenumber memberid membernumber policynumber healthplanid healthinsuranceid subscriberid medicareid "
        "medicaidid beneficiaryid"
    ).split(),
    "ACCOUNT_NUMBER": "account accountnumber accountid accountno customerid customernumber clientid".split(),
    "CREDIT_CARD": "creditcard creditcardnumber cardnumber".split(),
    "IBAN_CODE": "iban".split(),
    "US_DRIVER_LICENSE": "driverslicense driverlicense licensenumber driverslicensenumber driverlicensenumber".split(),
    "US_PASSPORT": "passport passportnumber passportno".split(),
    "IP_ADDRESS": "ip ipaddress".split(),
    "USERNAME": "username userid login".split(),
    "LOCATION": "city town village suburb municipality county district hometown placeofbirth birthplace cityofbirth".split(),
}  # fmt: skip
_ENTITY: Final = {name: entity for entity, names in _FIELDS.items() for name in names}
_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def entity_of(field: str) -> str:
    """The entity that a field of this name holds, '' where it identifies nobody: "Date of birth" is DATE_OF_BIRTH."""
    return _ENTITY.get(_PLAIN.sub("", field.lower()), "")


# What makes a file one of persons: without any of these a town is that of a shop or a delivery zone.
_PERSONS: Final = frozenset({"PERSON", "MRN", "DATE_OF_BIRTH", "US_SSN", "NATIONAL_ID", "HEALTH_PLAN_ID"})
_PLACE: Final = "LOCATION"


class Known:
    """Collects identifiers found by field."""

    def __init__(self) -> None:
        self._noted: dict[str, set[str]] = {}

    @property
    def fields(self) -> dict[str, set[str]]:
        """Values by entity; places only beside something that says whose they are."""
        persons = not _PERSONS.isdisjoint(self._noted)
        return {entity: values for entity, values in self._noted.items() if persons or entity != _PLACE}

    def note(self, entity: str, value: str) -> None:
        """Remember one value; an empty one or an unknown entity is passed over."""
        if entity and value.strip():
            self._noted.setdefault(entity, set()).add(value.strip())
