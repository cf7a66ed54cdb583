"""Every journey of the widget and the admin page by keyboard alone: Tab, Shift+Tab, Enter, Space, Escape and letters; no pointer,
and nothing focused by the test itself. What cannot be reached by Tab is not there for who has no mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.frontends.web.conftest import PASSWORD
from tests.frontends.web.support import HostPage, Running, Site, wait_until
from tests.frontends.web.test_browser import QUESTION, embed, heard

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(900)]

# The name of what has the focus, through shadow roots: its label, else its text.
_FOCUSED = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return '';
  const label = at.id && at.getRootNode().querySelector(`label[for="${at.id}"]`);
  return (at.getAttribute('aria-label') || (label && label.textContent) || at.textContent || at.tagName).trim();
}"""


class Keys:
    """A person at a keyboard."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab

    @property
    def at(self) -> str:
        """The name of what has the focus."""
        return str(self.tab.evaluate(_FOCUSED))

    def to(self, name: str, *, back: bool = False, most: int = 90) -> None:
        """Tab to the next thing of that name; fails where Tab does not lead there."""
        seen = []
        for _ in range(most):
            self.tab.keyboard.press("Shift+Tab" if back else "Tab")
            seen.append(self.at)
            if self.at.startswith(name):
                return
        pytest.fail(f"Tab does not lead to {name!r}, but to {seen}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tab.keyboard.press(key)

    def type(self, text: str) -> None:
        self.tab.keyboard.type(text)


@pytest.fixture
def tab(browser: Any, page: HostPage, site: Site) -> Iterator[Any]:
    page.csp, page.mint, page.token_calls = "", site.token, 0
    context = browser.new_context(viewport={"width": 1100, "height": 860}, reduced_motion="reduce")
    made = context.new_page()
    made.set_default_timeout(300_000)
    yield made
    context.close()


@pytest.fixture
def keys(tab: Any) -> Keys:
    return Keys(tab)


def answers(tab: Any, number: int) -> None:
    tab.locator("assistant-chat .badge").nth(number - 1).wait_for()


def test_a_visitors_journey(tab: Any, keys: Keys, page: HostPage, server: Running) -> None:
    embed(page, server)
    tab.goto(page.origin)
    keys.to("Ask us")
    keys.press("Enter")
    assert keys.at == "Your question"
    keys.type(QUESTION)
    keys.press("Enter")
    answers(tab, 1)
    assert keys.at == "Your question", "the focus stays where one types"
    # The source of the answer, and back.
    keys.to("Source 1", back=True)
    keys.press("Enter")
    tab.locator("assistant-chat .sheet mark").wait_for()
    keys.press("Escape")
    assert keys.at.startswith("Source 1")
    # How it was checked, told and folded away again.
    keys.to("How was this checked?")
    keys.press("Enter")
    assert tab.locator("assistant-chat .checks").first.is_visible()
    keys.press("Space")
    assert tab.locator("assistant-chat .checks").first.is_hidden()
    # A thumb down, and why.
    keys.to("Not helpful")
    keys.press("Space")
    keys.to("Something is missing")
    keys.press("Enter")
    assert [vote["vote"] for vote in heard(tab, "feedback")] == ["down", "down"]
    assert keys.at == "Not helpful"
    # A person, with the conversation taken along.
    keys.to("Talk to a person")
    keys.press("Enter")
    tab.locator("assistant-chat .ways").wait_for()
    keys.to("Take our conversation along")
    keys.press("Space")
    keys.to("Write to")
    assert "delivery" in tab.evaluate("document.querySelector('assistant-chat').shadowRoot.activeElement.href")
    keys.press("Escape")
    assert keys.at == "Talk to a person"
    # Anew, and away.
    keys.to("New conversation", back=True)
    keys.press("Enter")
    assert tab.locator("assistant-chat .reply").count() == 0
    keys.to("Close")
    keys.press("Enter")
    assert keys.at.startswith("Ask us")


def test_a_question_that_was_read_otherwise_is_taken_as_it_was_typed(
    tab: Any, keys: Keys, page: HostPage, server: Running
) -> None:
    embed(page, server)
    tab.goto(page.origin)
    keys.to("Ask us")
    keys.press("Enter")
    keys.type("How long does standard delivry take?")
    keys.press("Enter")
    answers(tab, 1)
    keys.to("Take it as I typed it", back=True)
    keys.press("Enter")
    answers(tab, 2)
    assert tab.locator("assistant-chat .reply").last.locator(".read").count() == 0


def test_a_closest_passage_is_opened_and_its_reason_read(tab: Any, keys: Keys, page: HostPage, server: Running) -> None:
    embed(page, server)
    tab.goto(page.origin)
    keys.to("Ask us")
    keys.press("Enter")
    keys.type("How heavy is the box of a gift card from Norway?")
    keys.press("Enter")
    answers(tab, 1)
    keys.to("Why was this not answered?", back=True)
    keys.press("Enter")
    assert '"Norway"' in tab.locator("assistant-chat .checks").inner_text()
    place = tab.locator("assistant-chat .passages button").first.inner_text()
    keys.to(place, back=True)
    keys.press("Enter")
    tab.locator("assistant-chat .sheet mark").wait_for()
    assert keys.at == "Back to the answer"
    keys.press("Enter")
    assert keys.at == place


def test_an_administrators_journey(browser: Any, server: Running) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    tab.set_default_timeout(300_000)
    keys = Keys(tab)
    tab.goto(f"{server.base}/admin/")
    tab.locator("#login").wait_for()
    if keys.at != "User name":
        keys.to("User name")
    keys.type("ann")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    tab.locator("#nav button").first.wait_for()
    # Every section is reached, and says where one is.
    for button in tab.locator("#nav button").all():
        name = button.inner_text()
        keys.to(name)
        keys.press("Enter")
        tab.locator("#heading", has_text=name).wait_for()
        # The page's own policy forbids code from strings, so it is asked for from outside.
        wait_until(lambda: not tab.locator("#message").inner_text().startswith("Loading"))
        assert keys.at != "", f"the focus is lost in {name}"
        keys.tab.keyboard.press("Home")
    # Ask as a customer would.
    keys.to("Try", back=True)
    keys.press("Enter")
    keys.to("Question")
    keys.type(QUESTION)
    keys.to("Ask")
    keys.press("Enter")
    tab.locator(".answer").wait_for()
    assert "3 to 5 working days" in tab.locator(".answer").inner_text()
    # A fairness report is chosen, begun and stopped.
    keys.to("Reports", back=True)
    keys.press("Enter")
    tab.locator("#heading", has_text="Reports").wait_for()
    keys.to("Report")
    keys.type("Fairness")
    assert tab.get_by_label("Questions at most").is_hidden()
    keys.to("Run")
    keys.press("Enter")
    tab.locator("progress").wait_for()
    keys.to("Stop")
    keys.press("Enter")
    assert keys.at.startswith("Stop: sure?") or "sure?" in keys.at
    keys.press("Enter")
    tab.get_by_text("stopped").wait_for()
    keys.to("Log out", back=True)
    keys.press("Enter")
    tab.locator("#login").wait_for()
    context.close()
