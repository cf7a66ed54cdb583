"""What may stand in an identifier's place. Each operator is one function of (replacer, entity, original)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import regex

from assistant.privacy.lean import load_lean
from assistant.privacy.pseudonyms import Pseudonyms, gender_of, name_parts, normalize, origin_of, split_title
from assistant.privacy.surrogates import MAKERS, MAX_SHIFT_DAYS, first_free, name_choices, shaped, shift_date
from assistant.privacy.words import name_lists

_DATES: Final = frozenset({"DATE", "DATE_OF_BIRTH", "TIMESTAMP"})
_NO_SURROGATE: Final = frozenset({"SECRET", "BIOMETRIC_ID"})  # a made-up password helps nobody
# Three-digit ZIP areas with 20,000 people or fewer (2000 census), which Safe Harbor turns into 000: HHS guidance of 2012.
_SMALL_ZIP3: Final = frozenset("036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893".split())


class Replacer:
    """The replacements of one text in one scope."""

    def __init__(self, pseudonyms: Pseudonyms, scope: str, kept: bool = False) -> None:
        self.pseudonyms = pseudonyms
        self.scope = scope
        self._kept = kept
        self.sure = True  # whether what is replaced now is surely somebody's
        self._last: set[str] = set()
        self._moved: set[str] = set()  # dates given out by this very pass

    def meet(self, items: Sequence[tuple[str, str]]) -> None:
        """Look at all identifiers of the text first: which parts of names are surnames shows in the full names."""
        names = [text for entity, text in items if entity == "PERSON"]
        for name in names:
            parts = name_parts(name)
            if len(parts) > 1:
                self._last.add(normalize(parts[0] if "," in name else parts[-1]))
        for name in sorted(names, key=len, reverse=True):
            if len(name_parts(name)) > 1 and not self.is_surrogate(name):
                for part in name_parts(name):
                    self.part(part, name)

    def is_surrogate(self, text: str) -> bool:
        """Whether this scope gave the text out itself: then it stays, so that redacting twice changes nothing."""
        bare = split_title(text)[1]
        if self.pseudonyms.is_surrogate(text, self.scope) or self.pseudonyms.is_surrogate(bare, self.scope):
            return True
        given_out = {normalize(s) for s in self.pseudonyms.parts(self.scope).values()}
        parts = [normalize(p) for p in name_parts(bare)]
        return bool(parts) and all(p in given_out for p in parts)

    def stays(self, day: str) -> bool:
        """Whether this date was given out by an earlier pass: one that this pass gave out may be a real date as well."""
        return normalize(day) not in self._moved and self.is_surrogate(day)

    def give_out(self, day: str) -> None:
        """Remember a shifted date, so that a later pass leaves it as it is."""
        if not self.pseudonyms.is_surrogate(day, self.scope):
            self._moved.add(normalize(day))
        self.pseudonyms.issue(day, self.scope)

    def rng(self, entity: str, original: str) -> random.Random:
        """Choices that depend on the key, the scope and the original."""
        return random.Random(self.pseudonyms.seed(entity, original, self.scope))  # noqa: S311 - seeded by a keyed hash

    def part(self, part: str, name: str) -> str:
        """The surrogate of one part of a name, the same wherever that part stands in the scope."""
        known = self.pseudonyms.parts(self.scope)
        key = normalize(part).rstrip(".")
        if key in known:
            return known[key]
        if len(key) == 1:
            return self._initial(key, known)
        surname = key in self._last or (bool(split_title(name)[0]) and len(name_parts(name)) == 1)
        if not surname and len(name_parts(name)) == 1:
            surname = name_lists().is_surname(key) and not name_lists().is_given(key)
        # A name drawn for itself would stand there as it was.
        used = {normalize(s) for s in known.values()} | {*known, key}
        choices = name_choices(self.rng("PERSON", key), origin_of(name), gender_of(name), surname)
        free = (c for c in choices if normalize(c) not in used)
        known[key] = next(free, f"Person{len(known)}")
        return known[key]

    def _initial(self, key: str, known: dict[str, str]) -> str:
        for original, surrogate in known.items():
            if original.startswith(key) and len(original) > 1:
                return surrogate[0] + "."
        return self.rng("PERSON", key).choice("ABCDEFGHJKLMNPRSTW") + "."

    def person(self, name: str) -> str:
        """A name of like gender and origin; its parts are consistent in the scope."""
        title, bare = split_title(name)
        made = [self.part(part, name) for part in name_parts(bare)]
        composed = f"{made[0]}, {' '.join(made[1:])}" if "," in bare and len(made) > 1 else " ".join(made)
        if len(made) == 1:  # a single part is kept in the map as well, where it is free; full names carry it otherwise
            self.pseudonyms.issue(composed, self.scope)
            return title + composed

        def make(taken: Callable[[str], bool]) -> str:
            initials = (f"{made[0]} {c}. {' '.join(made[1:])}" for c in "ABCDEFGHJKLMNPRSTW" * 250)
            return first_free(iter([composed, *initials]), taken)

        return title + self.pseudonyms.surrogate("PERSON", bare, self.scope, make, sure=self.sure)

    def days(self) -> int:
        """The shift of this scope's dates, the same for every date of the scope.

        A text that is kept moves by 1 to 365 days back or forth. What is shown of it moves again, by 366 to 730: the two
        never add up to nothing, which would show the original.
        """
        rng = self.rng("DATE_SHIFT", "")
        direction, days = rng.choice((-1, 1)), rng.randint(1, MAX_SHIFT_DAYS)
        return direction * (days if self._kept else days + MAX_SHIFT_DAYS)


def pseudonym(replacer: Replacer, entity: str, original: str) -> str:
    """A surrogate, consistent in the scope; what the scope gave out before stays as it is."""
    if entity in _DATES:
        return date_shift(replacer, entity, original)
    if replacer.is_surrogate(original):
        return original
    if entity == "PERSON":
        return replacer.person(original)
    if entity == "AGE":
        return generalize(replacer, entity, original)
    if entity in _NO_SURROGATE:
        return replace(replacer, entity, original)
    maker = MAKERS.get(entity, shaped)
    rng = replacer.rng(entity, original)
    return replacer.pseudonyms.surrogate(
        entity,
        original,
        replacer.scope,
        lambda taken: first_free(maker(rng, entity, original), taken),
        sure=replacer.sure,
    )


def date_shift(replacer: Replacer, entity: str, original: str) -> str:
    """Dates moved by the scope's own number of days; a date without day, month and year keeps its year; others `<ENTITY>`."""
    if entity not in _DATES:
        return replace(replacer, entity, original)
    if replacer.stays(original):
        return original
    moved = shift_date(original, replacer.days())
    if moved is None:
        return generalize(replacer, entity, original)
    replacer.give_out(moved)
    return moved


