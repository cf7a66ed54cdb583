"""Write the man pages and the shell completions that the wheel installs under `share/`, from the commands themselves.

With `--check` it only says whether they are current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import typer
from typer.completion import get_completion_script

from assistant.errors import ExitCode
from assistant.frontends.cli import app

SHARE: Final = Path(__file__).resolve().parent.parent / "share"
# Where each shell looks for completions under a prefix's `share/`.
SHELLS: Final = {
    "bash": "bash-completion/completions/assistant",
    "zsh": "zsh/site-functions/_assistant",
    "fish": "fish/vendor_completions.d/assistant.fish",
}
MEANING: Final = {
    ExitCode.DONE: "Done.", ExitCode.FAILED: "Failed.", ExitCode.USAGE: "The command line or a file it names is wrong.",
    ExitCode.BLOCKED: "The policy blocked it.", ExitCode.LOCKED: "The vault is locked, or the key is wrong.",
    ExitCode.INTEGRITY: "What was stored is not as it was written.",
}  # fmt: skip


def files() -> dict[str, str]:
    """All files by their path under `share/`."""
    root = typer.main.get_command(app)
    found = {"man/man1/assistant.1": _page("assistant", root, _overview(root))}
    for name, command in _commands(root).items():
        found[f"man/man1/assistant-{name}.1"] = _page(
            f"assistant {name}", command, _inner(f"assistant {name}", command)
        )
    for shell, place in SHELLS.items():
        script = get_completion_script(prog_name="assistant", complete_var="_ASSISTANT_COMPLETE", shell=shell)
        found[place] = script + "\n"
    return found


def _commands(group: Any) -> Mapping[str, Any]:
    return getattr(group, "commands", {})


def _page(name: str, command: Any, rest: list[str]) -> str:
    title = name.replace(" ", "-")
    about = (command.help or "").strip().splitlines()
    lines = [
        f'.TH "{title.upper()}" "1" "" "assistant" "User Commands"',
        ".SH NAME", f"{title} \\- {_roff(about[0].rstrip('.') if about else '')}",
        *_synopsis(name, command), ".SH DESCRIPTION", *_paragraphs(command.help or ""),
    ]  # fmt: skip
    return "\n".join([*lines, *rest, ""])


def _synopsis(name: str, command: Any) -> list[str]:
    arguments = [_roff(_metavar(p)) for p in command.params if p.param_type_name == "argument"]
    tail = [r"\fICOMMAND\fR"] if _commands(command) else []
    return [".SH SYNOPSIS", f".B {_roff(name)}", " ".join([r"[\fIOPTIONS\fR]", *arguments, *tail])]


def _metavar(param: Any) -> str:
    return str(param.metavar or param.name.upper())


def _options(command: Any) -> list[str]:
    lines: list[str] = []
    for param in command.params:
        if param.param_type_name == "argument":
            if param.help:
                lines += [".TP", rf"\fI{_roff(_metavar(param))}\fR", _roff(param.help)]
            continue
        if getattr(param, "hidden", False):
            continue
        flags = ", ".join(rf"\fB{_roff(flag)}\fR" for flag in (*param.opts, *param.secondary_opts))
        value = "" if param.is_flag else rf" \fI{_roff(_metavar(param))}\fR"
        lines += [".TP", f"{flags}{value}", _roff(param.help or "")]
    return lines


def _examples(command: Any) -> list[str]:
    text = (command.epilog or "").removeprefix("\b\n")
    lines = [line for line in text.splitlines() if line.startswith("  ")]
    if not lines:
        return []
    return [".SH EXAMPLES", ".nf", *(_roff(line) for line in lines), ".fi"]


def _inner(name: str, command: Any) -> list[str]:
    lines: list[str] = []
    if options := _options(command):
        lines += [".SH OPTIONS", *options]
    for inner, found in _commands(command).items():
        lines += [f'.SH "{_roff(f"{name} {inner}".upper())}"', *_paragraphs(found.help or ""), *_options(found)]
        lines += [part.replace(".SH EXAMPLES", ".SS Examples") for part in _examples(found)]
    return [*lines, *_examples(command), ".SH SEE ALSO", r".BR assistant (1)"]


def _overview(root: Any) -> list[str]:
    lines = [".SH COMMANDS"]
    for name, command in _commands(root).items():
        about = (command.help or "").strip().splitlines()
        lines += [".TP", rf".BR assistant\-{_roff(name)} (1)", _roff(about[0] if about else "")]
    lines += [".SH OPTIONS", *_options(root), ".SH EXIT STATUS"]
    for code in ExitCode:
        lines += [".TP", rf"\fB{int(code)}\fR", _roff(MEANING[code])]
    return [*lines, ".TP", r"\fB130\fR", _roff("Interrupted with Ctrl-C.")]


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        yield ".PP"
        yield _roff(" ".join(paragraph.split()))


def _roff(text: str) -> str:
    """A text that roff takes as text: no line of it is a request, no character of it an escape."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def main() -> int:
    """Write the files, or say whether they are current."""
    wanted = files()
    there = {str(path.relative_to(SHARE)) for path in SHARE.rglob("*") if path.is_file()}
    stale = sorted(there ^ wanted.keys()) + [
        name for name, text in wanted.items() if name in there and (SHARE / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        print("current" if not stale else f"not current: {', '.join(stale)}: run tools/make_man.py")
        return 1 if stale else 0
    for name in there - wanted.keys():
        (SHARE / name).unlink()
    for name, text in wanted.items():
        (SHARE / name).parent.mkdir(parents=True, exist_ok=True)
        (SHARE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
