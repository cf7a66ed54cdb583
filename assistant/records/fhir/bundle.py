"""FHIR files taken apart: resources out of their bundles, each with its address, and whose record each belongs to.

The one place that says which resource a reference means and whom a resource speaks of, for readers and charts alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

from assistant.records.fhir.values import Resource, as_dict, as_list, key_of, string
from assistant.records.security import labels_of

_SUBJECTS: Final = ("subject", "patient", "beneficiary", "individual", "for")
_CONTEXTS: Final = ("encounter", "context")
# Types that speak of nobody: they go with every record of their file, to say what its references mean.
SHARED: Final = frozenset(
    "Medication Practitioner PractitionerRole Organization Location Substance HealthcareService Endpoint".split()
)
_ABSOLUTE: Final = re.compile(r"^(?:https?://|urn:)", re.I)
_HISTORY: Final = re.compile(r"/_history(?:/[^/]*)?/?$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource with the address that its bundle gives it ('' for none) and the access labels that it asks for."""

    resource: Resource
    url: str = ""
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Share:
    """What a file holds of one patient; `patient_id` is '' for what speaks of nobody or of what is no patient.

    `shared`: the file's resources that speak of nobody (medicines, clinicians, places) and that his may refer to.
    `held`: those that a policy holds back, of which nothing is said.
    """

    patient_id: str
    patient: Resource
    entries: tuple[Entry, ...]
    shared: tuple[Entry, ...] = ()
    held: tuple[Entry, ...] = ()


def is_fhir(value: object) -> TypeGuard[Resource]:
    """Whether a JSON value is a FHIR resource."""
    return (
        isinstance(value, dict) and isinstance(value.get("resourceType"), str) and value["resourceType"][:1].isupper()
    )


def entries_of(values: Iterable[object]) -> list[Entry]:
    """All resources, out of their bundles, in their order; of several versions of one the latest.

    A resource without an id is called by its address in the bundle, or by its number.
    """
    found: list[Entry] = []
    deleted: set[str] = set()
    stack: list[tuple[object, str, frozenset[str]]] = [(value, "", frozenset()) for value in reversed(list(values))]
    while stack:
        value, url, labels = stack.pop()
        if not is_fhir(value) or value["resourceType"] == "OperationOutcome":
            continue
        labels |= security_labels(value)
        if value["resourceType"] in ("Bundle", "Parameters"):
            inner = [as_dict(entry) for entry in as_list(value.get("entry") or value.get("parameter"))]
            deleted.update(_deleted(value, entry) for entry in inner)
            stack.extend((e.get("resource"), string(e, "fullUrl"), labels) for e in reversed(inner))
        else:
            found.append(Entry(_called(value, url, len(found) + 1), url, labels))
    return [entry for entry in _latest(found) if key_of(entry.resource) not in deleted]


def _called(resource: Resource, url: str, number: int) -> Resource:
    """The resource with an id: entries to be created have none yet, the bundle calls them by their full URL."""
    if string(resource, "id"):
        return resource
    return {**resource, "id": url.rpartition("/")[2].rpartition(":")[2] or f"entry-{number}"}


def _deleted(bundle: Resource, entry: Mapping[str, object]) -> str:
    """What an entry of a history says was deleted last, as Type/id."""
    request = as_dict(entry.get("request"))
    if string(bundle, "type") != "history" or string(request, "method") != "DELETE":
        return ""
    return local_key(string(request, "url"))


def _latest(entries: list[Entry]) -> Iterator[Entry]:
    """Entries without repetitions and without versions that a later one of the file replaces."""
    kept: dict[str, list[Entry]] = {}
    order: list[tuple[str, Entry]] = []
    for entry in entries:
        name = _normal(entry.url) if entry.url.lower().startswith("http") else key_of(entry.resource)
        known = kept.setdefault(name, [])
        if any(entry.resource == other.resource for other in known):
            continue
        known.append(entry)
        order.append((name, entry))
    for name, entry in order:
        versions = [_version(other.resource) for other in kept[name]]
        if len(versions) == 1 or not all(versions) or _version(entry.resource) == max(versions):
            yield entry


def _version(resource: Resource) -> tuple[str, int] | tuple[()]:
    meta = as_dict(resource.get("meta"))
    number, updated = string(meta, "versionId"), string(meta, "lastUpdated")
    return (updated, int(number) if number.isdecimal() else 0) if number or updated else ()


