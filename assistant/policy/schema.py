"""The published JSON Schema of a policy file, with each check's parameters, for editors that complete and underline."""

from __future__ import annotations

import copy
from typing import Any, Final

from assistant.policy.checks import CHECKS
from assistant.policy.model import Policy
from assistant.policy.sections import ALLOWED_ACTIONS, MENDING
from assistant.types import Stage

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, object]:
    """A JSON Schema (2020-12) that accepts what `load_policy` accepts, but for rules that span several keys."""
    schema = Policy.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema["$defs"]
    rule = definitions.pop("CheckRule")
    variants = []
    for use in sorted(CHECKS):
        name = f"Check_{use}"
        definitions[name] = _variant(use, rule, definitions)
        variants.append({"$ref": f"#/$defs/{name}"})
    schema["properties"]["checks"]["items"] = {"oneOf": variants}
    return {"$schema": DIALECT, "title": "Policy", **{k: v for k, v in schema.items() if k != "title"}}


def _variant(use: str, rule: dict[str, Any], definitions: dict[str, object]) -> dict[str, object]:
    """The shape of one check's entry: its own parameters, the stages where it may stand, the actions possible there."""
    spec = CHECKS[use]
    params = spec.params.model_json_schema(by_alias=True)
    definitions.update(params.pop("$defs", {}))
    variant = copy.deepcopy(rule)
    properties = variant["properties"]
    properties["use"] = {"const": use}
    properties["with"] = params
    properties["stage"] = {"enum": [str(stage) for stage in Stage if stage in spec.grains]}
    variant["title"] = use
    variant["allOf"] = [
        {
            "if": {"properties": {"stage": {"const": str(stage)}}, "required": ["stage"]},
            "then": {"properties": {"on_fail": {"enum": _actions(use, stage)}}},
        }
        for stage in Stage
        if stage in spec.grains
    ]
    return variant


def _actions(use: str, stage: Stage) -> list[str]:
    allowed = ALLOWED_ACTIONS[stage] - (frozenset() if CHECKS[use].mends else MENDING)
    return sorted(str(action) for action in allowed)
