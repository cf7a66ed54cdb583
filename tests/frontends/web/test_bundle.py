"""The modules of the widget become one script; what cannot be bundled is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.frontends.web.bundle import bundle


def modules(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


def test_modules_come_once_and_after_what_they_need(tmp_path: Path) -> None:
    entry = modules(
        tmp_path,
        main='import { one } from "./a.js";\nimport { two } from "./b.js";\n\nalert(one + two);\n',
        a='import { two } from "./b.js";\n\nexport const one = two - 1;\n',
        b="export const two = 2;\nexport async function* many() {}\n",
    )
    assert bundle(entry) == (
        '(() => {\n"use strict";\nconst two = 2;\nasync function* many() {}\nconst one = two - 1;\nalert(one + two);\n})();\n'
    )


@pytest.mark.parametrize(
    ("texts", "says", "name", "line"),
    [
        ({"main": 'import { a } from "./gone.js";\n'}, "missing", "gone.js", None),
        ({"main": 'import { b } from "./a.js";\n', "a": "export const a = 1;\n"}, "not exported there: b", "main.js", 1),
        ({"main": '\nimport a from "./a.js";\n', "a": "export const a = 1;\n"}, "import of this form", "main.js", 2),
        ({"main": "const a = 1;\nexport { a };\n"}, "export of this form", "main.js", 2),
        ({"main": 'import { a } from "./a.js";\nconst b = 2;\n', "a": "export const a = 1;\nconst b = 1;\n"},
         "the name b is declared twice", "main.js", 2),
        ({"main": 'import { a } from "./a.js";\n', "a": 'import { m } from "./main.js";\n'}, "needs itself", "main.js", None),
    ],
)  # fmt: skip
def test_what_cannot_be_bundled_is_told(
    tmp_path: Path, texts: dict[str, str], says: str, name: str, line: int | None
) -> None:
    with pytest.raises(ConfigError, match=says) as told:
        bundle(modules(tmp_path, **texts))
    assert told.value.path is not None
    assert (Path(told.value.path).name, told.value.line) == (name, line)