def security_labels(resource: Resource) -> frozenset[str]:
    """The access labels that the resource's own security labels ask for beside the ordinary one."""
    tags = as_list(as_dict(resource.get("meta")).get("security"))
    marks = [
        as_dict(c)
        for concept in as_list(resource.get("securityLabel"))
        for c in as_list(as_dict(concept).get("coding"))
    ]
    codes = [string(as_dict(tag), "code") for tag in [*tags, *marks]]
    inner = [security_labels(as_dict(c)) for c in as_list(resource.get("contained"))]
    return labels_of([*codes, string(resource, "confidentiality")]).union(*inner)


def local_key(reference: str) -> str:
    """Type/id of a reference, without server and version; '' where it has another form."""
    parts = _HISTORY.sub("", reference.strip()).rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and parts[-2][:1].isupper() else ""


def _normal(url: str) -> str:
    """An address for comparison: without version, scheme and the case of its host."""
    bare = _HISTORY.sub("", url.strip()).rstrip("/")
    if bare.lower().startswith("urn:"):
        return bare.lower()
    host, slash, path = re.sub(r"^https?://", "", bare, flags=re.I).partition("/")
    return f"{host.lower()}{slash}{path}"


class Names:
    """By which names the references of a file call its resources, and who its patients are."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_url: dict[str, Resource] = {}
        self._by_key: dict[str, list[Resource]] = {}
        self._by_id: dict[str, list[Resource]] = {}
        self._urls: dict[int, str] = {}
        self._ids: dict[int, str] = {}
        self._patients: list[Resource] = []
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        resource = entry.resource
        if entry.url:
            self._by_url.setdefault(_normal(entry.url), resource)
            self._urls[id(resource)] = entry.url
        self._by_key.setdefault(key_of(resource), []).append(resource)
        self._by_id.setdefault(string(resource, "id").lower(), []).append(resource)
        if resource["resourceType"] == "Patient":
            self._name(resource, entry.url)

    def _name(self, patient: Resource, url: str) -> None:
        """Give a patient his name in this file: his id, unless somebody else has it at another address."""
        name = string(patient, "id") or "unnamed"
        taken = [p for p in self._patients if self._ids[id(p)] == name]
        if any(self._elsewhere(p) and url and _normal(self._elsewhere(p)) != _normal(url) for p in taken):
            name = _normal(url)
        self._patients.append(patient)
        self._ids[id(patient)] = name

    def _elsewhere(self, resource: Resource) -> str:
        url = self._urls.get(id(resource), "")
        return url if url.lower().startswith("http") else ""

    def find(self, reference: str, holder: Resource) -> Resource | None:
        """The resource that a reference of `holder` means: contained, relative, absolute, by URN, or conditional.

        None where the file does not hold it, or where it cannot be told which of several is meant.
        """
        if reference.startswith("#"):
            inside = [as_dict(c) for c in as_list(holder.get("contained"))]
            return next((c for c in inside if string(c, "id") == reference[1:] and is_fhir(c)), None)
        if "?" in reference:
            return self._conditional(reference)
        if not _ABSOLUTE.match(reference):
            return self._relative(local_key(reference), holder)
        found = self._by_url.get(_normal(reference))
        if found is not None:
            return found
        if reference.lower().startswith("urn:"):
            same = self._by_id.get(_normal(reference).rpartition(":")[2], [])
        else:
            same = self._by_key.get(local_key(reference), [])
        # A resource that is known to lie at another server is another one.
        same = [r for r in same if not self._elsewhere(r)]
        return same[0] if len(same) == 1 else None

    def _relative(self, key: str, holder: Resource) -> Resource | None:
        own = self._elsewhere(holder)
        if own and key:
            base = _HISTORY.sub("", own).rstrip("/").rsplit("/", 2)[0]
            if (found := self._by_url.get(_normal(f"{base}/{key}"))) is not None:
                return found
        same = self._by_key.get(key, [])
        return same[0] if same and (len(same) == 1 or len({self._elsewhere(r) for r in same}) == 1) else None

    def _conditional(self, reference: str) -> Resource | None:
        """Patient?identifier=SYSTEM|VALUE, as transactions call those whom the server knows already."""
        kind, _, query = reference.partition("?")
        given = dict(pair.partition("=")[::2] for pair in query.split("&"))
        system, bar, value = given.get("identifier", "").rpartition("|")
        same = [r for r in self._patients if _identified(r, system if bar else None, value)]
        return same[0] if len(same) == 1 and kind.endswith("Patient") else None

    def patient_of(self, resource: Resource) -> str | None:
        """The name of the patient that a resource speaks of; '' where it names nobody, None where it speaks of something
        that is no patient, or of one whom nothing identifies.
        """
        if resource["resourceType"] == "Patient":
            return self._ids.get(id(resource)) or string(resource, "id") or "unnamed"
        references = [as_dict(r) for key in _SUBJECTS for r in as_list(resource.get(key))]
        named = next((found for r in references if (found := self._patient(r, resource))), "")
        if named or not any(map(_says_whom, references)):
            return named or self._by_context(resource)
        return None

    def _by_context(self, resource: Resource) -> str | None:
        """The patient of the encounter that a resource belongs to."""
        for key in _CONTEXTS:
            target = self.find(string(as_dict(resource.get(key)), "reference"), resource)
            if target is not None and target["resourceType"] == "Encounter" and target is not resource:
                return self.patient_of(target)
        return ""

    def _patient(self, reference: Mapping[str, object], holder: Resource) -> str:
        told = string(reference, "reference")
        target = self.find(told, holder) if told else None
        if target is not None:
            return self._called(target, holder) if target["resourceType"] == "Patient" else ""
        identifier = as_dict(reference.get("identifier"))
        if value := string(identifier, "value"):
            same = [p for p in self._patients if _identified(p, string(identifier, "system") or None, value)]
            if len(same) == 1:
                return self._ids[id(same[0])]
            told = told or (f"Patient/{value}" if string(reference, "type") in ("", "Patient") else "")
        return self._unseen(told, string(reference, "type"))

    def _called(self, patient: Resource, holder: Resource) -> str:
        """A patient of the file, or one that is contained in a resource: known by his identifier, else by his holder."""
        if id(patient) in self._ids:
            return self._ids[id(patient)]
        for identifier in map(as_dict, as_list(patient.get("identifier"))):
            system, value = string(identifier, "system"), string(identifier, "value")
            same = [p for p in self._patients if value and _identified(p, system or None, value)]
            if len(same) == 1:
                return self._ids[id(same[0])]
            if value:
                return value
        return f"{string(holder, 'id') or 'unnamed'}-{string(patient, 'id')}"

    def _unseen(self, reference: str, kind: str) -> str:
        """The name of a patient that the file speaks of and does not hold."""
        if reference.lower().startswith("urn:") and kind == "Patient":
            return reference.rpartition(":")[2]
        if "?" in reference and reference.startswith("Patient?"):
            return reference.rpartition("|")[2].rpartition("=")[2]
        key = local_key(reference)
        if not key.startswith("Patient/"):
            return ""
        name = key.removeprefix("Patient/")
        # The same id at another server is somebody else; one that several have says nothing.
        taken = any(string(p, "id") == name for p in self._patients)
        return name if not taken else _normal(reference) if _ABSOLUTE.match(reference) else ""


def _says_whom(reference: Mapping[str, object]) -> bool:
    return bool(string(reference, "reference") or reference.get("identifier") or string(reference, "display"))


def _identified(patient: Resource, system: str | None, value: str) -> bool:
    given = [as_dict(i) for i in as_list(patient.get("identifier"))]
    return any(string(i, "value") == value and system in (None, string(i, "system")) for i in given)


def shares(entries: Iterable[Entry]) -> list[Share]:
    """The entries by patient, in the order in which the file names the patients; what belongs to nobody comes last.

    Where there is one patient only, what names nobody is his; what speaks of something else never is.
    """
    given = list(entries)
    names = Names(given)
    groups: dict[str, list[Entry]] = {}
    people: dict[str, Resource] = {}
    nobody: list[Entry] = []
    apart: list[Entry] = []
    shared: list[Entry] = []
    for entry in sorted(given, key=lambda e: e.resource["resourceType"] != "Patient"):
        patient = names.patient_of(entry.resource)
        if patient:
            groups.setdefault(patient, []).append(entry)
            if (person := _person(entry.resource, names)) is not None:
                people.setdefault(patient, person)
        elif patient is None:
            apart.append(entry)
        else:
            (shared if entry.resource["resourceType"] in SHARED else nobody).append(entry)
    if len(groups) == 1:
        next(iter(groups.values())).extend(nobody)
        nobody = []
    found = [Share(p, people.get(p, {}), tuple(own), tuple(shared)) for p, own in groups.items()]
    rest = (*nobody, *apart)
    return [*found, Share("", {}, rest, tuple(shared))] if rest or not found else found


def _person(resource: Resource, names: Names) -> Resource | None:
    """The Patient resource that a resource is or contains as its subject."""
    if resource["resourceType"] == "Patient":
        return resource
    for key in _SUBJECTS:
        told = string(as_dict(resource.get(key)), "reference")
        if told.startswith("#") and (found := names.find(told, resource)) is not None:
            return found if found["resourceType"] == "Patient" else None
    return None
