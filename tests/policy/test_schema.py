from __future__ import annotations

import json

import pytest

from assistant.errors import PolicyError
from assistant.formats.yamlfile import read_yaml
from assistant.policy.checks import CHECKS
from assistant.policy.schema import json_schema


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
