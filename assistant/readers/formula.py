"""Formulas of Office (OMML, ISO/IEC 29500-1, 22.1) and of pages (MathML) as a line of text: "1/2", "10^6", "sqrt(a + b)"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.formats.xml import local

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST: Final = 60
_ONE: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]\w*")
"""A number, a name: nothing of it can be taken for a part."""
_DROPPED: Final = frozenset(
    "rPr ctrlPr fPr sSupPr sSubPr sSubSupPr sPrePr radPr naryPr dPr funcPr accPr barPr boxPr".split()
)
_SUMS: Final = "∫"
"""The operator of an n-ary expression that names none (22.1.2.70)."""


def formula(element: _Element, depth: int = 0) -> str:
    """The text of a formula; what is nested deeper than any formula is read without its structure."""
    if depth > _DEEPEST:
        return "".join(t.text or "" for t in element.iter() if local(t) == "t")
    kind = local(element)
    if kind == "t":
        return element.text or ""
    if kind in _DROPPED or kind.endswith("Pr"):
        return ""
    if maker := _MAKERS.get(kind):
        return maker(element, depth + 1)
    return "".join(formula(child, depth + 1) for child in element)


def _part(element: _Element, name: str, depth: int) -> str:
    found = next((child for child in element if local(child) == name), None)
    return formula(found, depth).strip() if found is not None else ""


def _property(element: _Element, name: str) -> str:
    for entry in element.iter():
        if local(entry) == name:
            return next((str(v) for k, v in entry.attrib.items() if str(k).endswith("val")), "")
    return ""


def _whole(text: str) -> str:
    """In brackets where more than one thing would be taken for its first or last: "a+b", and "2c", which is a product."""
    return text if _ONE.fullmatch(text) or _is_bracketed(text) else f"({text})"


def _is_bracketed(text: str) -> bool:
    """Whether one pair of brackets holds all of a text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return at == len(text) - 1
    return False


def _over(element: _Element, depth: int) -> str:
    top, bottom = _part(element, "num", depth), _part(element, "den", depth)
    if _property(element, "type") == "noBar":
        return f"C({top}, {bottom})"
    return f"{_whole(top)}/{_whole(bottom)}"


def _raised(element: _Element, depth: int) -> str:
    return f"{_whole(_part(element, 'e', depth))}^{_whole(_part(element, 'sup', depth))}"


def _lowered(element: _Element, depth: int) -> str:
    base, low = _part(element, "e", depth), _part(element, "sub", depth)
    return f"{base}{low}" if base.isalpha() and low.isalnum() else f"{_whole(base)}_{_whole(low)}"


def _both(element: _Element, depth: int) -> str:
    return f"{_lowered(element, depth)}^{_whole(_part(element, 'sup', depth))}"


def _root(element: _Element, depth: int) -> str:
    degree = _part(element, "deg", depth)
    return f"sqrt({_part(element, 'e', depth)})" if not degree else f"root {degree} of ({_part(element, 'e', depth)})"


def _sum(element: _Element, depth: int) -> str:
    low, high = _part(element, "sub", depth), _part(element, "sup", depth)
    limits = (f"_{_whole(low)}" if low else "") + (f"^{_whole(high)}" if high else "")
    return f"{_property(element, 'chr') or _SUMS}{limits} {_part(element, 'e', depth)}"


def _bracketed(element: _Element, depth: int) -> str:
    inside = (_property(element, "sepChr") or "|").join(formula(e, depth) for e in element if local(e) == "e")
    return f"{_property(element, 'begChr') or '('}{inside}{_property(element, 'endChr') or ')'}"


def _applied(element: _Element, depth: int) -> str:
    return f"{_part(element, 'fName', depth)}{_brackets(_part(element, 'e', depth))}"


def _brackets(text: str) -> str:
    return text if text.startswith("(") else f"({text})"


def _rows(element: _Element, depth: int) -> str:
    return "; ".join(
        ", ".join(formula(e, depth).strip() for e in row if local(e) == "e")
        if local(row) == "mr"
        else formula(row, depth)
        for row in element
        if local(row) in ("mr", "e")
    )


_MAKERS: Final = {
    "f": _over, "sSup": _raised, "sSub": _lowered, "sSubSup": _both, "rad": _root, "nary": _sum, "d": _bracketed, "func": _applied,
    "m": _rows, "eqArr": _rows,
}  # fmt: skip


def _of_two(kind: str, top: str, bottom: str) -> str:
    """A fraction, a power, a letter with its index, or a root."""
    if kind == "mroot":
        return f"root {bottom} of ({top})"
    if kind == "msub":
        return f"{top}{bottom}" if top.isalpha() and bottom.isalnum() else f"{_whole(top)}_{_whole(bottom)}"
    return f"{_whole(top)}{'/' if kind == 'mfrac' else '^'}{_whole(bottom)}"


def mathml(element: _Element, depth: int = 0) -> str:
    """The text of a formula of a web page (MathML Core); annotations are left out."""
    if depth > _DEEPEST:
        return "".join("".join(element.itertext()).split())
    kind = local(element).lower()
    if kind in ("mi", "mn", "mo", "mtext", "ms"):
        return " ".join("".join(element.itertext()).split())
    if kind in ("annotation", "annotation-xml", ""):
        return ""
    parts = [mathml(child, depth + 1).strip() for child in element if local(child)]
    if kind in ("mfrac", "msup", "msub", "mroot") and len(parts) == 2:
        return _of_two(kind, *parts)
    if kind == "msubsup" and len(parts) == 3:
        return f"{parts[0]}_{_whole(parts[1])}^{_whole(parts[2])}"
    if kind == "msqrt":
        return f"sqrt({''.join(parts)})"
    return _apart(parts)


def _apart(parts: list[str]) -> str:
    """Parts in a row; a number and a fraction beside it are two things."""
    text = ""
    for part in parts:
        text += f" {part}" if text[-1:].isdigit() and part[:1].isdigit() else part
    return text
