"""The document is made from the classes: references lead somewhere, limits are those of the server, streams are told of."""

from __future__ import annotations

import json
import re

from assistant.frontends.web.openapi import document, schemas
from assistant.frontends.web.options import KIB, ServeOptions
from assistant.frontends.web.replies import Completion
from assistant.frontends.web.requests import MOST_CHARACTERS, MOST_INPUTS, MOST_MESSAGES


def test_every_reference_leads_somewhere() -> None:
    told = document()
    referred = re.findall(r'"#/components/(\w+)/([\w-]+)"', json.dumps(told))
    assert referred
    for kind, name in referred:
        assert name in told["components"][kind]


def test_limits_are_stated_and_are_those_of_the_server() -> None:
    told = document(ServeOptions(body_bytes=3 * KIB))
    paths, shapes = told["paths"], told["components"]["schemas"]
    assert "3 KiB" in paths["/v1/ask"]["post"]["requestBody"]["description"]
    assert shapes["AskRequest"]["properties"]["question"]["maxLength"] == MOST_CHARACTERS
    assert shapes["ChatRequest"]["properties"]["messages"]["maxItems"] == MOST_MESSAGES
    many = [one for one in shapes["EmbeddingsRequest"]["properties"]["input"]["anyOf"] if one["type"] == "array"]
    assert [one["maxItems"] for one in many] == [MOST_INPUTS]


def test_what_is_sent_has_every_field() -> None:
    """A field with a default is still always sent: clients may count on it."""
    assert set(schemas([Completion], "serialization")["Completion"]["required"]) == set(Completion.model_fields)


def test_each_post_tells_its_errors() -> None:
    for path, methods in document()["paths"].items():
        if "post" in methods:
            assert {"400", "401", "413", "429"} <= set(methods["post"]["responses"]), path
