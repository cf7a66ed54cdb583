"""Every module has the file of its tests by its mirrored name: `assistant/x/y.py` -> `tests/x/test_y.py`.

`unmirrored.txt` names the modules that are still tested only by way of others. The list may only get shorter: a module
that has its file, or that is gone, must be struck off, and a new module does not go on it. What only declares (protocols, plain
records, a base class) has nothing to run: the type checker holds those who implement it, and `tests/conformance` what they do.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.modules import PACKAGE

TESTS = Path(__file__).resolve().parents[1]
#: The length of the list when it was written; lower it as the list gets shorter.
AT_MOST = 23


def only_declares(source: str) -> bool:
    """Whether a module holds classes and aliases, and no function does anything."""
    tree = ast.parse(source)
    if any(isinstance(node, ast.Lambda) for node in ast.walk(tree)):
        return False
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    quiet = all(
        isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)
        for function in functions
        for step in function.body
    )
    return quiet and any(isinstance(node, ast.ClassDef) for node in tree.body)


def without_tests(package: Path, tests: Path) -> set[str]:
    """The modules (as paths in the package) that have no test file by their name."""
    paths = [path for path in package.rglob("*.py") if path.name not in ENTRIES]
    modules = [path.relative_to(package) for path in paths if not only_declares(path.read_text(encoding="utf-8"))]
    return {
        module.as_posix()
        for module in modules
        if module.parts[0] != "_data" and not (tests / module.parent / f"test_{module.name}").is_file()
    }


ENTRIES = ("__init__.py", "__main__.py")


def test_a_module_without_its_file_is_found(tmp_path: Path) -> None:
    for name in ("code/room/__init__.py", "code/room/tested.py", "code/room/bare.py", "tests/room/test_tested.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert without_tests(tmp_path / "code", tmp_path / "tests") == {"room/bare.py"}


def test_what_only_declares_is_told_from_what_does_something() -> None:
    stub = 'class Engine(Protocol):\n    """What writes."""\n    name: str\n    def stream(self) -> str: ...\n'
    assert only_declares(stub) and only_declares("class Part:\n    path: str\n")
    assert not only_declares(stub.replace("...", "return self.name"))
    assert not only_declares("WORDS = ('a', 'b')\n"), "a table is somebody's choice and can be wrong"
    assert not only_declares("class A:\n    pick = staticmethod(lambda x: x)\n")


def test_every_module_has_its_test_file_or_stands_on_the_list() -> None:
    listed = (TESTS / "architecture" / "unmirrored.txt").read_text(encoding="utf-8").split()
    assert len(listed) == len(set(listed)) <= AT_MOST
    bare = without_tests(PACKAGE, TESTS)
    assert bare - set(listed) == set(), "give these their test files"
    assert set(listed) - bare == set(), "strike these off tests/architecture/unmirrored.txt"
