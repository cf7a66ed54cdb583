"""Word lists: given names and surnames by origin, words that are no names, clinical vocabulary. Read once, never changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data"

# Names that are also places, months or plain words: alone they are no evidence of a person.
_AMBIGUOUS: Final = frozenset(
    "georgia florence virginia carolina dakota sydney chelsea paris jordan madison savannah austin houston london charlotte "
    "israel chad kenya india china asia brooklyn may june april august will mark grace hope faith joy rose grant dean frank "
    "bill rich art dawn ivy holly hazel poppy brook brooke jade ruby amber crystal summer autumn winter early major "
    "christian precious destiny raven chase hunter mason carter cooper parker taylor morgan dale glen clay "
    "cliff heath lance drew guy max van an mai long do he oh in so per my bo yu du an la le su bao jun kai mi no noh lin "
    "ted manu tor ole ali nam hoa han day hill little page park ward west young king brown white green black gray wood "
    "woods stone fox rice bell price ross field fields banks bishop knight cook baker porter gardner fisher carpenter "
    "potter weaver butler shepherd marshall singer miller lane wells brooks rivers ford hall church power swift sharp "
    "case cross frost marsh newton norris gill hart holt keller mercer steel steele sutton walsh washington lincoln jackson "
    "hamilton cleveland lima santiago barbara victoria regina angel jesus mercedes luz blanca sol luna cruz vega pilar "
    "dolores consuelo esperanza precious lynn dana eve gene gay harry sue pat bob jack jean carol drew ray roy dung phuc "
    "bich lang stein stern horn koch graf otto sommer engel simon wolf klein gross kaiser kiss fuller sala villa costa "
    "conte leone das rose penny melody harmony star sky river rain storm crane swan wren robin martin finch olive salmon "
    "chin lung fan pan tang long song wan pita kana mana mato bass bass berry key good love small short house tall rush snow sweet "
    "stout cotton glass church craft cash justice noble pace prince pope power powers rice savage sparks stark waters winters may "
    "fountain forte costa grande magic diamond essence asia patience clement alba alma flor luz sol perla gloria victoria iris regina "
    "viola violeta aurora stella maximum minor rama sari soma tala pele tiara sahara sierra uma adem lada "
    "pia ute nils ola odd bent dag gro stein ove per hale head lamb lang link mark marks mayo mercury merit mole moon noon "
    "page parish park pike plum pond pool porter quick ransom ray reed rich ring rock root rush sand shore sloan spear spring stern "
    "stone storm strong summers temple thorn tree vale wave webb wells west wild wise worth yates yolk pons varus rotator medina "
    "roma verona siena lima lies jet".split()
)


@dataclass(frozen=True, slots=True)
class NameLists:
    """Names folded to lower case for look-up; `given` and `surnames` by origin in their written form for surrogates."""

    given: dict[str, dict[str, tuple[str, ...]]] = field(repr=False)
    """origin -> gender ("f", "m", "x") -> names"""
    surnames: dict[str, tuple[str, ...]] = field(repr=False)
    """origin -> names"""
    given_words: frozenset[str] = field(repr=False)
    surname_words: frozenset[str] = field(repr=False)

    def is_given(self, word: str) -> bool:
        """Whether the word is a given name of the lists."""
        return _key(word) in self.given_words

    def is_surname(self, word: str) -> bool:
        """Whether the word is a surname of the lists."""
        return _key(word) in self.surname_words

    def is_name(self, word: str) -> bool:
        """Whether the word is any name of the lists; of a hyphenated name both parts count."""
        lowered = _key(word)
        return (
            lowered in self.given_words
            or lowered in self.surname_words
            or ("-" in lowered and all(p in self.given_words or p in self.surname_words for p in lowered.split("-")))
        )

    def is_clear(self, word: str) -> bool:
        """Whether the word is a name and hardly anything else."""
        return self.is_name(word) and word.lower() not in _AMBIGUOUS and word.lower() not in not_names()


def _lines(name: str) -> Iterator[tuple[str, list[str]]]:
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            head, _, words = line.partition(":")
            yield head, words.split()


@lru_cache(maxsize=1)
def name_lists() -> NameLists:
    """The shipped lists."""
    given: dict[str, dict[str, tuple[str, ...]]] = {}
    for head, words in _lines("given.txt"):
        origin, gender = head.split()
        given.setdefault(origin, {})[gender] = tuple(words)
    surnames = {origin: _join_particles(words) for origin, words in _lines("surnames.txt")}
    return NameLists(
        given,
        surnames,
        frozenset(_key(w) for by in given.values() for words in by.values() for w in words),
        frozenset(_key(part) for words in surnames.values() for w in words for part in w.split() if len(part) > 1),
    )


_BARE: Final = str.maketrans("đðłøıßæœ", "ddloisao")


def _key(word: str) -> str:
    """Small letters without accents, so that "Nguyễn" and "Nguyen", "Yılmaz" and "Yilmaz" are the same name."""
    if word.isascii():  # nothing to take off: most of the lists, which are read on every start
        return word.lower()
    bare = unicodedata.normalize("NFKD", word.lower().replace("\u0307", ""))
    return "".join(c for c in bare if not unicodedata.combining(c)).translate(_BARE)


def _join_particles(words: list[str]) -> tuple[str, ...]:
    """Put lower-case particles ("van", "de") in front of the surname they belong to."""
    joined: list[str] = []
    prefix: list[str] = []
    for word in words:
        prefix.append(word)
        if not word.islower() and word not in ("De", "Dela"):
            joined.append(" ".join(prefix))
            prefix = []
    return tuple(joined)


@lru_cache(maxsize=1)
def not_names() -> frozenset[str]:
    """Lower-case words that are capitalised in documents without being names."""
    lines = (_DATA / "notnames.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@dataclass(frozen=True, slots=True)
class ClinicalWords:
    """Clinical vocabulary, lower case. `eponyms` are surnames too: only what follows them tells."""

    words: frozenset[str] = field(repr=False)
    eponyms: frozenset[str] = field(repr=False)
    nouns: frozenset[str] = field(repr=False)
    """What follows an eponym: "disease", "score", "catheter" ..."""
    doubles: frozenset[str] = field(repr=False)
    """Eponyms of two words, which are a whole name elsewhere: "bence jones"."""


@lru_cache(maxsize=1)
def clinical_words() -> ClinicalWords:
    """The shipped clinical vocabulary."""
    by_head = dict(_lines("clinical.txt"))
    nouns = frozenset(" ".join(by_head.pop("suffix nouns")).replace(" ", "").split(","))
    doubles = frozenset(phrase.strip() for phrase in " ".join(by_head.pop("double eponyms")).split(","))
    eponyms = frozenset(by_head.pop("eponyms")) | frozenset(by_head["devices"])
    return ClinicalWords(frozenset(w for words in by_head.values() for w in words), eponyms, nouns, doubles)


# Endings of drug stems (WHO INN) and of names of conditions, procedures and tests (Greek and Latin roots).
_ENDINGS: Final = tuple(
    "itis osis oses emia aemia oma omas pathy pathies ectomy ostomy otomy oscopy plasty gram graphy metry algia plegia paresis "
    "uria rrhea rrhage penia philia trophy sclerosis stenosis thorax cyte cytes iasis ectasis lysis "
    "pril prils sartan olol statin statins azole cillin cycline mycin micin floxacin oxacin prazole tidine setron triptan "
    "dipine thiazide semide zepam zolam barbital caine dronate gliptin glitazone gliflozin glutide mab nib vir vudine "
    "tinib ciclib parib lukast terol sone solone olone phylline azepine oxetine traline pramine triptyline apine idone "
    "azine peridol curium fentanil profen fenac coxib parin xaban gatran platin rubicin taxel tecan trexate bicin ferol "
    "amide".split()
)
_NAMES_LIKE: Final = frozenset("davide giuseppe yamamoto masone salome bologna roma thoma paloma".split())


def looks_clinical(word: str) -> bool:
    """Whether the word is of the vocabulary or built like a drug, condition, procedure or test."""
    lowered = word.lower().removesuffix("'s")
    vocabulary = clinical_words()
    if lowered in vocabulary.words:
        return True
    return len(lowered) > 6 and lowered.endswith(_ENDINGS) and lowered not in _NAMES_LIKE


# Endings of ordinary English and of medical words in words of six letters and more; listed names are asked for first.
_WORD_ENDINGS: Final = tuple(
    "tion tions sion sions ment ments ness ity ities ing ings ary ery ory ical ically ial iac ous ive able ible ism isms logy "
    "logies ologist sia sis tic tics fic nic mic oid oids aly ence ance ency ancy hood ular ure ures ize ise ized ised ated "
    "ating ation ish less ful ship ward wards ways wise thing ever ably ibly ally ingly edly ants ents ists ers ors ations "
    "itis atic etic otic rtal ntal rnal onal inal ual eal oral ural ical egaly trophic genic lytic emic "
    "al ic cele celes plasia pnea phagia phasia praxia kinesia thesia clonus plakia lalia opia gia rrhagia "
    "oidism onia atresia coma lexia graphia malacia bifida illnesses semias diabetes".split()
)


def is_word_like(word: str) -> bool:
    """Whether an unlisted capitalised word is more likely an ordinary or medical word than a name, by its ending."""
    lowered = word.lower().removesuffix("'s")
    return lowered in not_names() or looks_clinical(lowered) or (len(lowered) >= 6 and lowered.endswith(_WORD_ENDINGS))


_ACRONYM: Final = 5


def is_acronym(word: str) -> bool:
    """GERD, ADA, LADA: short capitals that are also somebody's name are an abbreviation unless more speaks for a name."""
    return word.isupper() and len(word) <= _ACRONYM
