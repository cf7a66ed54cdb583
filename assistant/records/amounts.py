"""A number or a range with its unit, in the record's own spelling: what doses, rates, periods and counts consist of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# UCUM's marks around a unit that is only words: {tablet}.
_ANNOTATION: Final = str.maketrans("", "", "{}")
# UCUM codes that nobody reads as the unit which they stand for.
_SHOWN: Final = {
    "1": "", "[iU]": "IU", "[IU]": "IU", "k[iU]": "kIU", "m[iU]": "mIU", "[drp]": "drops", "[tsp_us]": "teaspoons",
    "[tbs_us]": "tablespoons", "mm[Hg]": "mmHg",
}  # fmt: skip
# The same within another unit: "[iU]/h" is IU/h.
_ATOM: Final = re.compile("|".join(re.escape(code) for code in sorted(_SHOWN, key=len, reverse=True) if "[" in code))


@dataclass(frozen=True, slots=True)
class Amount:
    """One number (`low`), a range (`low` to `high`), or an upper end alone (`high`). `comparator`: "<", "<=", ">=", ">"."""

    low: str = ""
    high: str = ""
    unit: str = ""
    comparator: str = ""

    def __bool__(self) -> bool:
        return bool(self.low or self.high)


NONE: Final = Amount()


def number_words(amount: Amount) -> str:
    """The numbers alone: "4 to 6", "up to 4", "<5", "2"."""
    low, high = plain(amount.low), plain(amount.high)
    if low and high and low != high:
        return f"{low} to {high}"
    if not low:
        return f"up to {high}" if high else ""
    return f"{amount.comparator}{low}"


def amount_words(amount: Amount) -> str:
    """The amount with its unit: "500 mg", "1 to 2 tablets", "5%"; '' where there is none."""
    said, unit = number_words(amount), unit_words(amount.unit)
    if not said:
        return ""
    return f"{said}{'' if unit.startswith('%') or not unit else ' '}{unit}"


def unit_words(unit: str) -> str:
    """A unit as it is shown: UCUM's "1" is none, "{tablet}" is tablet, "[iU]" is IU."""
    bare = unit.strip()
    if bare in _SHOWN:
        return _SHOWN[bare]
    return _ATOM.sub(lambda atom: _SHOWN[atom.group()], bare).translate(_ANNOTATION).strip()


def plain(number: str) -> str:
    """1.0 as 1 where nothing but zeros follows the point: a count says no more by it. Other digits stand as they are."""
    head, point, tail = number.partition(".")
    return head if point and not tail.strip("0") else number


def same_unit(one: str, other: str) -> bool:
    """Whether two units are one in different spelling: "mg/dl" and "mg/dL", "µmol/L" and "umol/L", "[iU]/L" and "IU/L".

    Case counts elsewhere: mU is not MU. Nothing is converted; where this says no, nobody may compare the numbers.
    """
    return _spelled(one) == _spelled(other)


# The litre is written l and L, the micro sign in two characters and as u or mc.
_LITRE: Final = re.compile(r"(?<![A-Za-z])([munpfcdk]?)l(?![A-Za-z])")
_MICRO: Final = re.compile(r"[\u00b5\u03bc]|(?<![A-Za-z])mc(?=[gl]\b)")


def _spelled(unit: str) -> str:
    bare = "".join(unit_words(unit).split()).replace("[", "").replace("]", "").replace("iU", "IU").replace("^", "*")
    return _LITRE.sub(r"\1L", _MICRO.sub("u", bare))
