"""The admin page's sections in a real Chromium, by keyboard where a journey is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.policy import versions
from tests.frontends.web.conftest import PASSWORD
from tests.frontends.web.support import Running, wait_until

pytestmark = [pytest.mark.weights, pytest.mark.slow]


@pytest.fixture
def desk(browser: Any, server: Running) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    tab.goto(f"{server.base}/admin/")
    tab.locator("#name").fill("ann")
    tab.locator("#password").fill(PASSWORD)
    tab.keyboard.press("Enter")
    tab.locator("#nav button").first.wait_for()
    yield tab
    context.close()


def capture(tab: Any, name: str) -> None:
    if folder := os.environ.get("ASSISTANT_CAPTURES"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_policy_is_changed_by_keyboard_after_it_was_tried(desk: Any, server: Running) -> None:
    before = server.services.assistant.gate.policy.sha256
    desk.locator("#nav button[data-section=policy]").focus()
    desk.keyboard.press("Enter")
    draft = desk.get_by_label("Draft")
    draft.wait_for()
    text = draft.input_value()
    assert versions.digest(text) == before
    force = desk.get_by_role("button", name="Put in force")
    assert force.is_disabled()
    draft.fill(text.replace("max_words: 100", "max_words: 80"))
    desk.get_by_role("button", name="Check and compare").press("Enter")
    desk.locator(".diff .comes", has_text="80").first.wait_for()
    capture(desk, "admin-policy-diff")
    desk.get_by_role("button", name="Try on the cases").press("Enter")
    desk.locator(".pill.good", has_text="as expected").first.wait_for()
    capture(desk, "admin-policy-tried")
    force.press("Enter")
    desk.get_by_role("button", name="Put in force: sure?").press("Enter")
    desk.get_by_text("In force, from the next question on.").wait_for()
    assert server.services.assistant.gate.policy.sha256 != before
    capture(desk, "admin-policy-versions")
    back = desk.get_by_role("button", name="Return to customer-service").first
    back.press("Enter")
    desk.get_by_role("button", name="sure?").press("Enter")
    desk.get_by_text("In force again").wait_for()
    assert server.services.assistant.gate.policy.sha256 == before


def test_another_letter_in_the_draft_takes_the_trial_away(desk: Any) -> None:
    desk.locator("#nav button[data-section=policy]").click()
    draft = desk.get_by_label("Draft")
    desk.get_by_role("button", name="Try on the cases").click()
    desk.locator(".pill.good", has_text="as expected").first.wait_for()
    assert desk.get_by_role("button", name="Put in force").is_enabled()
    draft.press("End")
    draft.type(" ")
    assert desk.get_by_role("button", name="Put in force").is_disabled()


def test_a_key_is_shown_once(desk: Any, server: Running) -> None:
    desk.locator("#nav button[data-section=access]").click()
    desk.get_by_text("Add a key").click()
    form = desk.locator("details", has_text="Add a key")
    form.get_by_label("Name").fill("robot-two")
    form.get_by_label("customer").check()
    form.get_by_role("button", name="Add").click()
    told = desk.locator("[role=alert] pre")
    told.wait_for()
    assert told.inner_text().startswith("sk-local-")
    capture(desk, "admin-access")
    desk.get_by_role("button", name="Take robot-two back").click()
    desk.get_by_role("button", name="sure?").click()
    desk.get_by_text("Taken back: robot-two").wait_for()
    assert "robot-two" not in server.services.access.keys


def test_a_report_tells_how_far_it_is(desk: Any) -> None:
    desk.locator("#nav button[data-section=reports]").click()
    desk.get_by_label("Questions at most").fill("1")
    desk.get_by_role("button", name="Run").click()
    desk.locator("progress").wait_for()
    capture(desk, "admin-report-running")
    desk.get_by_role("button", name="Stop").click()
    desk.get_by_role("button", name="sure?").click()
    desk.get_by_text("stopped").wait_for()


def test_no_section_has_a_serious_fault_for_those_who_use_it_otherwise(desk: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found: dict[str, list[tuple[str, str, str]]] = {}
    names = [button.get_attribute("data-section") for button in desk.locator("#nav button").all()]
    assert {"policy", "access", "reports", "people", "trial", "gaps"} <= set(names)
    for name in names:
        desk.locator(f"#nav button[data-section={name}]").click()
        # The page's own policy forbids code from strings, so it is asked for from outside.
        wait_until(lambda: not desk.locator("#message").inner_text().startswith("Loading"))
        closed = desk.locator("#view details:not([open]) > summary")
        for at in reversed(range(closed.count())):  # from the last: each that opens leaves the list
            closed.nth(at).click()
        faults = axe.run(desk, options=rules).response["violations"]
        serious = [
            (f["id"], f["impact"], f["nodes"][0]["html"][:200])
            for f in faults
            if f["impact"] in ("serious", "critical")
        ]
        if serious:
            found[str(name)] = serious
    assert not found
