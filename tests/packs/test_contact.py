"""Numbers and addresses that a front end may offer to a person in need of one: dialable, mailable, over TLS."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from assistant.packs.contact import Contact


def test_nobody_is_reachable_by_opening_hours_alone() -> None:
    assert not Contact().reachable
    assert not Contact(hours="Monday to Friday, 9 to 5").reachable


@pytest.mark.parametrize(
    "way",
    [
        {"phone": "555-0130"},
        {"phone": "+44 (0)20 7946 0018"},
        {"mail": "desk@example.org"},
        {"form": "https://example.org:8443/help?topic=repair"},
    ],
)
def test_one_way_is_enough(way: dict[str, str]) -> None:
    assert Contact.model_validate(way).reachable


@pytest.mark.parametrize(
    "way",
    [
        {"phone": "call us"},
        {"phone": "5"},
        {"phone": "555 0130 ext. 4"},
        {"phone": "1" * 31},
        {"mail": "a@b, c@d"},
        {"mail": '"><script>@example.org'},
        {"form": "http://example.org/"},
        {"form": "javascript:alert(1)"},
        {"form": 'https://example.org/"onclick'},
        {"hours": ""},
        {"fax": "555-0130"},
    ],
)
def test_what_could_not_be_dialled_or_would_break_a_page_is_refused(way: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Contact.model_validate(way)
