"""C-CDA documents written by their parts."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

T = "2.16.840.1.113883.10.20.22.4."
SNOMED, LOINC = "2.16.840.1.113883.6.96", "2.16.840.1.113883.6.1"


def document(*sections: str, confidentiality: str = "N", header: str = "") -> bytes:
    """A document of one patient; `header` goes between the record target and the body."""
    return f"""<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.3"/><code code="34133-9" displayName="Summary of episode note"/><title>Care summary</title>
<effectiveTime value="20250401"/><confidentialityCode code="{confidentiality}"/>
<recordTarget><patientRole><id root="2.16.840.1.113883.19.5" extension="C1"/>
<patient><name use="L"><given>Wilma</given><family>Strand</family></name><administrativeGenderCode code="F"/>
<birthTime value="19520611"/></patient></patientRole></recordTarget>{header}
<component><structuredBody>{"".join(f"<component>{s}</component>" for s in sections)}</structuredBody></component>
</ClinicalDocument>""".encode()


def section(code: str, *entries: str, title: str = "Section", text: str = "", inside: str = "", mark: str = "") -> str:
    """A section; `inside` holds subsections, `mark` its confidentiality."""
    labelled = f'<confidentialityCode code="{mark}"/>' if mark else ""
    said = f"<text>{text}</text>" if text else ""
    body = "".join(f"<entry>{e}</entry>" for e in entries)
    return f'<section><code code="{code}"/><title>{title}</title>{said}{labelled}{body}{inside}</section>'


def coded(tag: str, code: str = "", display: str = "", system: str = SNOMED, more: str = "") -> str:
    """A coded element."""
    shown = f" displayName={quoteattr(display)}" if display else ""
    kind = ' xsi:type="CD"' if tag == "value" else ""
    return f'<{tag}{kind} code="{code}" codeSystem="{system}"{shown}>{more}</{tag}>'


def status_of(code: str, display: str = "", template: str = T + "6") -> str:
    """A status observation in its relationship."""
    value = coded("value", code, display)
    return (
        f'<entryRelationship typeCode="REFR"><observation><templateId root="{template}"/>'
        f'<code code="33999-4"/><statusCode code="completed"/>{value}</observation></entryRelationship>'
    )


def problem(
    name: str,
    *,
    code: str = "1",
    status: str = "",
    concern: str = "active",
    negated: str = "",
    number: str = "p1",
    more: str = "",
    high: str = "",
) -> str:
    """A concern with its problem; `negated`: act or observation."""
    denial = {part: ' negationInd="true"' if negated == part else "" for part in ("act", "observation")}
    ended = f'<high value="{high}"/>' if high else ""
    return (
        f'<act classCode="ACT" moodCode="EVN"{denial["act"]}><statusCode code="{concern}"/><entryRelationship typeCode="SUBJ">'
        f'<observation classCode="OBS" moodCode="EVN"{denial["observation"]}><templateId root="{T}4"/><id root="9" extension="{number}"/>'
        f'<statusCode code="completed"/><effectiveTime><low value="20100101"/>{ended}</effectiveTime>'
        f"{coded('value', code, name)}{status}{more}</observation></entryRelationship></act>"
    )


def medicine(
    name: str, inside: str = "", *, status: str = "active", negated: bool = False, number: str = "m1", after: str = ""
) -> str:
    """A medicine; `inside`: times, route, dose; `after`: relationships."""
    denial = ' negationInd="true"' if negated else ""
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN"{denial}><templateId root="{T}16"/><id root="9" extension="{number}"/>'
        f'<statusCode code="{status}"/><effectiveTime xsi:type="IVL_TS"><low value="20250101"/></effectiveTime>{inside}'
        f"<consumable><manufacturedProduct><manufacturedMaterial>{coded('code', '7', name)}</manufacturedMaterial>"
        f"</manufacturedProduct></consumable>{after}</substanceAdministration>"
    )


def result(name: str, value: str, *, status: str = "completed", number: str = "r1", more: str = "") -> str:
    """A result in its organizer."""
    return (
        '<organizer><statusCode code="completed"/><component><observation classCode="OBS" moodCode="EVN">'
        f'<id root="9" extension="{number}"/>'
        f'{coded("code", "1", escape(name), LOINC)}<statusCode code="{status}"/><effectiveTime value="20250328"/>{value}{more}'
        "</observation></component></organizer>"
    )
