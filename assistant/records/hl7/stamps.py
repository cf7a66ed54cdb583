"""HL7 time stamps as ISO 8601: 20141003103026-0500 is 2014-10-03T10:30:26-05:00, 201410 is 2014-10."""

from __future__ import annotations

import re
from typing import Final

_STAMP: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{4})?")


def iso(stamp: str) -> str:
    """The stamp as ISO 8601 to the precision that it has; '' where it is none."""
    found = _STAMP.fullmatch(stamp.strip())
    if found is None:
        return ""
    year, month, day, hour, minute, second, zone = found.groups()
    date = "-".join(filter(None, (year, month, day)))
    if not (day and hour):
        return date
    offset = f"{zone[:3]}:{zone[3:]}" if zone else ""
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}{offset}"
