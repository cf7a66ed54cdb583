"""What a section tells of, by its code or its template, and in which sections it stands."""

from __future__ import annotations

import pytest

from assistant.records.ccda.sections import elsewhere, kind_of, loinc_of, sections_of
from assistant.records.ccda.tree import one, parse

from .support import document, section

TEMPLATE = "2.16.840.1.113883.10.20.22.2."


def by_template(root: str) -> str:
    return f'<section><templateId root="{root}"/><title>T</title></section>'


@pytest.mark.parametrize(
    ("part", "loinc", "tells"),
    [
        (section("11450-4"), "11450-4", "problems"),
        (section("48765-2"), "48765-2", "allergies"),
        (by_template(f"{TEMPLATE}5.1"), "11450-4", "problems"),
        (by_template(f"{TEMPLATE}2"), "11369-6", "immunizations"),
        (by_template(f"{TEMPLATE}999"), "", ""),
        (by_template(f"9.{TEMPLATE}5"), "", ""),
        (section("18776-5"), "18776-5", ""),
    ],
)
def test_a_section_is_known_by_code_or_template(part: str, loinc: str, tells: str) -> None:
    found = one(parse(document(part), "d.xml"), "component/structuredBody/component/section")
    assert loinc_of(found) == loinc
    assert kind_of(loinc).section == tells


def test_past_and_given_are_told_apart() -> None:
    assert kind_of("11348-0").past
    assert not kind_of("11450-4").past
    assert kind_of("29549-3").given
    assert not kind_of("10160-0").given


def test_plans_and_families_are_about_something_else_and_an_unknown_section_may_be_about_anything() -> None:
    assert elsewhere("18776-5")
    assert not elsewhere("11450-4")
    assert not elsewhere("")


def test_inner_sections_come_after_theirs_with_the_labels_they_stand_in() -> None:
    inner = section("10160-0", inside=f"<component>{section('30954-2')}</component>", mark="V")
    root = parse(
        document(section("11450-4", inside=f"<component>{inner}</component>", mark="R"), section("47519-4")), "d"
    )
    found = [(loinc_of(part), sorted(outer)) for part, outer in sections_of(root)]
    assert found == [
        ("11450-4", []),
        ("10160-0", ["restricted"]),
        ("30954-2", ["restricted"]),
        ("47519-4", []),
    ]
