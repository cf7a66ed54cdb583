"""Numbers of a workbook as their cells show them: units, currency, signs, fractions, dates (ECMA-376, part 1, 18.8.30-31)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, NamedTuple

# What is shown as it stands, what is not shown, and what stands for digits. `[$€-407]` is a sign with a locale.
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<money>[^\]\-]*)(?:-[^\]]*)?\]|\[(?P<test>[<>=]{1,2})(?P<bound>-?[\d.]+)\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|(?P<general>General)|(?P<power>E[+-]0+)|(?P<digit>[0#?])|(?P<mark>[.,%@])|(?P<other>.)",
    re.I | re.S,
)
_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
_LAST_DAY: Final = 2_958_466.0
"""The day after 9999-12-31, where the calendar of spreadsheets ends."""
_DATED: Final = re.compile(r"[ymdhs]", re.I)


class _Token(NamedTuple):
    kind: str
    text: str

    def is_mark(self, sign: str) -> bool:
        return self.kind == "mark" and self.text == sign


class _Part(NamedTuple):
    """One of the up to four parts of a format, parted by semicolons."""

    tokens: list[_Token]
    test: str = ""
    bound: float = 0.0

    def holds(self, value: float) -> bool:
        """Whether a part with a condition of its own is for this value."""
        return {
            "<": value < self.bound, "<=": value <= self.bound, ">": value > self.bound, ">=": value >= self.bound,
            "=": value == self.bound, "<>": value != self.bound,
        }.get(self.test, False)  # fmt: skip


def shown(value: float, code: str, *, days: int = 0) -> str:
    """A number as a cell of this format shows it; dates the ISO way, `days` added where the workbook counts from 1904."""
    parts = _parts(code)
    part, size, minus = _chosen(parts, value)
    letters = "".join(token.text for token in part.tokens if token.kind in ("other", "elapsed"))
    if _DATED.search(letters) and not any(token.kind == "general" for token in part.tokens):
        elapsed = any(token.kind == "elapsed" for token in part.tokens)
        return _date(value + (days if value >= 1 else 0), letters, elapsed=elapsed) or general(value)
    text = _number(size, part.tokens)
    sign = "-" if minus and re.search(r"\d", text) else ""
    return " ".join(f"{sign}{text}".split())


def general(value: float) -> str:
    """A number without format: at most 15 significant digits, as spreadsheets keep them."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"


def _parts(code: str) -> list[_Part]:
    parts: list[_Part] = []
    tokens: list[_Token] = []
    test, bound = "", 0.0
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        if kind == "other" and match.group() == ";":
            parts.append(_Part(tokens, test, bound))
            tokens, test, bound = [], "", 0.0
        elif kind == "bound":
            test = match.group("test")
            # A condition that is no number is none.
            bound = float(match.group("bound")) if re.fullmatch(r"-?\d+(?:\.\d*)?", match.group("bound")) else 0.0
        elif kind in ("quoted", "escaped", "money"):
            tokens.append(_Token("literal", match.group(kind)))
        elif kind:
            tokens.append(_Token(kind, match.group(kind)))
    return [*parts, _Part(tokens, test, bound)]


def _chosen(parts: list[_Part], value: float) -> tuple[_Part, float, bool]:
    """The part for a value, the size that it shows, and whether a minus goes before it."""
    if any(part.test for part in parts):
        part = next((p for p in parts if p.holds(value)), next((p for p in reversed(parts) if not p.test), parts[0]))
        return part, abs(value), value < 0
    if value < 0 and len(parts) > 1:
        part = parts[1]
        # A red number without a sign is negative to the eye alone.
        said = any(t.text.strip() in ("-", "(", "−") for t in part.tokens if t.kind in ("other", "literal"))
        return part, abs(value), not said
    if value == 0 and len(parts) > 2:
        return parts[2], 0.0, False
    return parts[0], abs(value), value < 0


def _number(value: float, tokens: list[_Token]) -> str:
    kinds = [token.kind for token in tokens]
    if not tokens:
        return ""
    plain = next((i for i, token in enumerate(tokens) if token.kind == "general" or token.is_mark("@")), None)
    if plain is not None:
        return f"{_literals(tokens[:plain])}{general(value)}{_literals(tokens[plain + 1 :])}"
    if "digit" not in kinds:
        return "".join(token.text for token in tokens if token.kind in ("literal", "other") or token.text == "%")
    first = kinds.index("digit")
    last = len(kinds) - 1 - kinds[::-1].index("digit")
    if "power" in kinds:
        return _scientific(value, tokens, first, last)
    shown = _fraction(value, tokens, first) if _is_fraction(tokens, first, last) else None
    return _decimal(value, tokens, first, last) if shown is None else shown


def _is_fraction(tokens: list[_Token], first: int, last: int) -> bool:
    """Whether a stroke stands between the first and the last place for a digit, or right behind it ("# ?/16")."""
    between = ("other", "/") in [(token.kind, token.text) for token in tokens[first:last]]
    return between or "/" in [token.text for token in tokens[last + 1 : last + 2]]


def _literals(tokens: list[_Token]) -> str:
    """The words of a format that stand for themselves."""
    return "".join(token.text for token in tokens if token.kind == "literal")


def _around(tokens: list[_Token], first: int, last: int) -> tuple[str, str]:
    before, after = tokens[:first], tokens[last + 1 :]
    wanted = [[t.text for t in side if t.kind in ("literal", "other") or t.text == "%"] for side in (before, after)]
    return "".join(wanted[0]), "".join(wanted[1])


