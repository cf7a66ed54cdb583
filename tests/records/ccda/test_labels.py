"""Which access labels parts of a C-CDA document ask for."""

from __future__ import annotations

from typing import Any

from assistant.records.ccda.labels import document_labels, entry_labels, section_labels
from assistant.records.ccda.tree import one, parse, reach

from .support import document, problem, section

SECURITY = '<observation><code code="SECCLASSOBS"/><value code="PSYTHPN"/></observation>'
OTHER = '<observation><code code="8480-6"/><value code="PSYTHPN"/></observation>'


def sections(*parts: str, confidentiality: str = "N") -> tuple[Any, list[Any]]:
    root = parse(document(*parts, confidentiality=confidentiality), "d.xml")
    return root, list(reach(root, "component/structuredBody/component/section"))


def test_the_header_speaks_for_the_document() -> None:
    root, _ = sections(section("11450-4"), confidentiality="R")
    assert document_labels(root) == {"restricted"}
    assert document_labels(sections(section("11450-4"))[0]) == frozenset()


def test_a_section_bears_its_own_labels_and_those_of_its_entries_but_not_of_sections_in_it() -> None:
    inside = f"<component>{section('10160-0', mark='V')}</component>"
    _, (outer,) = sections(section("11450-4", problem("Gout", more=SECURITY), inside=inside))
    assert document_labels(outer) == frozenset()
    assert section_labels(outer) == {"psychotherapy"}
    _, (marked,) = sections(section("11450-4", problem("Gout"), mark="R"))
    assert section_labels(marked) == {"restricted"}


def test_only_a_security_observation_labels_an_entry() -> None:
    _, (found,) = sections(
        section("11450-4", problem("Gout", more=OTHER), problem("Asthma", more=SECURITY, number="p2"))
    )
    plain, marked = reach(found, "entry")
    assert entry_labels(plain) == frozenset()
    assert entry_labels(marked) == {"psychotherapy"}
    assert one(found, "entry") is not None
