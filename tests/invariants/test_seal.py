"""The seal: nobody but the gate can build what was admitted or released, read from the source of every module."""

from __future__ import annotations

import ast
from pathlib import Path

import assistant

PACKAGE = Path(assistant.__file__).parent
GATE = PACKAGE / "policy" / "gate.py"
TYPES = PACKAGE / "types.py"
SENTENCE = PACKAGE / "policy" / "sentence.py"


def modules() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_bytes())) for path in sorted(PACKAGE.rglob("*.py"))]


def names(tree: ast.Module) -> set[str]:
    """Every name that a module imports, loads, or reaches as an attribute or by a string."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            found.add(node.name.rpartition(".")[2])
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def test_the_gate_alone_holds_the_seal() -> None:
    holders = {path for path, tree in modules() if "GATE_SEAL" in names(tree)}
    assert holders == {GATE, TYPES}


def test_nobody_borrows_the_seal_of_a_sealed_value() -> None:
    borrowers = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "seal"
    }
    assert borrowers <= {TYPES, SENTENCE, GATE}


def test_nobody_else_calls_the_constructors() -> None:
    sealed = {"Query", "Answer", "AdmittedQuery", "SentenceResult"}
    callers = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in sealed)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in sealed)
        )
    }
    assert callers == {GATE}


def test_nobody_goes_round_a_frozen_dataclass() -> None:
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "__setattr__" and isinstance(node.value, ast.Name):
                assert node.value.id != "object", f"{path.name} changes a frozen value"
