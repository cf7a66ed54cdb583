"""Doses of C-CDA in the words of a label, and the model written and read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.records.amounts import NONE, Amount
from assistant.records.ccda.chart import charts_of
from assistant.records.ccda.dosing import steps
from assistant.records.ccda.tree import parse
from assistant.records.dosage import Dose, Step
from assistant.records.timing import EVENTS, Timing

from .support import T, coded, document, medicine, section

ORAL = coded("routeCode", "C38288", "Oral")


def time(kind: str, inside: str, attributes: str = "") -> str:
    return f'<effectiveTime xsi:type="{kind}" operator="A" {attributes}>{inside}</effectiveTime>'


def dose(
    inside: str, *, text: str = "", name: str = "Zopiclone 3.75 mg tablet", after: str = "", said: str = ""
) -> str:
    entry = medicine(name, inside, after=after).replace("<statusCode", f"{said}<statusCode", 1)
    (chart,) = charts_of(document(section("10160-0", entry, text=text)), "a.xml")
    return chart.medications[0].dose


AMOUNT = '<doseQuantity value="10" unit="mg"/>'
FOUR_TO_SIX = '<period xsi:type="IVL_PQ"><low value="4" unit="h"/><high value="6" unit="h"/></period>'
MONDAYS = '<phase><low value="20250106"/></phase><period value="1" unit="wk"/>'
ONE_OR_TWO = '<doseQuantity><low value="1"/><high value="2"/></doseQuantity>'
HALF_HOUR = '<event code="ACM"/><offset><width value="30" unit="min"/></offset>'
MOST = '<maxDoseQuantity><numerator value="40" unit="mg"/><denominator value="1" unit="d"/></maxDoseQuantity>'


def within(kind: str, inside: str) -> str:
    """A relationship to another act or administration."""
    return f'<entryRelationship typeCode="COMP"><{kind}>{inside}</{kind}></entryRelationship>'


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (time("PIVL_TS", '<period value="8" unit="h"/>') + ORAL + AMOUNT, "10 mg every 8 hours, route Oral"),
        (time("PIVL_TS", '<period value="12" unit="h"/>', 'institutionSpecified="true"') + AMOUNT, "10 mg twice a day"),
        (time("PIVL_TS", '<period value="36" unit="h"/>', 'institutionSpecified="true"') + AMOUNT, "10 mg every 36 hours"),
        (time("PIVL_TS", FOUR_TO_SIX) + AMOUNT, "10 mg every 4 to 6 hours"),
        (time("PIVL_TS", MONDAYS, 'alignment="DW"') + AMOUNT, "10 mg once a week on Monday"),
        (time("PIVL_TS", '<phase><low value="202501060800"/></phase><period value="1" unit="d"/>') + AMOUNT, "10 mg once a day at 08:00"),
        (time("EIVL_TS", '<event code="HS"/>') + ONE_OR_TWO, "dose 1 to 2 at bedtime"),
        (time("EIVL_TS", HALF_HOUR) + AMOUNT, "10 mg 30 minutes before breakfast"),
        (
            '<effectiveTime xsi:type="SXPR_TS" operator="A">' + '<comp xsi:type="PIVL_TS"><period value="1" unit="d"/></comp>'
            '<comp xsi:type="EIVL_TS"><event code="HS"/></comp></effectiveTime>' + AMOUNT,
            "10 mg once a day at bedtime",
        ),
        ('<doseQuantity value="2"/>' + coded("administrationUnitCode", "C48542", "Tablet"), "2 Tablet"),
        ('<rateQuantity value="125" unit="mL/h"/>', "at 125 mL/h"),
        (AMOUNT + MOST, "10 mg, no more than 40 mg per day"),
    ],
)  # fmt: skip
def test_doses_in_words(inside: str, words: str) -> None:
    assert dose(inside) == words


def test_the_signature_stays_beside_the_route() -> None:
    sig = '<text><reference value="#s"/></text>'
    inside = time("EIVL_TS", '<event code="HS"/>') + ORAL + ONE_OR_TWO
    told = dose(
        inside,
        said=sig,
        text='<list><item><content ID="s">Take 1 to 2 tablets at bedtime as needed</content></item></list>',
    )
    assert told.startswith("Take 1 to 2 tablets at bedtime as needed") and "Oral" in told


def test_a_text_that_is_only_the_name_or_a_whole_row_is_no_signature() -> None:
    sig = '<text><reference value="#s"/></text>'
    assert dose(AMOUNT, said=sig, text='<content ID="s">Zopiclone 3.75 mg tablet</content>') == "10 mg"
    row = '<table><tbody><tr ID="s"><td>Zopiclone</td><td>2020</td></tr></tbody></table>'
    assert dose(AMOUNT, said=sig, text=row) == "10 mg"


def test_free_text_signature_instruction_condition_and_taper() -> None:
    free = within("substanceAdministration", f'<templateId root="{T}147"/><text>One at night</text>')
    note = within("act", f'<templateId root="{T}20"/><text>Swallow whole</text>')
    need = f"<precondition><criterion>{coded('value', '49727002', 'Cough')}</criterion></precondition>"
    assert dose("", after=free) == "One at night"
    assert dose(AMOUNT, after=note) == "10 mg, Swallow whole"
    assert dose(AMOUNT, after=need) == "10 mg as needed for Cough"
    rhythm = time("PIVL_TS", '<period value="1" unit="d"/>')
    taper = [within("substanceAdministration", f'{rhythm}<doseQuantity value="{n}" unit="mg"/>') for n in (40, 20)]
    assert dose("", after="".join(taper)) == "40 mg once a day, then 20 mg once a day"


NUMBER = st.integers(1, 60).map(str)
UNITS = st.sampled_from(["mg", "mL", "g", "[iU]"])


@st.composite
def models(draw: st.DrawFn) -> Step:
    """A dose as C-CDA can hold it."""
    low, high = draw(NUMBER), draw(st.one_of(st.just(""), NUMBER))
    amount = Amount(low, "" if high == low else high, draw(UNITS))
    timing = Timing()
    kind = draw(st.sampled_from(["none", "every", "event", "clock"]))
    if kind in ("every", "clock"):
        timing = Timing(Amount("1"), Amount(draw(NUMBER), "", draw(st.sampled_from(["h", "d", "wk", "min"]))))
    if kind == "event":
        timing = Timing(events=(draw(st.sampled_from([e for e in EVENTS if "." not in e])),))
    if kind == "clock":
        timing = Timing(
            timing.times, timing.period, clock=(f"{draw(st.integers(0, 23)):02d}:{draw(st.integers(0, 59)):02d}",)
        )
    route = draw(st.sampled_from(["", "Oral", "Intravenous"]))
    return Step(doses=(Dose(amount, NONE),), timing=timing, as_needed=draw(st.booleans()), route=route)


def written(step: Step) -> str:
    """The model as the XML that means it."""
    amount, timing = step.doses[0].amount, step.timing
    parts = []
    if timing.events:
        parts.append(time("EIVL_TS", f'<event code="{timing.events[0]}"/>'))
    elif timing.period:
        phase = f'<phase><low value="20250106{timing.clock[0].replace(":", "")}"/></phase>' if timing.clock else ""
        parts.append(time("PIVL_TS", f'{phase}<period value="{timing.period.low}" unit="{timing.period.unit}"/>'))
    parts.append(coded("routeCode", "C1", step.route) if step.route else "")
    unit = f'unit="{amount.unit}"'
    if amount.high:
        parts.append(
            f'<doseQuantity><low value="{amount.low}" {unit}/><high value="{amount.high}" {unit}/></doseQuantity>'
        )
    else:
        parts.append(f'<doseQuantity value="{amount.low}" {unit}/>')
    return "".join(parts)


@settings(deadline=None)
@given(models())
def test_a_written_dose_is_read_back(step: Step) -> None:
    entry = medicine("Drug X", written(step), after="<precondition/>" if step.as_needed else "")
    root = parse(document(section("10160-0", entry)), "a.xml")
    administration = next(e for e in root.iter() if str(e.tag).endswith("}substanceAdministration"))
    assert steps(administration, lambda _: "", "Drug X") == [step]


def daily(clock: str) -> str:
    return (
        f'<comp xsi:type="PIVL_TS"><phase><low value="20260101{clock}00"/></phase><period value="1" unit="d"/></comp>'
    )


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (
            f'<effectiveTime xsi:type="SXPR_TS">{daily("08")}{daily("20")}</effectiveTime>',
            "twice a day at 08:00 and 20:00",
        ),
        (f'<effectiveTime xsi:type="SXPR_TS">{daily("08")}</effectiveTime>', "once a day at 08:00"),
        (
            '<effectiveTime xsi:type="PIVL_TS"><frequency><numerator value="3"/><denominator value="1" unit="d"/>'
            "</frequency></effectiveTime>",
            "3 times a day",
        ),
        ('<effectiveTime xsi:type="PIVL_TS"><frequency nullFlavor="UNK"/></effectiveTime>', ""),
    ],
)
def test_several_times_of_a_day_and_frequencies(inside: str, words: str) -> None:
    dose = '<doseQuantity value="250" unit="mg"/>'
    (found,) = charts_of(document(section("10160-0", medicine("Valproate", inside + dose))), "a.xml")[0].medications
    assert found.dose == f"250 mg {words}".strip()


def test_an_instruction_is_told_by_its_mood_and_code_too() -> None:
    def said(mood: str, code: str) -> str:
        act = f'<act classCode="ACT" moodCode="{mood}"><code code="{code}"/><text>Take with food</text></act>'
        after = f'<entryRelationship typeCode="SUBJ" inversionInd="true">{act}</entryRelationship>'
        drug = medicine("Ibuprofen", '<doseQuantity value="1" unit="g"/>', after=after)
        (found,) = charts_of(document(section("10160-0", drug)), "a.xml")[0].medications
        return found.dose

    assert said("INT", "422037009") == "1 g, Take with food"
    assert said("EVN", "422037009") == said("INT", "1") == "1 g"
