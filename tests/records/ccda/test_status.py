from __future__ import annotations

import pytest
from lxml import etree

from assistant.records.ccda import status

from .support import T, status_of


def act(inside: str = "", *, tag: str = "observation", attributes: str = "", code: str = "") -> object:
    stated = f'<statusCode code="{code}"/>' if code else ""
    spaces = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return etree.fromstring(f"<{tag} {spaces} {attributes}>{stated}{inside}</{tag}>")


@pytest.mark.parametrize(
    ("element", "why"),
    [
        (act(code="active"), ""), (act(code="nullified"), "entered-in-error"),
        (act(code="cancelled"), "cancelled"), (act(code="obsolete"), "replaced"),
        (act(attributes='nullFlavor="NI"'), "no information"), (act("<subject/>"), "about somebody or something else"),
        (act(code="nullified", attributes='nullFlavor="NI"'), "entered-in-error"),
    ],
)  # fmt: skip
def test_why_an_entry_is_no_fact(element: object, why: str) -> None:
    assert status.void(element) == why


def test_one_void_act_around_it_is_enough_and_none_around_it_is_no_harm() -> None:
    fine, wrong = act(code="active"), act(code="nullified", tag="act")
    assert status.void(fine, wrong) == "entered-in-error" and status.void(fine, None) == ""


def test_a_denial_may_stand_at_any_act() -> None:
    denied = act(attributes='negationInd="true"')
    assert status.denied(act(), denied) and status.denied(denied, None)
    assert not status.denied(act(), act(attributes='negationInd="false"'), None)


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (status_of("55561003"), "active"), (status_of("413322009"), "resolved"), (status_of("9", "In Remission"), "remission"),
        (status_of("9", "No longer  Active"), "inactive"),
        (status_of("9", "Something else"), "something else"), (status_of("277022003", template="1.2.3"), "remission"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_status_observation_by_code_first_then_by_words(inside: str, found: str) -> None:
    assert status.clinical_status(act(inside)) == found


def test_a_status_is_known_by_its_template_where_its_code_is_missing() -> None:
    inside = f'<entryRelationship><observation><templateId root="{T}28"/><value code="55561003"/></observation></entryRelationship>'
    assert status.clinical_status(act(inside)) == "active"
    other = '<entryRelationship><observation><templateId root="1.2.3"/><value code="55561003"/></observation></entryRelationship>'
    assert status.clinical_status(act(other)) == "", "a severity is no status"


def test_the_state_of_a_problem_in_order_of_what_is_known() -> None:
    plain, told = act(), act(status_of("55561003"))
    running, closed = act(code="active", tag="act"), act(code="completed", tag="act")
    assert status.problem_status(told, closed, ended=True, past=True) == "active"
    assert status.problem_status(plain, running, ended=True, past=True) == "resolved"
    assert status.problem_status(plain, running, ended=False, past=True) == "history"
    assert status.problem_status(plain, running, ended=False, past=False) == "active"
    assert status.problem_status(plain, closed, ended=False, past=False) == "resolved"
    assert status.problem_status(plain, None, ended=False, past=False) == "unknown"


@pytest.mark.parametrize(
    ("element", "found"),
    [(act(code="active"), "active"), (act(code="aborted"), "stopped"), (act(code="suspended"), "on-hold"), (act(), "unknown"),
     (act(status_of("73425007"), code="active"), "stopped"), (act(status_of("413322009")), "completed")],
)  # fmt: skip
def test_a_medicine_is_stopped_where_a_problem_is_inactive(element: object, found: str) -> None:
    assert status.medicine_status(element) == found


@pytest.mark.parametrize(
    ("code", "found"), [("completed", "final"), ("active", "preliminary"), ("", "recorded"), ("held", "held")]
)
def test_a_completed_act_is_a_final_result(code: str, found: str) -> None:
    assert status.result_status(act(code=code)) == found
