"""The gap board: what people asked in vain, grouped, with the passages that come closest, for those who can mend it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.curating.clusters import central, grouped
from assistant.curating.figures import Week, weeks
from assistant.errors import AccessDenied, UsageError
from assistant.reading.paraphrase import compare

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.protocols import Vectors
    from assistant.types import Passage
    from assistant.vault.gaps import Gap

# Questions that are grouped at once: the table of likenesses takes 8 bytes a pair, 200 MB for these.
_MOST: Final = 5000
_NEAR: Final = 5


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that ask for the same. `id` is the number of the oldest; `wording` is the one that stands for all."""

    id: int
    wording: str
    gaps: tuple[Gap, ...]

    @property
    def reasons(self) -> dict[str, int]:
        """Why they were not answered, each with how many."""
        return dict(Counter(gap.reason or "no sentence" for gap in self.gaps).most_common())

    @property
    def kinds(self) -> dict[str, int]:
        """What the askers were left with, each with how many."""
        return dict(Counter(str(gap.kind) for gap in self.gaps).most_common())

    @property
    def wordings(self) -> tuple[str, ...]:
        """The different wordings, the one that stands for all first."""
        return tuple(dict.fromkeys((self.wording, *(gap.question for gap in self.gaps))))

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "id": self.id,
            "question": self.wording,
            "count": len(self.gaps),
            "first": self.gaps[0].at,
            "last": self.gaps[-1].at,
            "kinds": self.kinds,
            "reasons": self.reasons,
            "roles": sorted(frozenset().union(*(gap.roles for gap in self.gaps))),
            "wordings": list(self.wordings),
        }


class Board:
    """The gap board of one person. Raises AccessDenied where the policy does not show it to any of his roles."""

    def __init__(self, assistant: Assistant) -> None:
        rules = assistant.gate.policy.gaps
        if not assistant.principal.roles & rules.roles:
            whom = ", ".join(sorted(rules.roles)) or "nobody"
            raise AccessDenied("your roles do not show you the gap board", remedy=f"the policy shows it to: {whom}")
        self._assistant = assistant

    @property
    def keeps(self) -> bool:
        """Whether the policy keeps questions at all."""
        return self._assistant.gate.policy.gaps.keep

    def clusters(self) -> list[Cluster]:
        """The groups of kept questions, largest first."""
        gaps = self._assistant.vault.gaps(_MOST)
        if not gaps:
            return []
        vectors = self._vectors(gaps)
        found = []
        for group in grouped(vectors):
            members = tuple(gaps[row] for row in group)
            found.append(Cluster(members[0].id, gaps[central(vectors, group)].question, members))
        return found

    def cluster(self, number: int) -> Cluster:
        """The group that holds a question. Raises UsageError where there is none."""
        for found in self.clusters():
            if any(gap.id == number for gap in found.gaps):
                return found
        raise UsageError("there is no such entry on the gap board", remedy="see `assistant gaps list`")

    def closest(self, cluster: Cluster) -> list[Passage]:
        """The passages that come closest to a group, those that may be seen here; the search is audited like any other."""
        return self._assistant.search(cluster.wording, limit=_NEAR)

    def same(self, cluster: Cluster) -> list[str]:
        """The wordings of a group that ask the same as the one that stands for all, that one first."""
        first, *others = cluster.wordings
        parts = self._assistant.parts
        vectors = parts.embedder.query(cluster.wordings)
        cosines = vectors[1:] @ vectors[0]
        lexicon = parts.pack.lexicon
        told = (
            compare(other, first, float(c), parts.embedder, lexicon) for other, c in zip(others, cosines, strict=True)
        )
        return [first, *(other for other, found in zip(others, told, strict=True) if found.same)]

    def dismiss(self, number: int) -> int:
        """Erase a group without an answer, audited; how many questions went."""
        return self.settle(self.cluster(number).gaps, "dismissed")

    def settle(self, gaps: Sequence[Gap], how: str, by: str = "") -> int:
        """Erase questions, since they are `how`: dismissed, or answered `by` a verified answer's id; how many went."""
        vault, who = self._assistant.vault, self._assistant.principal
        with vault.transaction():
            record = {"principal": who.name, "roles": sorted(who.roles), "questions": len(gaps), "verified": by}
            vault.audit.append(f"gaps.{how}", record)
            return vault.drop_gaps([gap.id for gap in gaps])

    def figures(self) -> list[Week]:
        """What was asked and what came of it, by week."""
        return weeks(self._assistant.vault.audit.records(0))

    def _vectors(self, gaps: Sequence[Gap]) -> Vectors:
        import numpy as np

        vault = self._assistant.vault
        known = vault.gap_vectors(gap.id for gap in gaps)
        fresh = [gap for gap in gaps if gap.id not in known]
        if fresh:
            made = self._assistant.tools.embedder.passages([gap.question for gap in fresh])
            added = {gap.id: row for gap, row in zip(fresh, made, strict=True)}
            vault.put_gap_vectors(added)
            known |= added
        return np.stack([known[gap.id] for gap in gaps])


def as_csv(clusters: Sequence[Cluster]) -> str:
    """A line a question with the number of its group, for a spreadsheet.

    A question that begins like a formula gets an apostrophe, since spreadsheets run what begins with one of `=+-@`.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["group", "question", "asked_at", "left_with", "reason", "roles"])
    for cluster in clusters:
        for gap in cluster.gaps:
            shown = f"'{gap.question}" if gap.question[:1] in ("=", "+", "-", "@", "\t") else gap.question
            writer.writerow([cluster.id, shown, gap.at, gap.kind, gap.reason, " ".join(sorted(gap.roles))])
    return out.getvalue()
