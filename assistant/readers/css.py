"""Style sheets as far as they change what a page says: which rules reach an element, and the text that they put beside it.

Understood are selectors of tags, classes and ids, also below one another ("table .old > td"). A rule with any other selector,
or for print or a width of the window alone, is passed over: to leave out text that a person sees is as wrong as to add some.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_TEXT: Final = 1_000_000
_MOST_RULES: Final = 5_000
_DEEPEST: Final = 60
"""How many elements above one are looked at: pages nest as deep as an attacker likes."""
_COMMENT: Final = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_RULE: Final = re.compile(r"([^{}]{1,2000})\{([^{}]{0,20000})\}")
_BRACE: Final = re.compile(r"[{}]")
_AT_BLOCK: Final = re.compile(r"@(media|supports|layer|container)\b([^{};]{0,500})\{", re.I)
_SCREEN: Final = frozenset({"", "all", "screen", "only screen"})
_COMPOUND: Final = re.compile(r"([a-zA-Z][\w-]*|\*)?((?:[.#][\w-]+)*)")
_NAME: Final = re.compile(r"[.#][\w-]+")
_DECLARATION: Final = re.compile(r"(?:[^;\"']|\"[^\"]*\"|'[^']*'|[\"'])+")
_PSEUDO: Final = re.compile(r"::?(before|after)$", re.I)
_STRING: Final = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|attr\(\s*([\w-]+)\s*\)")
_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.S)
# Bullets, arrows and quotation marks are ornaments; a sign of comparison, money or approval says something.
_SAYING: Final = re.compile(r"[^\W_]|[<>≤≥≠±−%‰°€$£¥µ✓✔✗✘☑☒☐]")


class _Compound(NamedTuple):
    """What one element has to be: its tag ("" for any) and its classes and ids; `child`: directly within the one before."""

    tag: str
    names: frozenset[str]
    child: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    """A selector (from the element outwards), the declarations, and which of two rules goes before the other."""

    compounds: tuple[_Compound, ...]
    style: dict[str, str]
    rank: tuple[int, int, int]


class Styles:
    """The rules of some style sheets, the later ones over the earlier."""

    def __init__(self, sheets: Iterable[str] = ()) -> None:
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        """By what the innermost compound asks for: an id, a class, or a tag."""
        self._beside: dict[str, dict[str, list[_Rule]]] = {"before": defaultdict(list), "after": defaultdict(list)}
        self._count = 0
        for sheet in sheets:
            self._read(sheet[:_MOST_TEXT])

    def style_of(self, element: _Element) -> str:
        """All declarations that reach the element, its own `style` last, as one style."""
        own = element.get("style") or ""
        if not self._rules:
            return own
        found = self._declared(self._rules, element)
        if not found:
            return own
        found |= declarations(own)
        return ";".join(f"{name}:{value}" for name, value in found.items())

    def beside(self, element: _Element, side: str) -> str:
        """The words that a rule puts before or after the element's text; `side`: before or after."""
        rules = self._beside[side]
        content = self._declared(rules, element).get("content", "") if rules else ""
        text = "".join(_content(content, element))
        return text if _SAYING.search(text) else ""

    def _declared(self, rules: dict[str, list[_Rule]], element: _Element) -> dict[str, str]:
        keys = [str(element.tag).lower(), "*", *_names(element)]
        reached = [rule for key in keys for rule in rules.get(key, ()) if _reaches(rule, element)]
        found: dict[str, str] = {}
        for rule in sorted(reached, key=lambda rule: rule.rank):
            found |= rule.style
        return found

    def _read(self, sheet: str) -> None:
        for selectors, body in _RULE.findall(_on_screen(_COMMENT.sub(" ", sheet))):
            style = declarations(body)
            for selector in selectors.rpartition(";")[2].split(",") if style else ():
                if self._count < _MOST_RULES:
                    self._take(selector.strip(), style)

    def _take(self, selector: str, style: dict[str, str]) -> None:
        pseudo = _PSEUDO.search(selector)
        compounds = _compounds(selector[: pseudo.start()] if pseudo else selector)
        if not compounds:
            return
        self._count += 1
        names = [name for compound in compounds for name in compound.names]
        ids = sum(name.startswith("#") for name in names)
        rule = _Rule(compounds, style, (ids, len(names) - ids, self._count))
        innermost = compounds[0]
        key = min(innermost.names, default="") or innermost.tag or "*"
        (self._beside[pseudo.group(1).lower()] if pseudo else self._rules)[key].append(rule)