def _decimal(value: float, tokens: list[_Token], first: int, last: int) -> str:
    """Digits into their places from the right, words between them kept: record numbers, phone numbers."""
    point = next((i for i, t in enumerate(tokens) if t.is_mark(".")), len(tokens))
    first = min(first, point)
    percent = sum(token.is_mark("%") for token in tokens)
    whole = tokens[first : min(point, last + 1)]
    places = [t for t in tokens[point + 1 : last + 1] if t.kind == "digit"]
    scale = _commas(tokens[last + 1 :])
    while whole and whole[-1].is_mark(","):
        whole.pop()
        scale += 1
    exact = Decimal(repr(value)) * 100**percent / 1000**scale
    if abs(exact) >= Decimal(10) ** 25:
        return general(value)
    digits, _, tail = str(exact.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)).partition(".")
    before, after = _around(tokens, first, max(last, point if point < len(tokens) else last))
    return f"{before}{_whole_places(digits, whole)}{_behind_point(tail, places)}{after}"


def _whole_places(digits: str, whole: list[_Token]) -> str:
    """The digits before the point: in groups, or in the places of the format."""
    if any(token.is_mark(",") for token in whole):
        return f"{int(digits):,}"
    # A zero goes before a leading point, whatever the format: ".5 mg" is read as 5 mg.
    return _placed(digits.zfill(sum(t.text == "0" for t in whole if t.kind == "digit")), whole)


def _behind_point(tail: str, places: list[_Token]) -> str:
    """The point and the digits behind it, without zeros that the format does not ask for."""
    kept = len(places)
    while kept and places[kept - 1].text != "0" and tail[kept - 1] == "0":
        kept -= 1
    return f".{tail[:kept]}" if tail[:kept] else ""


def _commas(tokens: list[_Token]) -> int:
    return next((i for i, t in enumerate(tokens) if t.kind != "mark" or t.text != ","), len(tokens))


def _placed(digits: str, whole: list[_Token]) -> str:
    """Digits with the words between their places; digits beyond the places go before the first."""
    count = sum(token.kind == "digit" for token in whole)
    if all(token.kind in ("digit", "mark") for token in whole):
        return digits
    digits = digits.zfill(sum(token.kind == "digit" and token.text == "0" for token in whole))
    digits, rest = digits[max(0, len(digits) - count) :].rjust(count), digits[: max(0, len(digits) - count)]
    pieces, used = [rest], 0
    for token in whole:
        if token.kind == "digit":
            pieces.append(digits[used].strip())
            used += 1
        elif token.kind in ("literal", "other"):
            pieces.append(token.text)
    return "".join(pieces)


def _scientific(value: float, tokens: list[_Token], first: int, last: int) -> str:
    at = next(i for i, t in enumerate(tokens) if t.kind == "power")
    point = next((i for i, t in enumerate(tokens) if t.text == "."), at)
    places = sum(t.kind == "digit" for t in tokens[point:at])
    mantissa, _, power = f"{value:.{min(places, 20)}e}".partition("e")
    before, after = _around(tokens, first, max(last, at))
    return f"{before}{mantissa}E{power[0]}{power[1:]}{after}"


def _fraction(value: float, tokens: list[_Token], first: int) -> str:
    """ "1 1/2" for a format such as `# ?/?` or `# ??/16`."""
    slash = next(i for i, t in enumerate(tokens) if t.text == "/")
    below = tokens[slash + 1 :]
    mixed = " " in [t.text for t in tokens[first:slash]]
    whole = int(value) if mixed else 0
    rest = Fraction(value) - whole
    top, bottom = _nearest(rest, below)
    whole, top = (whole + top // bottom, top % bottom) if mixed else (whole, top)
    figures = [i for i, token in enumerate(below) if token.kind == "digit" or token.text.isdigit()]
    before, after = _around(tokens, first, slash + 1 + max(figures, default=0))
    if mixed and not top:
        return f"{before}{whole}{after}"
    return f"{before}{f'{whole} ' if whole else ''}{top}/{bottom}{after}"


def _nearest(rest: Fraction, below: list[_Token]) -> tuple[int, int]:
    """The nearest fraction over the number that stands below the stroke, or over as many digits as have a place there."""
    fixed = int("".join(t.text for t in below if t.kind == "other" and t.text.isdigit()) or "0")
    if fixed:
        return round(rest * fixed), fixed
    places = [token.kind for token in below].count("digit")
    near = rest.limit_denominator(10 ** min(max(places, 1), 6) - 1)
    return near.numerator, near.denominator


def _elapsed(value: float) -> str:
    """Days as hours and minutes, with seconds where there are any."""
    minutes, seconds = divmod(round(value * 86400), 60)
    return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


def _date(value: float, letters: str, *, elapsed: bool) -> str:
    if not 0 <= value < _LAST_DAY:
        return ""
    lowered = set(letters.lower())
    timed = bool(lowered & {"h", "s"})
    # "m" is a month where no hour and no second stands beside it.
    dated = bool(lowered & {"y", "d"}) or ("m" in lowered and not timed)
    # Rounded to seconds: a fraction of a day is not exact.
    at = _EPOCH + timedelta(seconds=round(value * 86400))
    clock = at.strftime("%H:%M:%S") if at.second else at.strftime("%H:%M")
    if elapsed or (timed and not dated and value >= 1):
        return _elapsed(value)
    if timed and not dated:
        return clock
    day = f"{at.year:04d}-{at.month:02d}-{at.day:02d}"
    return f"{day} {clock}" if timed and at.time() != time.min else day
