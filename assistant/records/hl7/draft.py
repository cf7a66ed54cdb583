"""A chart in the making, in which later statements about the same thing replace earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assistant.records.model import Chart, Denial, Excluded, Fact, Person, Term, Unread
from assistant.records.negatives import denies


@dataclass(slots=True)
class Draft:
    """Facts by section and name, what is no fact, and the segments that were not read."""

    facts: dict[str, dict[str, Fact]] = field(default_factory=dict)
    excluded: list[Excluded] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    denials: list[Denial] = field(default_factory=list)
    person: Person = field(default_factory=Person)

    def put(self, section: str, name: str, fact: Fact) -> None:
        """State a fact; an earlier one of that name goes."""
        known = self.facts.setdefault(section, {})
        known.pop(name, None)
        known[name] = fact

    def drop(self, section: str, name: str, key: str, reason: str) -> None:
        """Take a fact of that name back, and say where the record does so and why."""
        self.facts.get(section, {}).pop(name, None)
        self.excluded.append(Excluded(key, reason, section))

    def deny(self, section: str, key: str, term: Term) -> bool:
        """Whether the entry says that there is nothing of its kind, which is then stated as that."""
        denied = denies(section, term)
        if denied:
            self.denials.append(Denial(key, section, term))
        return denied

    def has(self, section: str, name: str) -> bool:
        """Whether a fact of that name is stated."""
        return name in self.facts.get(section, {})

    def chart(self, patient_id: str, identifiers: Mapping[str, tuple[str, ...]]) -> Chart:
        """The chart as it stands."""
        return Chart(
            patient_id,
            replace(self.person, identifiers=identifiers),
            excluded=tuple(self.excluded),
            unread=tuple(self.unread),
            denials=tuple(self.denials),
            **{name: tuple(found.values()) for name, found in self.facts.items()},  # type: ignore[arg-type]
        )