def declarations(body: str) -> dict[str, str]:
    """The declarations of a rule or a `style`, by their names in small letters; the last of one name holds."""
    found: dict[str, str] = {}
    for part in _DECLARATION.findall(body):
        name, colon, value = part.partition(":")
        if colon and value.strip():
            found[name.strip().lower()] = re.sub(r"\s*!\s*important\s*$", "", value.strip(), flags=re.I)
    return found


def _on_screen(sheet: str) -> str:
    """A sheet without the blocks that hold for print or for some windows only."""
    parts, at = [], 0
    while match := _AT_BLOCK.search(sheet, at):
        kind, query = match.group(1).lower(), " ".join(match.group(2).lower().split())
        holds = kind in ("layer", "supports") or (
            kind == "media" and any(q.strip() in _SCREEN for q in query.split(","))
        )
        parts.append(sheet[at : match.start()])
        # What holds stays where it is and is looked through in its turn.
        at = match.end() if holds else _end_of_block(sheet, match.end())
    return "".join([*parts, sheet[at:]])


def _end_of_block(sheet: str, start: int) -> int:
    depth = 1
    for match in _BRACE.finditer(sheet, start):
        depth += 1 if match.group() == "{" else -1
        if not depth:
            return match.end()
    return len(sheet)


def _compounds(selector: str) -> tuple[_Compound, ...]:
    """A selector from the element outwards; empty where it asks for more than tags, classes and ids."""
    found: list[_Compound] = []
    child = False
    for piece in re.sub(r"\s*>\s*", " > ", selector).split():
        if piece == ">":
            child = True
            continue
        match = _COMPOUND.fullmatch(piece)
        if match is None:
            return ()
        tag = (match.group(1) or "").lower()
        found.append(_Compound("" if tag == "*" else tag, frozenset(_NAME.findall(match.group(2))), child))
        child = False
    return tuple(reversed(found[:10])) if len(found) <= 10 else ()


def _names(element: _Element) -> set[str]:
    named = {f".{name}" for name in (element.get("class") or "").split()}
    return named | {f"#{element.get('id')}"} if element.get("id") else named


def _is(element: _Element, compound: _Compound) -> bool:
    if compound.tag and compound.tag != str(element.tag).lower():
        return False
    return not compound.names or compound.names <= _names(element)


def _reaches(rule: _Rule, element: _Element) -> bool:
    if not _is(element, rule.compounds[0]):
        return False
    at: _Element | None = element
    child = rule.compounds[0].child
    for compound in rule.compounds[1:]:
        at = _above(at, compound, only_parent=child)
        if at is None:
            return False
        child = compound.child
    return True


def _above(element: _Element | None, compound: _Compound, *, only_parent: bool) -> _Element | None:
    """The nearest element around this one that the compound fits; the parent or none where it has to be the parent."""
    for _ in range(1 if only_parent else _DEEPEST):
        element = element.getparent() if element is not None else None
        if element is None or _is(element, compound):
            return element
    return None


def _content(value: str, element: _Element) -> Iterator[str]:
    """The words of a `content`: its strings and attributes; counters, pictures and quotation marks are none."""
    for match in _STRING.finditer(value[:500]):
        double, single, attribute = match.groups()
        if attribute:
            yield (element.get(attribute) or "")[:200]
        else:
            yield _ESCAPE.sub(_unescaped, double or single or "")


def _unescaped(match: re.Match[str]) -> str:
    if not match.group(1):
        return match.group(2)
    number = int(match.group(1), 16)
    # Signs of icon fonts stand in the private areas and mean nothing without their font.
    is_private = 0xE000 <= number <= 0xF8FF or number >= 0xF0000 or 0xD800 <= number <= 0xDFFF or not number
    return "" if is_private else chr(number)
