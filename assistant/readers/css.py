"""Style sheets as far as they change what a page says: which rules reach an element, and the text that they put beside it.

Sheets are parsed by tinycss2 and matched by cssselect2. A rule for print, for some windows alone, or for a state that a page takes on
(hover) is passed over: to leave out text that a person sees is as wrong as to add some. So is `:has()`, which costs the square
of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from assistant.errors import ReaderError

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_TEXT: Final = 1_000_000
_MOST_RULES: Final = 5_000
_DEEPEST: Final = 20
"""Blocks within blocks; more are an attack."""
_MOST_ELEMENTS: Final = 1_000_000
_SCREEN: Final = frozenset({"", "all", "screen", "only screen"})
# Bullets, arrows and quotation marks are ornaments; a sign of comparison, money or approval says something.
_SAYING: Final = re.compile(r"[^\W_]|[<>≤≥≠±−%‰°€$£¥µ✓✔✗✘☑☒☐]")
# Signs of icon fonts stand in the private areas and mean nothing without their font.
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


class _Token(Protocol):
    """What tinycss2 makes of a piece of a sheet, as far as it is used here."""

    type: str
    value: str
    lower_name: str
    arguments: Sequence[_Token]


class _Node(_Token, Protocol):
    """A rule or a declaration."""

    lower_at_keyword: str
    prelude: Sequence[_Token]
    content: Sequence[_Token] | None
    important: bool


class _Wrapper(Protocol):
    """An element as cssselect2 sees it."""

    etree_element: _Element


class _Matcher(Protocol):
    def add_selector(self, selector: object, payload: _Rule) -> None: ...
    def match(self, element: _Wrapper) -> Sequence[tuple[object, object, str | None, _Rule]]: ...


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a rule declares, each with whether it is important; `words`: what it puts beside, texts and names of attributes."""

    style: Mapping[str, tuple[bool, str]]
    words: tuple[tuple[str, bool], ...] = ()


class Styles:
    """The rules of some style sheets, the later ones over the earlier."""

    def __init__(self, sheets: Iterable[str] = ()) -> None:
        self._count = 0
        self._matcher: _Matcher | None = None
        self._root: _Element | None = None
        self._wrapped: dict[_Element, _Wrapper] = {}
        for sheet in sheets:
            self._read(sheet[:_MOST_TEXT])

    def style_of(self, element: _Element) -> str:
        """All declarations that reach the element, its own `style` last but for important ones, as one style.

        Raises ReaderError for a page of more than a million elements that has style sheets.
        """
        own = element.get("style") or ""
        rules = self._reaching(element, "")
        if not rules:
            return own
        found: dict[str, tuple[bool, str]] = {}
        for declared in (*(rule.style for rule in rules), _declared(own)):
            found |= {name: it for name, it in declared.items() if it[0] or not found.get(name, (False, ""))[0]}
        return ";".join(f"{name}:{value}" for name, (_, value) in found.items())

    def beside(self, element: _Element, side: str) -> str:
        """The words that a rule puts before or after the element's text; `side`: before or after."""
        rules = [rule for rule in self._reaching(element, side) if "content" in rule.style]
        words = rules[-1].words if rules else ()
        text = "".join((element.get(text) or "")[:200] if named else text for text, named in words)
        return text if _SAYING.search(text) else ""

    def _reaching(self, element: _Element, pseudo: str) -> list[_Rule]:
        """The rules that reach an element or what stands beside it, the strongest last."""
        if self._matcher is None:
            return []
        wrapper = self._wrapper(element)
        matches = self._matcher.match(wrapper) if wrapper is not None else ()
        return [rule for _, _, beside, rule in matches if (beside or "") == pseudo]

    def _wrapper(self, element: _Element) -> _Wrapper | None:
        import cssselect2

        root = element.getroottree().getroot()
        if root is not self._root:
            if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
                raise ReaderError("the page holds too many elements", path="", remedy="split the page")
            self._root = root
            self._wrapped = {
                one.etree_element: one for one in cssselect2.ElementWrapper.from_html_root(root).iter_subtree()
            }
        return self._wrapped.get(element)

    def _read(self, sheet: str) -> None:
        import tinycss2

        for node in _on_screen(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), 0):
            if self._count < _MOST_RULES and node.content is not None:
                self._take(node.prelude, _rule(node.content))

    def _take(self, prelude: Sequence[_Token], rule: _Rule) -> None:
        """Add a rule for each of its selectors that can be matched."""
        import cssselect2

        for selector in _selectors(prelude):
            if not rule.style or ":has(" in selector:
                continue
            try:
                compiled = cssselect2.compile_selector_list(selector)
            except (cssselect2.SelectorError, RecursionError):
                continue
            self._matcher = self._matcher or cssselect2.Matcher()
            for one in compiled:
                if one.pseudo_element in (None, "before", "after"):
                    self._matcher.add_selector(one, rule)
                    self._count += 1


def _declared(body: str | Sequence[_Token]) -> dict[str, tuple[bool, str]]:
    return {node.lower_name: (node.important, _text(node.value)) for node in _nodes(body)}


def _nodes(body: str | Sequence[_Token]) -> Iterator[_Node]:
    import tinycss2

    for node in tinycss2.parse_declaration_list(body, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and _text(node.value):
            yield node


def _rule(content: Sequence[_Token]) -> _Rule:
    words: tuple[tuple[str, bool], ...] = ()
    for node in _nodes(content):
        if node.lower_name == "content":
            words = tuple(_content(node.value))
    return _Rule(_declared(content), words)


def _content(tokens: Iterable[_Token] | str) -> Iterator[tuple[str, bool]]:
    """The words of a `content`: its strings and attributes; counters, pictures and quotation marks are none."""
    for token in tokens:
        if isinstance(token, str):
            continue
        if token.type == "string":
            yield _PRIVATE.sub("", token.value), False
        elif token.type == "function" and token.lower_name == "attr":
            yield from ((name.value, True) for name in token.arguments if name.type == "ident")


def _text(tokens: object) -> str:
    import tinycss2

    try:
        return str(tinycss2.serialize(tokens)).strip()
    except RecursionError:
        return ""


def _on_screen(nodes: Iterable[_Node], depth: int) -> Iterator[_Node]:
    """The rules of a sheet without those that hold for print or for some windows only."""
    import tinycss2

    for node in nodes:
        if node.type == "qualified-rule":
            yield node
        elif node.type == "at-rule" and node.content is not None and depth < _DEEPEST:
            queries = _text(node.prelude).lower().split(",")
            on_screen = any(" ".join(query.split()) in _SCREEN for query in queries)
            if node.lower_at_keyword in ("layer", "supports") or (node.lower_at_keyword == "media" and on_screen):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield from _on_screen(inner, depth + 1)


def _selectors(prelude: Sequence[_Token]) -> Iterator[str]:
    """The selectors of a rule one by one: one that is not known must not take the others with it."""
    parts: list[list[_Token]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    yield from filter(None, (_text(part) for part in parts))
