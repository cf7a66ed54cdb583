"""What a C-CDA substance administration orders, as a FHIR Dosage, read from the standard with code of its own: nothing of the
assistant is imported. `check_doses` holds a text against it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from typing import Any, Final

CDA: Final = "{urn:hl7-org:v3}"
TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def dosage_of(administration: ET.Element) -> dict[str, Any]:
    """Everything that an administration orders."""
    found: dict[str, Any] = {"doseAndRate": [_amounts(administration)]}
    repeat: dict[str, Any] = {}
    for time in administration.findall(f"{CDA}effectiveTime"):
        for part in time.findall(f"{CDA}comp") or [time]:
            _add_time(repeat, part)
    found["timing"] = {"repeat": repeat}
    route = administration.find(f"{CDA}routeCode")
    if route is not None:
        found["route"] = {"text": route.get("displayName", "")}
    for condition in administration.findall(f"{CDA}precondition/{CDA}criterion/{CDA}value"):
        found["asNeededCodeableConcept"] = {"text": condition.get("displayName", "")}
    most = administration.find(f"{CDA}maxDoseQuantity")
    if most is not None:
        above, below = most.find(f"{CDA}numerator"), most.find(f"{CDA}denominator")
        assert above is not None and below is not None
        found["maxDosePerPeriod"] = {"numerator": dict(above.attrib), "denominator": dict(below.attrib)}
    told = administration.findall(f"{CDA}entryRelationship/{CDA}act[@moodCode='INT']/{CDA}text")
    found["additionalInstruction"] = [{"text": text.text or ""} for text in told]
    return found


def _amounts(administration: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    dose, rate = administration.find(f"{CDA}doseQuantity"), administration.find(f"{CDA}rateQuantity")
    form = administration.find(f"{CDA}administrationUnitCode")
    unit = form.get("displayName", "") if form is not None else ""
    if dose is not None and dose.get("value"):
        found["doseQuantity"] = {"value": dose.get("value"), "unit": dose.get("unit") or unit}
    elif dose is not None:
        low, high = dose.find(f"{CDA}low"), dose.find(f"{CDA}high")
        assert low is not None and high is not None
        ends = {"low": low, "high": high}
        found["doseRange"] = {
            name: {"value": end.get("value"), "unit": end.get("unit") or unit} for name, end in ends.items()
        }
    if rate is not None:
        found["rateQuantity"] = {"value": rate.get("value"), "unit": rate.get("unit")}
    return found


def _add_time(repeat: dict[str, Any], time: ET.Element) -> None:
    """Add what one time of an administration says."""
    kind = time.get(TYPE)
    if kind == "EIVL_TS":
        event, offset = time.find(f"{CDA}event"), time.find(f"{CDA}offset/{CDA}low")
        repeat.setdefault("when", []).append(event.get("code") if event is not None else "")
        if offset is not None:
            repeat["offset"] = offset.get("value")
    elif kind == "PIVL_TS":
        _add_period(repeat, time)
    elif (width := time.find(f"{CDA}width")) is not None:
        repeat["boundsDuration"] = {"value": width.get("value"), "code": width.get("unit")}


def _add_period(repeat: dict[str, Any], time: ET.Element) -> None:
    period, phase = time.find(f"{CDA}period"), time.find(f"{CDA}phase")
    assert period is not None
    low, high = period.find(f"{CDA}low"), period.find(f"{CDA}high")
    if low is not None and high is not None:
        repeat |= {
            "frequency": 1,
            "period": low.get("value"),
            "periodMax": high.get("value"),
            "periodUnit": low.get("unit"),
        }
    elif time.get("institutionSpecified") == "true":
        # Every 12 hours at the times of the house is twice a day.
        repeat |= {"frequency": 24 // int(period.get("value", "1")), "period": "1", "periodUnit": "d"}
    else:
        often = repeat.get("frequency", 0) + 1 if "timeOfDay" in repeat else 1
        repeat |= {"frequency": often, "period": period.get("value"), "periodUnit": period.get("unit")}
    if phase is None:
        return
    start = phase.find(f"{CDA}low")
    stamp = phase.get("value") or (start.get("value", "") if start is not None else "")
    if time.get("alignment") == "DW":
        repeat.setdefault("dayOfWeek", []).append(WEEK[date.fromisoformat(stamp[:8]).weekday()])
    elif len(stamp) >= 12:
        repeat.setdefault("timeOfDay", []).append(f"{stamp[8:10]}:{stamp[10:12]}")
