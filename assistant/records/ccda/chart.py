"""C-CDA documents (HL7 CDA R2, Consolidated templates) to charts: one for each access label that its parts ask for.

Entries that deny are listed apart, or are denials of a whole kind ("no known problems"); what is in error, about somebody
else or without information is no fact; sections and entries that are not read are named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.xml import local
from assistant.records.ccda.dosing import narrative_words
from assistant.records.ccda.labels import document_labels, entry_labels, section_labels
from assistant.records.ccda.makers import MAKERS
from assistant.records.ccda.people import patient_id, person_of
from assistant.records.ccda.sections import Kind, elsewhere, kind_of, loinc_of, sections_of
from assistant.records.ccda.statement import Made, Statement
from assistant.records.ccda.tree import Element, ids, narrative, parse, reach, templates, title_of
from assistant.records.model import Chart, Denial, Excluded, Fact, Note, Person, Term, Unread
from assistant.records.negatives import denies

# Problem, allergy, and substance or device allergy observations: what a concern is about.
_SUBJECTS: Final = frozenset(f"2.16.840.1.113883.10.20.22.4.{n}" for n in (4, 7, 90))
_STATING: Final = frozenset("observation substanceAdministration procedure act encounter supply".split())


@dataclass(slots=True)
class _Draft:
    """What the parts of a document under one set of labels state."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)
    excluded: list[Excluded] = field(default_factory=list)
    denials: list[Denial] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def take(self, section: str, made: Made) -> None:
        """Put what a statement says where it belongs."""
        if isinstance(made, Excluded):
            self.excluded.append(made)
        elif isinstance(made, Denial):
            self.denials.append(made)
        elif isinstance(made, Unread):
            self.unread.append(made)
        else:
            self.facts.setdefault(section, []).append(made)

    def chart(self, number: str, person: Person, labels: frozenset[str]) -> Chart:
        """The chart of these parts."""
        return Chart(
            number, person, excluded=tuple(self.excluded), denials=tuple(self.denials), unread=tuple(self.unread),
            labels=labels, **{name: tuple(found) for name, found in self.facts.items()},  # type: ignore[arg-type]
        )  # fmt: skip


def charts_of(data: bytes, source: str) -> tuple[Chart, ...]:
    """The charts of one document, by the labels of its parts; the first holds what asks for none but the document's own.

    Raises ReaderError where it is no C-CDA document or names no patient.
    """
    root = parse(data, source)
    number = patient_id(root)
    if not number or not any(True for _ in reach(root, "recordTarget/patientRole")):
        raise ReaderError("the document names no patient", path=source, remedy="export it with its header")
    whole = document_labels(root)
    drafts: dict[frozenset[str], _Draft] = {whole: _Draft()}
    used: set[str] = set()
    for section, outer in sections_of(root):
        _take(section, whole | outer, drafts, used)
    body = next(reach(root, "component/nonXMLBody/text"), None)
    if body is not None:
        kind = body.get("mediaType") or "text"
        drafts[whole].unread.append(Unread(f"the document's body ({kind})", "", "Document/nonXMLBody"))
    person = person_of(root, number)
    return tuple(draft.chart(number, person, labels) for labels, draft in drafts.items())


def _take(section: Element, whole: frozenset[str], drafts: dict[frozenset[str], _Draft], used: set[str]) -> None:
    loinc = loinc_of(section)
    kind = kind_of(loinc)
    own = whole | document_labels(section)
    make = MAKERS.get(kind.section)
    made = 0
    for statement, labels in _statements(section, kind, loinc, used) if make is not None else ():
        draft = drafts.setdefault(own | labels, _Draft())
        for found in make(statement) if make is not None else ():
            draft.take(kind.section, found)
            made += 1
    if not made:
        # The text of a section tells of all its entries, and bears their labels too.
        _untold(section, loinc, kind, drafts.setdefault(whole | section_labels(section), _Draft()))


def _untold(section: Element, loinc: str, kind: Kind, draft: _Draft) -> None:
    """A section of which no entry was read: its text is a note, and the chart does not take it for silence."""
    key, title = f"Section/{loinc or 'unnamed'}", title_of(section) or loinc or "Section"
    if section.get("nullFlavor") is not None:
        draft.excluded += [Excluded(key, "no information", kind.section)] if kind.section else []
        return
    text = narrative(section)
    if kind.section and text and denies(kind.section, Term(" ".join(text.split()).rstrip("."))):
        draft.denials.append(Denial(key, kind.section, Term(" ".join(text.split()))))
        return
    if text:
        draft.take("notes", Note(key, Term(title), "", text))
    if (kind.section and text) or (_states(section) and not elsewhere(loinc)):
        draft.unread.append(Unread(title, kind.section, key))


def _states(section: Element) -> bool:
    """Whether entries of a section state something."""
    return any(local(act) in _STATING for entry in reach(section, "entry") for act in entry.iter())


def _statements(section: Element, kind: Kind, loinc: str, used: set[str]) -> Iterator[tuple[Statement, frozenset[str]]]:
    """The statements of a section, each with the labels of its entry and a name of its own in citations."""
    words = narrative_words(section)
    number = 0
    for entry in reach(section, "entry"):
        labels = entry_labels(entry)
        for element, acts in _acts(entry, opened=kind.section != "procedures"):
            number += 1
            own = ids(element)
            key = f"{kind.resource}/{own[0]}" if own else f"{kind.resource}/{loinc}-{number}"
            if key in used:
                key = f"{kind.resource}/{own[0] if own else loinc}-{number}"
            used.add(key)
            yield Statement(element, key, words, acts, kind), labels


def _acts(entry: Element, *, opened: bool) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """The statements of an entry, each with the acts around it: organizers and, where acts are `opened`, concerns and wrappers."""
    for act in entry:
        name = local(act)
        if name == "organizer":
            for part in reach(act, "component"):
                yield from ((inner, (act,)) for inner in part if local(inner) in _STATING)
        elif name == "act" and opened:
            inner = [e for e in _held(act) if _is_subject(e)]
            # Severity and the like may stand beside the observation that the concern is about.
            yield from ((e, (act,)) for e in inner) if inner else iter([(act, ())])
        elif name in _STATING:
            yield act, ()


def _held(act: Element) -> Iterator[Element]:
    for relation in reach(act, "entryRelationship"):
        if relation.get("typeCode") in ("SUBJ", "COMP", None):
            yield from (e for e in relation if local(e) in _STATING - {"act"})


def _is_subject(element: Element) -> bool:
    if local(element) != "observation":
        return True
    found = templates(element)
    return not found or bool(found & _SUBJECTS)
