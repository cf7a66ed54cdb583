"""Whose record a resource belongs to: references of every kind, patients with one id, and what speaks of no patient."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.records.fhir.bundle import Names, entries_of, shares

Resource = dict[str, Any]


def entry(kind: str, identity: str = "", url: str = "", **fields: Any) -> Resource:
    resource = {"resourceType": kind, **({"id": identity} if identity else {}), **fields}
    return {"resource": resource, **({"fullUrl": url} if url else {})}


def bundle(*entries: Resource, kind: str = "collection", **fields: Any) -> Resource:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries), **fields}


def owners(*entries: Resource, kind: str = "collection") -> dict[str, set[str]]:
    """Patient -> ids of the resources of his record, himself left out."""
    return {
        share.patient_id: {e.resource["id"] for e in share.entries if e.resource["resourceType"] != "Patient"}
        for share in shares(entries_of([bundle(*entries, kind=kind)]))
    }


def about(reference: Any, identity: str = "c", url: str = "", **fields: Any) -> Resource:
    subject = reference if isinstance(reference, dict) else {"reference": reference}
    return entry("Condition", identity, url, subject=subject, **fields)


ONE = "http://h.example/fhir/Patient/1"
TWO = "http://other.example/fhir/Patient/1"
MRN = {"system": "http://h.example/mrn", "value": "77"}


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/a", "Patient/a/_history/3", "http://h.example/fhir/Patient/a", "https://H.example/fhir/Patient/a/_history/1",
        "urn:uuid:a", {"identifier": MRN}, {"identifier": {"value": "77"}},
        "Patient?identifier=http://h.example/mrn|77",
        {"reference": "Patient/a", "display": "Somebody"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("url", ["http://h.example/fhir/Patient/a", ""])
def test_every_kind_of_reference_means_the_patient(reference: Any, url: str) -> None:
    people = [entry("Patient", "a", url, identifier=[MRN]), entry("Patient", "b", "http://h.example/fhir/Patient/b")]
    if reference == "urn:uuid:a" and url:
        return  # a resource that lies at an address is not called by a URN
    assert owners(*people, about(reference)) == {"a": {"c"}, "b": set()}


def test_entries_without_ids_are_told_apart_by_their_addresses() -> None:
    people = [entry("Patient", "", "urn:uuid:aaa"), entry("Patient", "", "urn:uuid:bbb")]
    found = owners(*people, about("urn:uuid:aaa", "c1"), about("urn:uuid:bbb", "c2"), kind="transaction")
    assert found == {"aaa": {"c1"}, "bbb": {"c2"}}


def test_one_id_at_two_servers_is_two_people() -> None:
    people = [entry("Patient", "1", ONE), entry("Patient", "1", TWO)]
    found = owners(
        *people,
        about(TWO, "c1"),
        # A relative reference means the server of the entry that holds it.
        about("Patient/1", "c2", "http://other.example/fhir/Condition/c2"),
        about("Patient/1", "c3", "http://h.example/fhir/Condition/c3"),
        # Nobody can say whom this one means.
        about("Patient/1", "c4"),
    )
    assert found == {"1": {"c3"}, "other.example/fhir/Patient/1": {"c1", "c2"}, "": {"c4"}}


def test_a_patient_of_another_server_is_not_the_one_in_the_file() -> None:
    found = owners(entry("Patient", "1", ONE), about(TWO, "c1"), about("Patient/1", "c2"))
    assert found == {"1": {"c2"}, "other.example/fhir/Patient/1": {"c1"}}


def test_what_speaks_of_a_group_or_a_device_is_nobodys() -> None:
    found = owners(
        entry("Patient", "a"), about("Group/g", "c1"), about({"display": "ward water"}, "c2"), about("Patient/a", "c3")
    )
    assert found == {"a": {"c3"}, "": {"c1", "c2"}}


def test_what_names_nobody_is_the_only_patients_and_nobodys_among_several() -> None:
    nameless = entry("Observation", "o")
    assert owners(entry("Patient", "a"), nameless) == {"a": {"o"}}
    assert owners(entry("Patient", "a"), entry("Patient", "b"), nameless) == {"a": set(), "b": set(), "": {"o"}}


def test_medicines_and_clinicians_go_with_every_record() -> None:
    given = [entry("Patient", "a"), entry("Patient", "b"), entry("Medication", "m"), entry("Practitioner", "d")]
    assert [[e.resource["id"] for e in s.shared] for s in shares(entries_of([bundle(*given)]))] == [["m", "d"]] * 2


def test_an_encounter_says_whose_its_resources_are() -> None:
    people = [entry("Patient", "a"), entry("Patient", "b")]
    visit = entry("Encounter", "e", subject={"reference": "Patient/b"})
    assert owners(*people, visit, entry("Observation", "o", encounter={"reference": "Encounter/e"}))["b"] == {"e", "o"}


def test_a_contained_patient_is_known_by_his_number() -> None:
    inside = {"resourceType": "Patient", "id": "p", "identifier": [MRN]}
    people = [entry("Patient", "a", identifier=[MRN]), entry("Patient", "b")]
    assert owners(*people, about("#p", contained=[inside]))["a"] == {"c"}
    (alone,) = shares(entries_of([bundle(about("#p", contained=[inside]))]))
    assert (alone.patient_id, alone.patient) == ("77", inside)


def test_the_latest_version_stands_and_repetitions_stand_once() -> None:
    old, new = ({"versionId": str(n), "lastUpdated": f"2025-0{n}-01T00:00:00Z"} for n in (1, 2))
    given = [about("Patient/a", code={"text": t}, meta=m) for t, m in (("old", old), ("new", new), ("new", new))]
    found = entries_of([bundle(entry("Patient", "a"), *given, kind="history")])
    assert [e.resource["code"]["text"] for e in found[1:]] == ["new"]


def test_two_entries_of_one_id_without_versions_both_stay() -> None:
    given = [about("Patient/a", code={"text": text}) for text in ("one", "two")]
    assert len(entries_of([bundle(entry("Patient", "a"), *given)])) == 3


def test_what_a_history_says_was_deleted_is_gone() -> None:
    gone = {"fullUrl": "http://h.example/fhir/Condition/c", "request": {"method": "DELETE", "url": "Condition/c"}}
    assert [
        e.resource["id"] for e in entries_of([bundle(entry("Patient", "a"), gone, about("Patient/a"), kind="history")])
    ] == ["a"]


def test_labels_of_a_bundle_hold_for_its_resources() -> None:
    labelled = bundle(entry("Patient", "a"), about("Patient/a"), meta={"security": [{"code": "V"}]})
    assert [e.labels for e in entries_of([labelled])] == [{"restricted"}] * 2


def test_an_ambiguous_reference_finds_nothing() -> None:
    found = entries_of([bundle(entry("Patient", "1", ONE), entry("Patient", "1", TWO))])
    assert Names(found).find("Patient/1", {"resourceType": "Condition"}) is None
