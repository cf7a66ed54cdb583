"""Ways to a person: only what a link can hold safely, since the widget makes links of them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from assistant.packs.contact import Contact


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "555-0111"),
        ("phone", "+44 20 7946 0000"),
        ("mail", "help.desk+shop@example.org"),
        ("form", "https://www.example.org/contact?from=chat"),
    ],
)
def test_what_is_taken(field: str, value: str) -> None:
    made = Contact.model_validate({field: value})
    assert getattr(made, field) == value
    assert made.reachable


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "call us"),
        ("phone", "1"),
        ("phone", "1" * 31),
        ("phone", "555 0130 ext. 4"),
        ("mail", "a@b, c@d"),
        ("mail", "a?bcc=x@example.org"),
        ("mail", "nobody"),
        ("mail", '"><script>@example.org'),
        ("form", "http://www.example.org/"),
        ("form", "javascript:alert(1)"),
        ("form", "https://www.example.org/ x"),
        ("form", 'https://www.example.org/"onclick'),
        ("hours", ""),
        ("fax", "555-0111"),
    ],
)
def test_what_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Contact.model_validate({field: value})


def test_hours_alone_reach_nobody() -> None:
    assert not Contact(hours="always").reachable
    assert not Contact().reachable