def generalize(replacer: Replacer, entity: str, original: str) -> str:
    """Safe Harbor forms (45 CFR 164.514(b)(2)): year for a date, 90+ for an age over 89, ZIP3 for an address, else `<ENTITY>`."""
    if entity in _DATES:
        year = regex.search(r"(?<!\d)(?:1[89]|20)\d{2}(?!\d)", original)
        return str(year.group()) if year else f"<{entity}>"
    if entity == "AGE":
        return "90+"
    if entity == "ADDRESS":
        code = regex.findall(r"(?<!\d)(\d{5})(?:-\d{4})?(?!\d)", original)
        if code:
            return f"{'000' if code[-1][:3] in _SMALL_ZIP3 else code[-1][:3]}**"
    return replace(replacer, entity, original)


def mask(_: Replacer, __: str, original: str) -> str:
    """As many asterisks as there were characters."""
    return str(
        _presidio("Mask").operate(original, {"masking_char": "*", "chars_to_mask": len(original), "from_end": False})
    )


def hashed(replacer: Replacer, entity: str, original: str) -> str:
    """A keyed hash: the same identifier has the same hash in a scope, and nobody without the key can try names out."""
    return f"<{entity}:{replacer.pseudonyms.seed(entity, original, replacer.scope).hex()[:12]}>"


def remove(_: Replacer, __: str, original: str) -> str:
    """Nothing."""
    return str(_presidio("Redact").operate(original, {}))


def replace(_: Replacer, entity: str, original: str) -> str:
    """The name of the entity in angle brackets."""
    return str(_presidio("Replace").operate(original, {"new_value": f"<{entity}>"}))


@lru_cache(maxsize=8)
def _presidio(name: str) -> Any:
    return getattr(load_lean("presidio_anonymizer.operators"), name)()


OPERATORS: Final[dict[str, Callable[[Replacer, str, str], str]]] = {
    "date_shift": date_shift,
    "generalize": generalize,
    "hash": hashed,
    "mask": mask,
    "pseudonym": pseudonym,
    "remove": remove,
    "replace": replace,
}
