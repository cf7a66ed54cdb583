"""Synthetic C-CDA documents, seeded. Standard library only; the same seed gives the same bytes.

    python tools/make_documents.py --out /path/to/folder --patients 100 --seed 7

A document a patient: problems (active, resolved, inactive, denied), medicines with doses of every form that C-CDA has, allergies or
their denial, results with open intervals, encounters, procedures, vaccines. Names, numbers and addresses are invented.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from make_patients import ALLERGIES, FAMILY, GIVEN, PROBLEMS, PROCEDURES, STREETS, TODAY, VACCINES
from patient_variants import EXTRA_MEDICINES, OTHERS

T: Final = "2.16.840.1.113883.10.20.22.4."
SNOMED, LOINC, RXNORM, CVX = (
    "2.16.840.1.113883.6.96",
    "2.16.840.1.113883.6.1",
    "2.16.840.1.113883.6.88",
    "2.16.840.1.113883.12.292",
)
STATUS: Final = {"active": "55561003", "inactive": "73425007", "resolved": "413322009"}
OBS: Final = '<observation classCode="OBS" moodCode="EVN">'
PIVL: Final = '<effectiveTime xsi:type="PIVL_TS"'
EIVL: Final = '<effectiveTime xsi:type="EIVL_TS" operator="A">'
MADE: Final = "</manufacturedMaterial></manufacturedProduct></consumable>"
FORMS: Final = ("tablet", "capsule", "puff", "drop")
REASONS: Final = ("Pain", "Wheezing", "Nausea")
ADVICE: Final = ("Take with food", "Do not crush")


def code(tag: str, value: str, text: str, system: str = SNOMED) -> str:
    """A coded element."""
    kind = ' xsi:type="CD"' if tag == "value" else ""
    return f'<{tag}{kind} code="{value}" codeSystem="{system}" displayName={quoteattr(text)}/>'


def day(rng: random.Random, youngest: int, oldest: int) -> str:
    """A day as CDA writes it."""
    return f"{TODAY - timedelta(days=rng.randint(youngest, oldest)):%Y%m%d}"


def section(loinc: str, title: str, head: Sequence[str], rows: Sequence[Sequence[str]], entries: Sequence[str]) -> str:
    """A section with its table and its entries; one without rows says that nothing is known."""
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    names = "".join(f"<th>{name}</th>" for name in head)
    table = f"<table><thead><tr>{names}</tr></thead><tbody>{cells}</tbody></table>" if rows else "None recorded"
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    named = f'<code code="{loinc}" codeSystem="{LOINC}"/><title>{title}</title>'
    return f"<component><section>{named}<text>{table}</text>{inside}</section></component>"


def concern(
    number: str,
    text: str,
    snomed: str,
    status: str,
    low: str,
    high: str,
    *,
    denied: bool,
    template: str,
    more: str = "",
) -> str:
    """An act around a problem or an allergy, with its status as an observation."""
    ended = f'<high value="{high}"/>' if high else ""
    negated = ' negationInd="true"' if denied else ""
    state = (
        f'<entryRelationship typeCode="REFR">{OBS}<templateId root="{T}{6 if template == "4" else 28}"/>'
        f'<code code="33999-4"/><statusCode code="completed"/>{code("value", STATUS[status], status.capitalize())}'
        "</observation></entryRelationship>"
    )
    return (
        f'<act classCode="ACT" moodCode="EVN"><statusCode code="{"active" if status == "active" else "completed"}"/>'
        f'<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"{negated}><templateId root="{T}{template}"/>'
        f'<id root="1.2.3" extension="{number}"/><statusCode code="completed"/><effectiveTime><low value="{low}"/>{ended}</effectiveTime>'
        f'{code("value", snomed, text)}{more}{state}</observation></entryRelationship></act>'
    )  # fmt: skip


def problems(rng: random.Random, base: str) -> tuple[str, list[int]]:
    """The problems, and which of the known ones are active."""
    chosen = rng.sample(range(len(PROBLEMS)), rng.randint(1, 4))
    rows, entries, active = [], [], []
    for n, at in enumerate(chosen):
        problem = PROBLEMS[at]
        status = rng.choice(("active", "active", "active", "resolved", "inactive"))
        active += [at] if status == "active" else []
        high = day(rng, 10, 90) if status == "resolved" else ""
        rows.append((problem.text, status))
        entries.append(
            concern(
                f"{base}-p{n}",
                problem.text,
                problem.snomed,
                status,
                day(rng, 400, 4000),
                high,
                denied=False,
                template="4",
            )
        )
    for n, (snomed, text) in enumerate(rng.sample(OTHERS, rng.randint(0, 2)), 20):
        rows.append((text, "denied"))
        entries.append(concern(f"{base}-p{n}", text, snomed, "active", day(rng, 10, 90), "", denied=True, template="4"))
    return section("11450-4", "Problems", ("Problem", "Status"), rows, entries), active


def timing(rng: random.Random) -> str:
    """When a medicine is taken, in one of the ways that C-CDA has for it."""
    n, unit = rng.choice(((6, "h"), (8, "h"), (12, "h"), (1, "d"), (2, "d"), (1, "wk"), (1, "mo")))
    event = rng.choice(("HS", "MORN", "EVE", "ACM", "AC", "PC", "WAKE"))
    monday = "20261102"
    daily = '<{0} xsi:type="PIVL_TS"><phase><low value="20261102{1}00"/></phase><period value="1" unit="d"/></{0}>'
    return rng.choice(
        (
            f'{PIVL} operator="A"><period value="{n}" unit="{unit}"/></effectiveTime>',
            f'{PIVL} operator="A"><period><low value="4" unit="h"/><high value="6" unit="h"/></period></effectiveTime>',
            f'{PIVL} institutionSpecified="true" operator="A"><period value="{rng.choice((6, 8, 12))}" unit="h"/></effectiveTime>',
            f'{EIVL}<event code="{event}"/></effectiveTime>',
            f'{EIVL}<event code="ACM"/><offset><low value="30" unit="min"/></offset></effectiveTime>',
            f'{PIVL} alignment="DW" operator="A"><phase value="{monday}"/><period value="1" unit="wk"/></effectiveTime>',
            f'<effectiveTime xsi:type="SXPR_TS" operator="A">{daily.format("comp", "08")}{daily.format("comp", "20")}</effectiveTime>',
            daily.format("effectiveTime", "09"),
        )
    )  # fmt: skip


def quantity(rng: random.Random) -> str:
    """How much of it: a number, a range, or a strength."""
    form = f'<administrationUnitCode code="1" displayName="{rng.choice(FORMS)}"/>'
    return rng.choice(
        (
            f'<doseQuantity value="{rng.choice(("1", "2", "0.5"))}"/>{form}',
            f'<doseQuantity><low value="1"/><high value="2"/></doseQuantity>{form}',
            f'<doseQuantity value="{rng.choice(("2.5", "40", "500"))}" unit="mg"/>',
            f'<doseQuantity value="{rng.choice(("100", "250"))}" unit="mL"/>'
            f'<rateQuantity value="{rng.choice(("25", "125"))}" unit="mL/h"/>',
        )
    )


def dosing(rng: random.Random) -> tuple[str, str]:
    """Times, route, amounts and limits; and what stands behind the drug: when it is needed, how it is taken."""
    length = f'<width value="{rng.choice((5, 7, 14))}" unit="d"/>'
    width = f'<effectiveTime xsi:type="IVL_TS"><low value="{day(rng, 5, 60)}"/>{length}</effectiveTime>'
    plain = f'<effectiveTime xsi:type="IVL_TS"><low value="{day(rng, 5, 900)}"/></effectiveTime>'
    most = '<maxDoseQuantity><numerator value="4" unit="g"/><denominator value="1" unit="d"/></maxDoseQuantity>'
    before = (
        rng.choice((plain, plain, width))
        + timing(rng)
        + code("routeCode", "C38288", "Oral", "2.16.840.1.113883.3.26.1.1")
    )
    amount = quantity(rng)
    dose, _, form = amount.partition("<administrationUnitCode")
    before += dose + (most if rng.random() < 0.2 else "") + (f"<administrationUnitCode{form}" if form else "")
    advice = (
        f'<entryRelationship typeCode="SUBJ" inversionInd="true"><act classCode="ACT" moodCode="INT"><templateId root="{T}20"/>'
        f'<code code="422037009"/><text>{rng.choice(ADVICE)}</text></act></entryRelationship>'
    )
    needed = (
        '<precondition typeCode="PRCN"><criterion>'
        + code("value", "1", rng.choice(REASONS))
        + "</criterion></precondition>"
    )
    return before, (advice if rng.random() < 0.2 else "") + (needed if rng.random() < 0.25 else "")


def medicines(rng: random.Random, base: str, active: Sequence[int]) -> str:
    """The medicines of the active problems, and others; some are over, one may be denied."""
    named = [PROBLEMS[at].medicine[:2] for at in active]
    named += [(drug, text) for drug, text, _, _ in rng.sample(EXTRA_MEDICINES, rng.randint(1, 2))]
    rows, entries = [], []
    for n, (drug, text) in enumerate(named):
        status, denied = rng.choice(("active", "active", "active", "completed")), n > 0 and rng.random() < 0.1
        inside, after = dosing(rng)
        negated = ' negationInd="true"' if denied else ""
        rows.append((text, "not taken" if denied else status))
        entries.append(
            f'<substanceAdministration classCode="SBADM" moodCode="EVN"{negated}><templateId root="{T}16"/>'
            f'<id root="1.2.3" extension="{base}-m{n}"/><statusCode code="{status}"/>{inside}<consumable><manufacturedProduct>'
            f'<manufacturedMaterial>{code("code", drug, text, RXNORM)}{MADE}{after}'
            "</substanceAdministration>"
        )  # fmt: skip
    return section("10160-0", "Medications", ("Medicine", "Status"), rows, entries)


def allergies(rng: random.Random, base: str) -> str:
    """Allergies with reactions, or the statement that none is known."""
    if rng.random() < 0.3:
        none = concern(
            f"{base}-a0", "Allergy to substance", "419199007", "active", day(rng, 10, 90), "", denied=True, template="7"
        )
        return section("48765-2", "Allergies", ("Allergy",), [("No known allergies",)], [none])
    rows, entries = [], []
    for n, (snomed, text, reaction) in enumerate(rng.sample(ALLERGIES, rng.randint(1, 2))):
        shown = (
            f'<entryRelationship typeCode="MFST" inversionInd="true">{OBS}<templateId root="{T}9"/>'
            f'<statusCode code="completed"/>{code("value", "1", reaction)}</observation></entryRelationship>'
        )
        rows.append((text, reaction))
        entries.append(
            concern(f"{base}-a{n}", text, snomed, rng.choice(("active", "active", "inactive")), day(rng, 90, 2000), "", denied=False,
                    template="7", more=shown)
        )  # fmt: skip
    return section("48765-2", "Allergies", ("Allergy", "Reaction"), rows, entries)


def results(rng: random.Random, base: str) -> str:
    """A result a problem: a number with its range, a bound, a word; some preliminary, one cancelled."""
    rows, entries = [], []
    for n, problem in enumerate(rng.sample(PROBLEMS, rng.randint(2, 5))):
        loinc, text, unit, low, high, spread = problem.result
        value = round(rng.uniform(*spread), 1)
        said = rng.choice(
            (
                f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>',
                f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>',
                f'<value xsi:type="IVL_PQ"><low value="{value}" unit="{unit}" inclusive="false"/></value>',
                f'<value xsi:type="IVL_PQ"><high value="{value}" unit="{unit}"/></value>',
            )
        )
        mark = "H" if high is not None and value > high else "L" if low is not None and value < low else "N"
        flag = f'<interpretationCode code="{mark}" codeSystem="2.16.840.1.113883.5.83"/>' if 'type="PQ"' in said else ""
        status = rng.choice(("completed", "completed", "completed", "active"))
        rows.append((text, str(value)))
        entries.append(
            '<organizer classCode="BATTERY" moodCode="EVN"><code code="24323-8"/><statusCode code="completed"/><component>'
            f'{OBS}<id root="1.2.3" extension="{base}-r{n}"/>{code("code", loinc, text, LOINC)}'
            f'<statusCode code="{status}"/><effectiveTime value="{day(rng, 5, 300)}0800"/>{said}{flag}'
            "</observation></component></organizer>"
        )  # fmt: skip
    return section("30954-2", "Results", ("Test", "Value"), rows, entries)


def others(rng: random.Random, base: str) -> str:
    """Vaccines given and refused, procedures done and not done."""
    vaccines, done = [], []
    for n, (cvx, text) in enumerate(rng.sample(VACCINES, rng.randint(1, 2))):
        negated = ' negationInd="true"' if rng.random() < 0.2 else ""
        vaccines.append(
            f'<substanceAdministration classCode="SBADM" moodCode="EVN"{negated}><id root="1.2.3" extension="{base}-i{n}"/>'
            f'<statusCode code="completed"/><effectiveTime value="{day(rng, 20, 400)}"/><consumable><manufacturedProduct>'
            f'<manufacturedMaterial>{code("code", cvx, text, CVX)}{MADE}</substanceAdministration>'
        )  # fmt: skip
    for n, (snomed, text) in enumerate(rng.sample(PROCEDURES, rng.randint(0, 2))):
        negated = ' negationInd="true"' if rng.random() < 0.2 else ""
        done.append(
            f'<procedure classCode="PROC" moodCode="EVN"{negated}><id root="1.2.3" extension="{base}-s{n}"/>{code("code", snomed, text)}'
            f'<statusCode code="completed"/><effectiveTime value="{day(rng, 100, 3000)}"/></procedure>'
        )
    return section("11369-6", "Immunizations", (), (), vaccines) + section("47519-4", "Procedures", (), (), done)


def document(rng: random.Random, number: int) -> str:
    """One patient's document."""
    sex = rng.choice(("female", "male"))
    base = f"d{number:04d}"
    born = f"{rng.randint(1930, 2004)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    known, active = problems(rng, base)
    body = known + medicines(rng, base, active) + allergies(rng, base) + results(rng, base) + others(rng, base)
    return (
        '<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<id root="1.2.3.9" extension="doc-{base}"/><code code="34133-9" codeSystem="{LOINC}"/><title>Care summary</title>'
        f'<effectiveTime value="{TODAY:%Y%m%d}"/><confidentialityCode code="N"/><recordTarget><patientRole>'
        f'<id root="2.16.840.1.113883.19.5" extension="{8_000_000 + number * 41}"/><addr use="HP"><streetAddressLine>{rng.randint(1, 99)} '
        f"{rng.choice(STREETS)}</streetAddressLine><city>Larkfield</city></addr>"
        f'<patient><name use="L"><given>{rng.choice(GIVEN[sex])}</given>'
        f'<family>{rng.choice(FAMILY)}</family></name>'
        f'<administrativeGenderCode code="{sex[0].upper()}"/><birthTime value="{born}"/></patient>'
        f"</patientRole></recordTarget><component><structuredBody>{body}</structuredBody></component></ClinicalDocument>\n"
    )  # fmt: skip


def files(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Name and text of every document."""
    for number in range(1, count + 1):
        yield f"document-{number:04d}.xml", document(random.Random(f"ccda/{seed}/{number}"), number)


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patients", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, text in files(given.patients, given.seed):
        (given.out / name).write_bytes(text.encode())


if __name__ == "__main__":
    main()
