"""What visitors do with the widget beyond asking, in a real Chromium: a person, a rating, history, hostile pages, small screens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from assistant.facade import Assistant
from tests.frontends.web.support import FILES, HostPage, Running, Site, wait_until
from tests.frontends.web.test_browser import QUESTION, ask, embed, heard, visit

pytestmark = [pytest.mark.weights, pytest.mark.slow]
# What pages do to everything on them, and more of it than any page does.
HOSTILE_CSS = """
*{all:revert!important;letter-spacing:6px!important;text-transform:uppercase!important;color:red!important;background:lime!important;
border:3px dotted blue!important;font:italic 30px cursive!important;text-align:center!important;line-height:3!important;
direction:rtl!important;word-spacing:2em!important;white-space:nowrap!important;cursor:none!important;pointer-events:none!important}
assistant-chat{transform:rotate(8deg)!important;opacity:.3!important;width:90px!important;filter:blur(4px)!important;
position:relative!important;visibility:hidden!important;display:none!important;--_accent:red!important;zoom:3!important}
button,textarea,input,label,a{padding:40px!important;width:5px!important}
"""
INNER = "document.querySelector('assistant-chat').shadowRoot"


@pytest.fixture
def tab(browser: Any, page: HostPage, site: Site) -> Iterator[Any]:
    page.csp, page.mint, page.token_calls = "", site.token, 0
    context = browser.new_context(viewport={"width": 1000, "height": 760}, reduced_motion="reduce")
    made = context.new_page()
    made.set_default_timeout(60_000)
    yield made
    context.close()


def style_of(tab: Any, selector: str, *names: str) -> list[str]:
    found: list[str] = tab.evaluate(
        f"([s, names]) => {{ const c = getComputedStyle({INNER}.querySelector(s)); return names.map((n) => c[n]); }}",
        [selector, list(names)],
    )
    return found


def test_nothing_of_a_hostile_page_reaches_the_widget(
    tab: Any, page: HostPage, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = {
        ".root": ("color", "letterSpacing", "textTransform", "fontStyle", "direction", "wordSpacing", "cursor"),
        ".panel": ("backgroundColor", "borderTopStyle", "width", "height", "pointerEvents"),
        "textarea": ("fontSize", "padding", "whiteSpace", "textAlign"),
        ".send": ("width", "backgroundColor", "lineHeight"),
    }
    seen = []
    for css in ("", HOSTILE_CSS):
        monkeypatch.setitem(FILES, "/hostile.css", css)
        embed(page, server)
        page.head += '<link rel="stylesheet" href="/hostile.css">'
        widget = visit(tab, page)
        box = widget.locator(".panel").bounding_box()
        host = tab.evaluate(
            "(() => { const c = getComputedStyle(document.querySelector('assistant-chat'));"
            " return [c.transform, c.opacity, c.filter, c.visibility, c.zoom]; })()"
        )
        seen.append([box, host, *(style_of(tab, part, *names) for part, names in watched.items())])
    assert seen[1] == seen[0]


def test_a_person_is_reached_without_code_of_the_page(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server)
    widget = visit(tab, page)
    reply = ask(tab, "Can I talk to a human?")
    assert reply.locator(".badge").inner_text() == "Our standard reply"
    contact = server.services.assistant.pack.contact
    reply.locator("button", has_text="Talk to a person").click()
    sheet = widget.locator(".sheet")
    sheet.locator(".way").first.wait_for()
    assert contact.hours in sheet.inner_text()
    links = [link.get_attribute("href") for link in sheet.locator("a.way").all()]
    assert links[0] == "tel:5550111"
    assert links[1].startswith(f"mailto:{contact.mail}?subject=")
    assert links[2] == contact.form
    # Of the conversation nothing goes along before the visitor says so.
    assert "human" not in unquote(links[1])
    assert sheet.get_by_text("Copy the conversation").is_hidden()
    sheet.locator("#agree").check()
    assert "Can I talk to a human?" in unquote(sheet.locator("a[href^=mailto]").get_attribute("href"))
    assert sheet.get_by_text("Copy the conversation").is_visible()
    # It is confirmed, with a reference that stands in the audit record.
    tab.evaluate(f"{INNER}.querySelector('a[href^=tel]').addEventListener('click', (e) => e.preventDefault())")
    sheet.locator("a[href^=tel]").click()
    told = sheet.locator(".done").inner_text()
    record = next(r for r in reversed(list(server.services.assistant.vault.audit.records())) if r.kind == "handover")
    assert record.record["reference"] in told
    assert heard(tab, "handover") == []


def test_a_person_is_offered_also_where_the_answer_was_there_first(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server)
    held: list[Any] = []
    tab.route("**/widget/v1/contact", lambda route: held.append(route))
    visit(tab, page)
    reply = ask(tab, "Can I talk to a human?")
    offer = reply.locator("button", has_text="Talk to a person")
    assert offer.is_hidden(), "whether there is a way is not known yet"
    assert held
    held[0].continue_()
    offer.wait_for()


def test_a_page_that_takes_visitors_over_gets_the_words_only_by_consent(
    tab: Any, page: HostPage, server: Running
) -> None:
    embed(page, server, "handover")
    widget = visit(tab, page)
    reply = ask(tab)
    for consent in (False, True):
        reply.locator("button", has_text="Talk to a person").click()
        widget.locator(".sheet .way").first.wait_for()
        if consent:
            widget.locator("#agree").check()
        widget.get_by_text("Hand over here").click()
        assert "handed over" in widget.locator(".done").inner_text()
        widget.locator(".sheet .bar button").click()
    bare, whole = heard(tab, "handover")
    assert "conversation" not in bare
    assert bare["reference"] and bare["audit_id"]
    assert whole["conversation"][0]["question"] == QUESTION


def test_the_documented_page_answers(tab: Any, server: Running, web_assistant: Assistant, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "web.md").read_text(encoding="utf-8")
    script = tmp_path / "page.py"
    script.write_text(text.split("<!-- host page -->")[1].split("```python")[1].split("```")[0], encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    secret = server.services.access.add_site("mine", [origin], ["customer"], web_assistant.gate.policy)
    own = {"SITE": "mine", "SITE_SECRET": secret, "ASSISTANT_SERVER": server.base, "PAGE_PORT": str(port)}
    process = subprocess.Popen([sys.executable, script], env={**os.environ, **own}, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port))
        tab.goto(origin)
        tab.locator("assistant-chat .launcher").click()
        assert "3 to 5 working days" in ask(tab).locator(".said").inner_text()
    finally:
        process.kill()
        process.wait()
        server.services.access.revoke("mine")


def _listens(port: int) -> bool:
    with socket.socket() as made:
        return made.connect_ex(("127.0.0.1", port)) == 0


def test_a_robot_says_yes(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server)
    visit(tab, page)
    said = ask(tab, "Are you a robot?").locator(".said").inner_text()
    assert said.startswith("Yes, I am a computer program")


def test_a_rating_asks_for_a_reason(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server)
    visit(tab, page)
    reply = ask(tab)
    assert reply.locator(".reasons").is_hidden()
    reply.locator("button[aria-label='Not helpful']").click()
    reply.get_by_text("Something is missing").click()
    assert reply.locator(".reasons").is_hidden()
    assert [(told["vote"], told.get("reason")) for told in heard(tab, "feedback")] == [
        ("down", None),
        ("down", "incomplete"),
    ]
    # A second thought takes the reasons away again.
    reply.locator("button[aria-label='Not helpful']").click()
    reply.locator("button[aria-label='Helpful']").click()
    assert reply.locator(".reasons").is_hidden()


def test_history_over_page_loads_needs_consent(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server)
    widget = visit(tab, page)
    ask(tab)
    assert tab.evaluate("sessionStorage.length + localStorage.length") == 0
    tab.reload()
    assert widget.locator(".reply").count() == 0
    widget.locator(".launcher").click()
    ask(tab)
    widget.locator("#keep").check()
    tab.reload()
    widget.locator(".reply .badge").wait_for()
    assert widget.locator(".panel").is_visible()
    assert "3 to 5 working days" in widget.locator(".said").inner_text()
    assert widget.locator("#keep").is_checked()
    # The source of a kept answer belongs to a session that is gone: its quote is shown, and that there is no more.
    widget.locator(".cite").first.click()
    widget.locator(".sheet .note", has_text="cannot be shown").wait_for()
    tab.keyboard.press("Escape")
    widget.locator("#keep").uncheck()
    assert tab.evaluate("sessionStorage.length") == 0
    tab.reload()
    assert widget.locator(".reply").count() == 0


def test_an_answer_behind_a_closed_panel_is_marked(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server, 'position="start" size="small"')
    widget = visit(tab, page)
    assert widget.locator(".panel").bounding_box()["x"] == 24
    assert widget.locator(".panel").bounding_box()["width"] == 340
    tab.locator("assistant-chat textarea").fill(QUESTION)
    tab.keyboard.press("Enter")
    tab.keyboard.press("Escape")
    widget.locator(".unread").wait_for()
    assert "1 new answer" in widget.locator(".launcher").inner_text()
    widget.locator(".launcher").click()
    widget.locator("button[aria-label='Close']").click()
    assert widget.locator(".unread").is_hidden()


def test_sources_are_numbered_in_order_and_named_in_words(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server)
    visit(tab, page)
    reply = ask(tab, "How long does standard delivery take and how long does express delivery take?")
    marks = [int(mark.inner_text()) for mark in reply.locator(".cite").all()]
    listed = [int(n.inner_text()) for n in reply.locator(".list .n").all() if n.inner_text()]
    assert marks
    assert list(dict.fromkeys(marks)) == list(range(1, len(set(marks)) + 1))
    assert listed == sorted(set(marks))
    place = reply.locator(".list .t").first.inner_text()
    assert "section " in place
    assert "line " not in place.split("\n")[0]


@pytest.mark.parametrize(("width", "height"), [(320, 568), (844, 390), (640, 380)])
def test_small_screens_are_usable(
    browser: Any, page: HostPage, server: Running, site: Site, width: int, height: int
) -> None:
    """320 px, a phone on its side, and 1280 by 760 at 200 %: the whole is on the screen and a third of it is for reading."""
    page.csp, page.mint = "", site.token
    embed(page, server, "handover")
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    widget = visit(tab, page)
    reply = ask(tab)
    box = widget.locator(".panel").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, width, height)
    assert widget.locator(".log").bounding_box()["height"] >= height / 3
    assert tab.evaluate(f"{INNER}.querySelector('.panel').scrollWidth") <= width
    for control in (".send", "button[aria-label='Close']", "#keep"):
        part = widget.locator(control).bounding_box()
        assert part["x"] >= 0 and part["x"] + part["width"] <= width
        assert part["y"] + part["height"] <= height
    reply.locator("button", has_text="Talk to a person").click()
    widget.locator(".sheet .way").first.wait_for()
    last = widget.locator(".sheet .way:visible").last
    last.scroll_into_view_if_needed()
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= height
    context.close()


def test_right_to_left(tab: Any, page: HostPage, server: Running) -> None:
    embed(page, server, 'dir="rtl"')
    widget = visit(tab, page)
    reply = ask(tab)
    assert widget.locator(".panel").bounding_box()["x"] == 24
    assert widget.locator("button[aria-label='Close']").bounding_box()["x"] < 120
    # The words are English: they run from left to right where they stand.
    assert style_of(tab, ".root", "direction") == ["rtl"]
    assert reply.locator(".said").evaluate("(n) => getComputedStyle(n).direction") == "ltr"


def test_wrong_secret_route_and_origin_are_told_apart(tab: Any, page: HostPage, server: Running, site: Site) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    wrong = Site(site.name, "x" * 43, site.origin)
    faults = {
        "invalid": (wrong.token, "does not accept the pass"),
        "route": (lambda: "", "gave no pass"),
        "refused": (lambda: Site(site.name, site.secret, "https://evil.example").token(), "not"),
    }
    codes = []
    for mint, shown in faults.values():
        page.mint = mint
        embed(page, server)
        widget = visit(tab, page)
        tab.locator("assistant-chat textarea").fill(QUESTION)
        tab.keyboard.press("Enter")
        widget.locator(".trouble").wait_for()
        assert shown in widget.locator(".trouble").inner_text()
        assert widget.locator(".trouble button").count() == 0
        codes.append(heard(tab, "error")[0]["code"])
    assert codes == ["invalid", "route", "origin"]
    hints = [text for text in said if text.startswith("assistant-chat:")]
    assert len(hints) == 3
    assert "secret of a site" in hints[0] and "token-src" in hints[1] and "origin" in hints[2]


def test_axe_finds_nothing_serious_in_what_is_new(tab: Any, page: HostPage, server: Running) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

    def serious() -> list[str]:
        found = axe.Axe().run(tab).response["violations"]
        return [
            f"{v['id']}: {n['html'][:120]}" for v in found if v["impact"] in ("serious", "critical") for n in v["nodes"]
        ]

    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        embed(page, server, "handover dir='rtl'" if scheme == "dark" else "handover")
        widget = visit(tab, page)
        reply = ask(tab, "How heavy is the box of a gift card from Norway?")
        reply.locator("button[aria-label='Not helpful']").click()
        assert serious() == [], scheme
        reply.locator("button", has_text="Talk to a person").click()
        widget.locator(".sheet .way").first.wait_for()
        widget.locator("#agree").check()
        assert serious() == [], f"{scheme}, person"


def test_a_misspelt_question_is_shown_as_it_was_read_and_a_tap_takes_it_as_typed(
    tab: Any, page: HostPage, server: Running
) -> None:
    embed(page, server)
    widget = visit(tab, page)
    typed = "How long does standard delivry take?"
    reply = ask(tab, typed)
    assert reply.locator(".read .note").inner_text() == f"I read this as: {QUESTION}"
    assert "3 to 5 working days" in reply.locator(".said").inner_text()
    if folder := os.environ.get("ASSISTANT_CAPTURES"):
        tab.screenshot(path=f"{folder}/widget-read-as.png")
    reply.get_by_text("Correct it").click()
    assert widget.locator("textarea").input_value() == typed
    widget.locator("textarea").fill("")
    badges = widget.locator(".badge").count()
    reply.get_by_text("Take it as I typed it").click()
    widget.locator(".badge").nth(badges).wait_for()
    again = widget.locator(".reply").last
    assert again.locator(".read").count() == 0
    assert widget.locator(".user").last.inner_text().endswith(typed)
    assert widget.locator(".reply").count() == 2


def test_a_verified_answer_says_so(tab: Any, page: HostPage, server: Running) -> None:
    from datetime import UTC, datetime, timedelta

    from assistant.curating.verified import Source, Vouching
    from assistant.types import Principal

    assistant = server.services.acting_as(Principal("anne", frozenset({"supervisor"})))
    question = "Do you deliver to the moon?"
    passage = next(p for p in assistant.search(QUESTION) if "3 to 5 working days" in p.text)
    text = next(line for line in " ".join(passage.text.split()).split(". ") if "3 to 5 working days" in line) + "."
    until = datetime.now(UTC).date() + timedelta(days=30)
    made = Vouching(assistant).add(text, [question], Source(passage.document_id, passage.id), until=until)
    try:
        embed(page, server)
        visit(tab, page)
        reply = ask(tab, question)
        assert reply.locator(".badge").inner_text().startswith("Verified by our staff, valid until ")
        assert str(until.year) in reply.locator(".badge").inner_text()
        assert "anne" not in reply.inner_text(), "who vouches is nothing for strangers"
        if folder := os.environ.get("ASSISTANT_CAPTURES"):
            tab.screenshot(path=f"{folder}/widget-verified.png")
    finally:
        Vouching(assistant).withdraw(made.id)
