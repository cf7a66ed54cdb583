"""HL7 v2 escape sequences undone (HL7 v2.9, chapter 2.7). An escape character that opens no sequence of the standard is text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_BREAKS: Final = re.compile(r"\.(?:br|ce|sp)\s*\+?(\d{1,3})?")
_SKIP: Final = re.compile(r"\.sk\s*\+?(\d{1,3})")
_HEX: Final = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
_MOST: Final = 20
_CONTROLS: Final = {n: None for n in range(32) if n not in (9, 10, 12, 13)}


@lru_cache(maxsize=16)
def _sequence(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    body = r"[FSTREHNP]|X(?:[0-9A-Fa-f]{2})+|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{2})?"
    formats = r"\.(?:br|fi|nf|ce)|\.sp\s*\+?\d{0,3}|\.(?:in|ti)[+-]?\d{1,3}|\.sk\s*\+?\d{1,3}"
    # Hexadecimal sequences that follow each other may share a character or a line break between them.
    return re.compile(rf"(?:{e}X(?:[0-9A-Fa-f]{{2}})+{e}){{2,}}|{e}(?:{body}|{formats}){e}")


def undo(text: str, escape: str, *, field: str, component: str, repeat: str, sub: str, truncation: str = "#") -> str:
    """The text that was meant. Sequences of local meaning (Z...) and unknown ones stay as they are written."""
    if escape not in text:
        return text
    known = {"F": field, "S": component, "T": sub, "R": repeat, "E": escape, "P": truncation}

    def meant(match: re.Match[str]) -> str:
        commands = [command for command in match.group().split(escape) if command]
        if all(_HEX.fullmatch(command) for command in commands):
            return _hex("".join(command[1:] for command in commands))
        return _command(commands[0], known) if commands else match.group()

    return _sequence(escape).sub(meant, text)


def _command(command: str, known: dict[str, str]) -> str:
    if command in known:
        return known[command]
    if found := _BREAKS.fullmatch(command):
        return "\n" * min(int(found.group(1) or 1), _MOST)
    if found := _SKIP.fullmatch(command):
        return " " * min(int(found.group(1)), _MOST)
    if command.startswith((".in", ".ti")):
        # An indent stands between two words.
        return " "
    # Highlighting, filling and shifts of the character set change how a text looks, not what it says.
    return ""


def _hex(digits: str) -> str:
    """Bytes as UTF-16 where every other one is zero, as UTF-8 where they are that, else as Latin-1; line ends as line feeds."""
    data = bytes.fromhex(digits)
    if len(data) % 2 == 0 and not any(data[::2]):
        text = data.decode("utf-16-be")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.translate(_CONTROLS).replace("\r\n", "\n").replace("\r", "\n")
