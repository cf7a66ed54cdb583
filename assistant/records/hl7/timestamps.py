"""HL7 time stamps (v2 and v3): as ISO 8601 for facts, 20141003103026-0500 is 2014-10-03T10:30:26-05:00, and as words."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_STAMP: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{4})?")
_CLOCK: Final = re.compile(r"(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?(?:[+-]\d{4})?")


def iso(stamp: str) -> str:
    """The stamp as ISO 8601 to the precision that it has; '' where it is none, or names no day of the calendar."""
    found = _STAMP.fullmatch(stamp.strip())
    if found is None:
        return ""
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    written = "-".join(filter(None, (year, month, day)))
    if not (day and hour) or hour > "24" or (minute or "00") > "59":
        return written
    offset = f"{zone[:3]}:{zone[3:]}" if zone else ""
    return f"{written}T{hour}:{minute or '00'}:{second or '00'}{offset}"


def moment(stamp: str) -> str:
    """The stamp in words, "2024-03-05 14:30", as far as it is given (midnight is only the day); another text as it stands."""
    written = iso(stamp)
    if not written:
        return stamp
    day, _, time = written.partition("T")
    return f"{day} {time[:5]}" if time and time[:8] != "00:00:00" else day


def clock(stamp: str) -> str:
    """A time of day (HHMM...) as "14:30"; another text as it stands."""
    found = _CLOCK.fullmatch(stamp.strip())
    return f"{found.group(1)}:{found.group(2) or '00'}" if found is not None else stamp
