from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import PolicyError
from assistant.formats.yamlfile import read_yaml
from assistant.policy.cases import load_cases, run_cases
from assistant.policy.checks import CHECKS
from assistant.policy.explain import explain, lint
from assistant.policy.model import load_policy
from assistant.policy.schema import json_schema
from tests.policy.support import Parts, finds, policy_file, spec


def test_the_shipped_policies_read_well_and_raise_no_objection() -> None:
    for name in ("base", "healthcare", "customer-service"):
        told = explain(load_policy(name))
        assert all(sentence.rstrip("]").rstrip()[-1:] and sentence[0].isupper() for sentence in told)
        assert any("identifiers of people" in sentence for sentence in told)
        assert all(sentence.endswith((".", "]")) for sentence in told)
        assert lint(name) == []


def test_psychotherapy_notes_are_explained() -> None:
    told = explain(load_policy("healthcare"))
    assert "Nobody may ever read documents labelled psychotherapy, except psychiatry." in told


def test_a_thin_policy_raises_objections(tmp_path: Path) -> None:
    remarks = lint(policy_file(tmp_path, "mode: monitor\nchecks: []\n"))
    assert {remark.level for remark in remarks} == {"warning"}
    said = " ".join(remark.message for remark in remarks)
    for word in ("monitor", "redaction", "grounding", "label that nobody may read"):
        assert word in said
    assert any("nothing is held back" in sentence for sentence in explain(load_policy(tmp_path / "test.yaml")))


def test_lint_lists_every_mistake_with_its_line(tmp_path: Path) -> None:
    remarks = lint(policy_file(tmp_path, "checks: []\nmod: enforce\nanswr: {}\n"))
    assert [remark.level for remark in remarks] == ["error", "error"]
    assert [remark.line for remark in remarks] == sorted(remark.line or 0 for remark in remarks)
    with pytest.raises(PolicyError):
        lint(tmp_path / "none.yaml")


def test_the_schema_accepts_the_shipped_policies_and_refuses_a_typo() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json_schema()
    json.dumps(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    from assistant.config import shipped

    for path in shipped("policies").glob("*.yaml"):
        value = read_yaml(path, PolicyError).value
        assert [e.message for e in validator.iter_errors(value)] == []
        value["checks"][0]["with"] = {"no_such": 1}
        assert list(validator.iter_errors(value))


def test_the_schema_names_every_check() -> None:
    schema = json_schema()
    named = {
        variant["$ref"].removeprefix("#/$defs/Check_") for variant in schema["properties"]["checks"]["items"]["oneOf"]
    }
    assert named == set(CHECKS)
    support = schema["$defs"]["Check_grounding"]["properties"]["with"]["properties"]["min_support"]
    assert (support["minimum"], support["maximum"]) == (0.0, 1.0)


def test_cases_say_what_a_policy_must_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "word", spec(finds("bad")))
    policy = load_policy(policy_file(tmp_path, "checks:\n  - {id: a, stage: query, use: word, on_fail: block}\n"))
    (tmp_path / "cases.yaml").write_text(
        "cases:\n"
        "  - {name: one, question: 'a bad word?', expect: blocked, check: a}\n"
        "  - {name: two, question: 'a good word?', expect: admitted}\n"
        "  - {name: three, sees: [clinical], roles: [reader], expect: 'yes'}\n"
        "  - {name: four, sees: [secret], roles: [reader], expect: 'no'}\n"
        "  - {name: five, passage: 'text', expect: kept}\n"
        "  - {name: six, document: 'text', expect: dropped}\n"
    )
    results = run_cases(policy, load_cases(tmp_path / "cases.yaml"), Parts())
    assert [r.ok for r in results] == [True, True, True, True, True, False]
    assert results[-1].got == "kept"


def test_a_case_without_a_subject_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text("cases:\n  - {name: one, expect: blocked}\n")
    with pytest.raises(PolicyError, match="exactly one"):
        load_cases(tmp_path / "cases.yaml")
