"""How the people behind a pack's service are reached: what "Talk to a person" offers a visitor."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _dialled(value: str) -> str:
    if not re.fullmatch(r"\+?[0-9][0-9 ()/.-]{1,28}[0-9]", value):
        raise ValueError("must be a telephone number: digits, spaces and hyphens, with + before a country code")
    return value


def _mailed(value: str) -> str:
    if not re.fullmatch(r"[\w.+-]{1,64}@[A-Za-z0-9.-]{1,190}", value):
        raise ValueError("must be one mail address")
    return value


def _linked(value: str) -> str:
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(?::\d+)?(?:/[^\s<>\"']*)?", value):
        raise ValueError("must be an address that begins with https://")
    return value


class Contact(BaseModel):
    """How a person is reached: telephone, mail address, web form, and when somebody is there, in words. Each may be missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phone: Annotated[str, AfterValidator(_dialled)] | None = None
    mail: Annotated[str, AfterValidator(_mailed)] | None = None
    form: Annotated[str, AfterValidator(_linked)] | None = None
    hours: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @property
    def reachable(self) -> bool:
        """Whether there is a way to a person at all."""
        return bool(self.phone or self.mail or self.form)
