"""Write the types of what the widget gets from the server, as JSDoc made from the server's own classes.

python tools/make_widget_types.py          writes assistant/frontends/web/static/widget/wire.js
python tools/make_widget_types.py --check  ends with 1 where that file is not what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from assistant import shapes
from assistant.frontends.web import replies
from assistant.frontends.web.openapi import schemas

TARGET: Final = Path(__file__).parents[1] / "assistant/frontends/web/static/widget/wire.js"
_HEAD: Final = """/* What the server sends to the widget. Made by tools/make_widget_types.py from the server's own classes: do not edit. */
export {};
"""
# What comes to the widget, each with all that it holds.
_SENT: Final = (
    shapes.PublicAnswer, replies.RunEvent, replies.QueuedEvent, replies.PublicReleased, replies.WithdrawnEvent,
    replies.PublicFinished, replies.FailedEvent, replies.QuoteInContext, replies.ContactReply, replies.HandoverReply,
    replies.Hello, replies.Error,
)  # fmt: skip
_PLAIN: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def typedefs() -> str:
    """The file's text."""
    made = schemas(_SENT, "serialization")
    return _HEAD + "".join(_typedef(name, schema) for name, schema in made.items())


def _typedef(name: str, schema: dict[str, Any]) -> str:
    told = " ".join(str(schema.get("description", "")).split())
    about = f"{told}\n * " if told else ""
    return f"\n/**\n * {about}@typedef {{{js_type(schema)}}} {name}\n */\n"


def js_type(schema: dict[str, Any]) -> str:
    """A JSON Schema as a JSDoc type. Raises ValueError for a form that none of our classes has."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " | ".join(f'"{value}"' if isinstance(value, str) else str(value).lower() for value in values)
    if "anyOf" in schema:
        return " | ".join(js_type(one) for one in schema["anyOf"])
    kind = schema.get("type")
    if kind == "array":
        inner = js_type(schema["items"])
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    if kind == "object":
        fields = schema.get("properties", {})
        if not fields:
            return (
                f"Record<string, {js_type(schema['additionalProperties'])}>"
                if "additionalProperties" in schema
                else "{}"
            )
        return "{" + ", ".join(f"{name}: {js_type(field)}" for name, field in fields.items()) + "}"
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise ValueError(f"no type for {schema}")


def main() -> int:
    """Write the file, or say whether it is current."""
    text = typedefs()
    if "--check" in sys.argv[1:]:
        current = TARGET.read_text(encoding="utf-8") == text
        print("current" if current else f"{TARGET.name} is not current: run tools/make_widget_types.py")
        return 0 if current else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
