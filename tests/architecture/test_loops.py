"""No loop of assertions that passes because it has nothing to go over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
LITERALS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Constant)
#: Calls whose result is as long as their first argument.
SAME_LENGTH = {"zip", "enumerate", "sorted", "list", "tuple", "set", "reversed", "items", "values", "keys"}


def collection(node: ast.expr) -> ast.expr | None:
    """What decides how often the loop runs; None where the loop stands for a literal or a count."""
    while True:
        if isinstance(node, LITERALS):
            return None
        if not isinstance(node, ast.Call):
            return node
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "range":
            return None
        if name not in SAME_LENGTH:
            return node
        if node.args:
            node = node.args[0]
        elif isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            return None


def names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def literals(body: list[ast.stmt]) -> set[str]:
    """Names that stand for a written-out, filled collection."""
    found = set()
    for statement in body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            value = statement.value
            filled = bool(getattr(value, "elts", None) or getattr(value, "keys", None))
            if filled or (isinstance(value, ast.Constant) and value.value):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def said_before(function: ast.AST, loop: ast.For, subject: ast.expr) -> bool:
    """Whether an assertion ahead of the loop speaks of its collection: by the same expression, or by its name."""
    text = ast.unparse(subject)
    earlier = [n.test for n in ast.walk(function) if isinstance(n, ast.Assert) and n.lineno < loop.lineno]
    return any(
        text in ast.unparse(test) or (isinstance(subject, ast.Name) and subject.id in names(test)) for test in earlier
    )


def hollow(source: str) -> Iterator[tuple[int, str]]:
    """(line, collection) of each loop in a test whose body only asserts and that an empty collection would pass."""
    tree = ast.parse(source)
    known = literals(tree.body)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or not function.name.startswith("test_"):
            continue
        own = known | literals(function.body)
        for loop in ast.walk(function):
            if not isinstance(loop, ast.For) or not all(isinstance(part, ast.Assert) for part in loop.body):
                continue
            subject = collection(loop.iter)
            if subject is None or (isinstance(subject, ast.Name) and subject.id in own):
                continue
            if not said_before(function, loop, subject):
                yield loop.lineno, ast.unparse(subject)


def test_the_finder_finds_a_hollow_loop_and_spares_a_filled_one() -> None:
    body = "def test_x():\n    items = find()\n{}    for item in items:\n        assert item\n"
    assert list(hollow(body.format(""))) == [(3, "items")]
    assert list(hollow(body.format("    assert items\n"))) == []
    assert list(hollow("def test_x():\n    for item in (1, 2):\n        assert item\n")) == []
    assert list(hollow("def test_x():\n    for i in sorted(find()):\n        assert i\n")) == [(2, "find()")]
    assert list(hollow("def test_x():\n    items = []\n    for i in items:\n        assert i\n")) == [(3, "items")]


def test_no_loop_of_assertions_can_be_empty() -> None:
    files = sorted(TESTS.rglob("test_*.py"))
    assert len(files) > 150
    found = [
        f"{path.relative_to(TESTS)}:{line} {what}"
        for path in files
        for line, what in hollow(path.read_text(encoding="utf-8"))
    ]
    assert found == []
