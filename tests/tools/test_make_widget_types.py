"""The widget's types are made of the server's classes, and the committed file is what would be made now."""

from __future__ import annotations

import pytest

from tools.make_widget_types import TARGET, js_type, typedefs


def test_the_committed_types_are_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == typedefs(), "run tools/make_widget_types.py"


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "integer"}, "number"),
        ({"$ref": "#/components/schemas/Near"}, "Near"),
        ({"enum": ["a", "b"]}, '"a" | "b"'),
        ({"const": True}, "true"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"type": "array", "items": {"type": "number"}}, "readonly number[]"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, 'readonly ("a" | "b")[]'),
        ({"type": "object", "properties": {"n": {"type": "integer"}}}, "{n: number}"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
        ({"type": "object", "properties": {}}, "{}"),
    ],
)
def test_schemas_as_types(schema: dict[str, object], written: str) -> None:
    assert js_type(schema) == written


def test_a_form_that_is_not_known_is_told() -> None:
    with pytest.raises(ValueError, match="no type"):
        js_type({"type": "fraction"})
