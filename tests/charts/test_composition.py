from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

from assistant.charts import composition
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.records.model import Allergy, Term

from .support import AS_OF, DIABETES, OPEN, chart, result


def made(rules: Rules, markdown: str = "# Summary", **sections: Any) -> dict[str, Any]:
    summary = summarize(chart(**sections), rules, OPEN, AS_OF, {}).as_json()
    return json.loads(json.dumps(composition.bundle(summary, markdown)))


def resources(bundle: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    one, other = (entry["resource"] for entry in bundle["entry"])
    return one, other


def sections(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {section["title"]: section for section in resources(bundle)[0]["section"]}


def test_a_bundle_of_one_composition_and_one_document_of_the_same_patient_and_day(rules: Rules) -> None:
    bundle = made(rules, problems=(DIABETES,))
    one, other = resources(bundle)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert (one["resourceType"], other["resourceType"]) == ("Composition", "DocumentReference")
    assert one["subject"] == other["subject"] == {"reference": "Patient/p"}
    assert one["date"] == other["date"] == bundle["timestamp"] == f"{AS_OF.isoformat()}T00:00:00Z"
    assert one["status"] == other["docStatus"] == "preliminary", "nobody has signed it"


def test_ids_depend_on_the_content_only(rules: Rules) -> None:
    ids = [[entry["fullUrl"] for entry in made(rules, text)["entry"]] for text in ("# A", "# A", "# B")]
    assert ids[0] == ids[1] and not set(ids[0]) & set(ids[2])
    assert all(url.startswith("urn:uuid:") for url in ids[0])


def test_the_text_is_carried_whole_with_its_hash(rules: Rules) -> None:
    text = "# Größe\n"
    attachment = resources(made(rules, text))[1]["content"][0]["attachment"]
    data = base64.b64decode(attachment["data"])
    assert data.decode() == text and attachment["size"] == len(data)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(data).digest()


def test_a_section_points_to_the_record_s_own_resources_each_once(rules: Rules) -> None:
    found = sections(made(rules, problems=(DIABETES, replace(DIABETES, term=Term("Diabetes")))))["Problem list"]
    assert found["entry"] == [{"reference": "Condition/d"}]
    assert found["code"]["coding"][0]["system"] == "http://loinc.org" and "emptyReason" not in found


def test_record_text_cannot_become_markup(rules: Rules) -> None:
    nasty = Allergy("AllergyIntolerance/1", Term("<script>alert(1)</script> & co"), "active")
    div = sections(made(rules, allergies=(nasty,)))["Allergies"]["text"]["div"]
    assert (
        "<script>" not in div
        and "&lt;script&gt;" in div
        and div.startswith('<div xmlns="http://www.w3.org/1999/xhtml">')
    )


def test_a_value_of_nought_is_said_and_an_empty_one_is_not(rules: Rules) -> None:
    nought = replace(result("0"), unit="")
    div = sections(made(rules, results=(nought,)))["Results"]["text"]["div"]
    assert ", 0" in div and ", ," not in div


def test_every_empty_section_says_why(rules: Rules) -> None:
    found = sections(made(rules))
    assert found
    for title, section in found.items():
        assert title == "Summary" or section["emptyReason"]["coding"][0]["code"] == "unavailable", title
