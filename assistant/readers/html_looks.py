"""How elements of a page look, as far as it changes what they say: hidden, struck through, set in a symbol font."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from assistant.readers.css import Styles

if TYPE_CHECKING:
    from lxml.etree import _Element

_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*(?:0(?:\.\d+)?(?:px|pt|%)|0(?:\.0\d*)?(?:r?em)?)\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{3,}"
    r"|(?<![-\w])color\s*:\s*(?:transparent|rgba\([^)]*,\s*0\s*\))|mso-hide\s*:\s*all",
    re.I,
)
_GONE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*collapse", re.I)
_STRIKING: Final = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.I)
_RAISING: Final = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.I)
_FAMILY: Final = re.compile(r"font-family\s*:\s*([^;,]+)", re.I)
_COLOUR: Final = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.I)
_BACKGROUND: Final = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.I)
_LIST_STYLE: Final = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b((?:lower|upper)-(?:alpha|latin|roman)|decimal(?:-leading-zero)?)\b", re.I
)
_LIST_FORMS: Final = {
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "decimal": "decimal", "decimal-leading-zero": "decimalZero",
}  # fmt: skip
_TYPES: Final = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_SCREEN: Final = frozenset({"", "all", "screen"})
_STRUCK: Final = frozenset("s strike del".split())
_BLOCKS: Final = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure form header hr "
    "html legend li main ol p pre section summary table tbody tfoot thead tr td th ul".split()
)
_HEADING: Final = re.compile(r"h[1-6]")
# CSS Display 3: boxes that begin a line of their own, or stand in a cell of their own.
_APART: Final = re.compile(
    r"(?<![-\w])display\s*:\s*(?:block|flow-root|flex|grid|list-item|table(?:-row|-cell|-caption)?)\s*(?:;|!|$)", re.I
)


def read_sheet(root: _Element, linked: Iterable[str] = ()) -> Styles:
    """The rules of `linked` sheets and of all style elements of a page, but for those that are for print alone."""
    own = [style.text or "" for style in root.iter("style") if (style.get("media") or "").strip().lower() in _SCREEN]
    return Styles([*linked, *own])


def is_block(tag: str) -> bool:
    """Whether elements of this name begin a line of their own where nothing else is declared."""
    return tag in _BLOCKS or _HEADING.fullmatch(tag) is not None


def stands_apart(tag: str, style: str) -> bool:
    """Whether an element that is no block by its name is made one: "1" before such a "5 mg" is not "15 mg"."""
    return bool(style) and not is_block(tag) and _APART.search(style) is not None


def is_hidden(element: _Element, style: str) -> bool:
    """Whether a person does not see the element; `style`: all that is declared for it."""
    return element.get("hidden") is not None or hides(style)


def hides(style: str) -> bool:
    """Whether a person does not see what has this style."""
    return bool(style and (_HIDING.search(style) or _same_colour(style)))


def keeps_place(element: _Element, style: str) -> bool:
    """Whether an element that is not seen still takes up its place, as a cell does that is only invisible."""
    return element.get("hidden") is None and _GONE.search(style) is None


def is_struck(element: _Element, style: str) -> bool:
    """Whether a line goes through the element's text."""
    if str(element.tag).lower() in _STRUCK:
        return True
    return bool(style and _STRIKING.search(style))


def script_of(element: _Element, style: str) -> str:
    """ "super" or "sub" where the element's text stands above or below its line, else ""."""
    tag = str(element.tag).lower()
    if tag in ("sup", "sub"):
        return "super" if tag == "sup" else "sub"
    match = _RAISING.search(style) if style else None
    return match.group(1).lower() if match else ""


def list_form(element: _Element, style: str) -> str:
    """How the numbers of an ordered list are written: by its style, else by its type."""
    match = _LIST_STYLE.search(style) if style else None
    named = _LIST_FORMS.get(match.group(1).lower()) if match else None
    return named or _TYPES.get(element.get("type") or "", "decimal")


def font_of(element: _Element, style: str) -> str:
    """The first font that the element asks for, "" where it asks for none."""
    if str(element.tag).lower() == "font" and element.get("face"):
        return (element.get("face") or "").partition(",")[0]
    match = _FAMILY.search(style) if style else None
    return match.group(1) if match else ""


def _same_colour(style: str) -> bool:
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    return bool(colour and background and colour.group(1).strip().lower() == background.group(1).strip().lower())
