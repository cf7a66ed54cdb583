"""How elements of a page look, as far as it changes what they say: hidden, struck through, set in a symbol font."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*(?:0(?:\.\d+)?(?:px|pt|%)|0(?:\.0\d*)?(?:r?em)?)\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{3,}"
    r"|(?<![-\w])color\s*:\s*(?:transparent|rgba\([^)]*,\s*0\s*\))|mso-hide\s*:\s*all",
    re.I,
)
_STRIKING: Final = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.I)
_RAISING: Final = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.I)
_FAMILY: Final = re.compile(r"font-family\s*:\s*([^;,]+)", re.I)
_COLOUR: Final = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.I)
_BACKGROUND: Final = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.I)
_RULE: Final = re.compile(r"([^{}]{1,2000})\{([^{}]{0,20000})\}")
_SIMPLE: Final = re.compile(r"^(?:\w+)?([.#])([\w-]+)$")
_STRUCK: Final = frozenset("s strike del".split())


class Sheet(NamedTuple):
    """What the page's own style sheets say by simple selectors: classes (".x") and ids ("#x")."""

    hidden: frozenset[str]
    struck: frozenset[str]
    raised: frozenset[str]
    lowered: frozenset[str]


def read_sheet(root: _Element) -> Sheet:
    """The simple selectors of all style elements of a page."""
    hidden: set[str] = set()
    struck: set[str] = set()
    scripts: dict[str, set[str]] = {"super": set(), "sub": set()}
    for style in root.iter("style"):
        for selectors, body in _RULE.findall((style.text or "")[:1_000_000]):
            raising = _RAISING.search(body)
            names = {m.group(1) + m.group(2) for s in selectors.split(",") if (m := _SIMPLE.match(s.strip()))}
            hidden |= names if _HIDING.search(body) else set()
            struck |= names if _STRIKING.search(body) else set()
            if raising:
                scripts[raising.group(1).lower()] |= names
    return Sheet(frozenset(hidden), frozenset(struck), frozenset(scripts["super"]), frozenset(scripts["sub"]))


def is_hidden(element: _Element, sheet: Sheet) -> bool:
    """Whether a person does not see the element."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style") or ""
    if style and (_HIDING.search(style) or _same_colour(style)):
        return True
    return bool(sheet.hidden) and not _names(element).isdisjoint(sheet.hidden)


def is_struck(element: _Element, sheet: Sheet) -> bool:
    """Whether a line goes through the element's text."""
    if str(element.tag).lower() in _STRUCK:
        return True
    style = element.get("style") or ""
    return bool(style and _STRIKING.search(style)) or not _names(element).isdisjoint(sheet.struck)


def script_of(element: _Element, sheet: Sheet) -> str:
    """ "super" or "sub" where the element's text stands above or below its line, else ""."""
    tag = str(element.tag).lower()
    if tag in ("sup", "sub"):
        return "super" if tag == "sup" else "sub"
    if match := _RAISING.search(element.get("style") or ""):
        return match.group(1).lower()
    if sheet.raised or sheet.lowered:
        names = _names(element)
        return "super" if not names.isdisjoint(sheet.raised) else "sub" if not names.isdisjoint(sheet.lowered) else ""
    return ""


def font_of(element: _Element) -> str:
    """The first font that the element asks for, "" where it asks for none."""
    if str(element.tag).lower() == "font" and element.get("face"):
        return (element.get("face") or "").partition(",")[0]
    match = _FAMILY.search(element.get("style") or "")
    return match.group(1) if match else ""


def _names(element: _Element) -> set[str]:
    return {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}


def _same_colour(style: str) -> bool:
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    return bool(colour and background and colour.group(1).strip().lower() == background.group(1).strip().lower())
