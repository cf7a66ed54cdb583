"""The widget's ES modules as the one script that a host page embeds.

A module imports by lines of the form `import { a, b } from "./c.js";` at its head and exports declarations; the script is its modules
in the order in which they need each other, in one function, so that no name of theirs reaches the page. Names are not changed:
a name that two modules declare is an error here, where it is seen, and not in a browser.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from assistant.errors import ConfigError

_IMPORT: Final = re.compile(r'^import \{ ([\w, ]+) \} from "\./([\w/-]+\.js)";$')
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:const|class|function))")
_DECLARED: Final = re.compile(r"^(?:async )?(?:const|let|class|function\*?) (\w+)")


def bundle(entry: Path) -> str:
    """The script of a module and of all that it needs.

    Raises ConfigError, with file and line, for a missing module, a circle, an import of another form, a name that its module does
    not export, and a name that two modules declare.
    """
    made = _Bundle()
    made.add(entry, ())
    return '(() => {\n"use strict";\n' + "".join(made.parts) + "})();\n"


class _Bundle:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self._exports: dict[Path, set[str]] = {}
        self._declared: dict[str, Path] = {}

    def add(self, path: Path, needing: tuple[Path, ...]) -> set[str]:
        """Write a module after those it needs; the names that it exports."""
        if path in needing:
            raise ConfigError("the module needs itself", path=path, remedy="break the circle of imports")
        if path in self._exports:
            return self._exports[path]
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError:
            raise ConfigError(
                "the module is missing", path=path, remedy="mend the import or the installation"
            ) from None
        exports: set[str] = set()
        kept = []
        for number, line in enumerate(lines, 1):
            if line.startswith("import "):
                self._imported(path, number, line, needing)
                continue
            plain = _EXPORT.sub("", line)
            if plain.startswith("export "):
                raise ConfigError(
                    "an export of this form is not bundled", path=path, line=number, remedy="export a declaration"
                )
            self._note(path, number, plain, exports if plain != line else None)
            kept.append(plain)
        self._exports[path] = exports
        self.parts.append("\n".join(kept).strip("\n") + "\n")
        return exports

    def _imported(self, path: Path, number: int, line: str, needing: tuple[Path, ...]) -> None:
        found = _IMPORT.fullmatch(line)
        if found is None:
            form = 'write: import { a, b } from "./c.js";'
            raise ConfigError("an import of this form is not bundled", path=path, line=number, remedy=form)
        missing = set(found[1].split(", ")) - self.add(path.parent / found[2], (*needing, path))
        if missing:
            raise ConfigError(
                f"not exported there: {', '.join(sorted(missing))}", path=path, line=number, remedy="export it"
            )

    def _note(self, path: Path, number: int, line: str, exports: set[str] | None) -> None:
        found = _DECLARED.match(line)
        if found is None:
            return
        name = found[1]
        if self._declared.setdefault(name, path) != path:
            remedy = f"choose another; {self._declared[name].name} has it"
            raise ConfigError(f"the name {name} is declared twice", path=path, line=number, remedy=remedy)
        if exports is not None:
            exports.add(name)
