"""What of the tagger's proposals is believed: how sure it must be of each kind, and what it may not call a person or a place.

The tagger adds to the rules and takes nothing away from them. E-mail addresses and what has a check digit stay theirs, and all dates
but a day and a month that the rules cannot tell from a ratio ("bought on 2/11").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import regex

from assistant.privacy.cues import PERSON_VERB
from assistant.privacy.name_shapes import all_ordinary, is_clinical_phrase, is_company, opens_sentence, parts_of
from assistant.privacy.places import is_wide
from assistant.privacy.spans import TAGGED_SCORE
from assistant.privacy.tagger import Proposal
from assistant.privacy.vocabulary import within_term
from assistant.privacy.words import is_word_like, looks_clinical, name_lists, not_names
from assistant.types import Span

# Least mean probability by kind, chosen on both halves of `bench/unlike` and the public clinical notes, so that precision on the
# notes does not fall.
SURE: Final = {
    "PERSON": 0.75,
    "TOWN": 0.75,
    "ADDRESS": 0.75,
    "PHONE": 0.75,
    "NUMBER": 0.75,
    "PLATE": 0.75,
    "USER": 0.75,
    "DATE": 0.95,
}
ENTITIES: Final = {
    "PERSON": "PERSON",
    "TOWN": "LOCATION",
    "ADDRESS": "ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "NUMBER": "ID",
    "PLATE": "LICENSE_PLATE",
    "USER": "USERNAME",
    "DATE": "DATE",
}
# For words that are ordinary ones elsewhere.
VERY_SURE: Final = 0.95
# For single words in small letters among words with capitals.
SURE_OF_SMALL: Final = 0.88
# For unlisted words that open a sentence.
SUREST: Final = 0.975
# For those of them that no vocabulary of common words holds.
SURE_OF_RARE: Final = 0.8
_ACRONYM: Final = 5
_LEAST_LETTERS: Final = 2
_LETTERS: Final = regex.compile(r"\p{L}+")
_NUMBERED: Final = frozenset({"PHONE", "NUMBER", "PLATE"})
_NUMBER_ENTITIES: Final = frozenset(ENTITIES[label] for label in _NUMBERED)
_LEAST_DIGITS: Final = 2
_GROUP: Final = 4
_LEAST_POST_CODE: Final = 4
# What makes a number that of a person or a contract. Orders, articles and serial numbers are looked up, so that they stay.
_PERSONAL: Final = regex.compile(
    r"(?i)\b(?:id|(?:our|your) ref\w*|card|policy|insur\w+|passport|member\w*|licen[cs]e|hosp\w*|unit|mrn|nhs|ssn|patient|national|social|"
    r"tax|account|identity|citizen\w*|born|b\.|d\.?o\.?b)(?!\w)[^\n]{0,32}$"
)
# "NRIC S1583920D", "KV-Nr. 2847 031148": letters by which a country or a house names its numbers, and a number that is long enough
# to be one person's. Those of goods, papers and measures are in _CODE_BEFORE, _GOODS and _UNIT_AFTER.
_LETTERED: Final = regex.compile(
    r"(?:(?<![\w-])\p{Lu}{2,6}|-Nr\.|\b\p{Lu}?\p{Ll}{2,7}(?:nr|numm?er|num)\.?)(?: (?:[Nn]o\.?|[Nn]r\.?))?[ :.#]{0,3}$"
)
_GOODS: Final = regex.compile(
    r"\b(?:PZN|UDI|CAS|NCT|PMID|PMCID|RMA|PO|SN|ASIN|ISO|DIN|EN|ATC|DRG|OPS|HTS|REF|INV|TCK|RFC|PN|MPN|GS1|EC|UN|PLU|VAT|GLN)"
    r"(?:[ -](?:[Nn]o|[Nn]r)\.?)?[ :.#-]{0,3}$"
)
_LEAST_LETTERED: Final = 7
_SURE_OF_LETTERED: Final = 0.9
_UNIT_AFTER: Final = regex.compile(
    r"\s?(?:/|%|\^|\p{Ll}{1,4}/|(?:mg|g|ml|l|mmol|iu|u|cells|copies)\b)", regex.IGNORECASE
)
# What makes a thing of the word in small letters that follows: "the robot hoover", "my old dyson"; "the patient okonkwo" is somebody.
_THING: Final = regex.compile(
    r"(?i)\b(?:the|an?|this|that|these|those|any|which|every|each|some|no|my|our|your|his|her|their|its) "
    r"(?:(?!(?:patient|pt|client|customer|visitor|guest|caller|resident|tenant|member|nurse|doctor|dr|gp|consultant|surgeon|midwife|"
    r"carer|driver|agent|manager|boss|teacher|colleague|partner|neighbou?r|friend|mate|lady|gentleman|man|woman|guy|boy|girl|baby|"
    r"child|kid|mum|mom|dad|mother|father|wife|husband|son|daughter|brother|sister|aunt|uncle|cousin|niece|nephew|gran\w*|late|little|"
    r"named?|called|ward|room|bay|bed)\b)[a-z]+ )?$"
)
_BEFORE: Final = 40
# "Okonkwo tx from ward 3": shorthand behind a name.
_SHORTHAND: Final = regex.compile(r"(?<=\p{L}{3}) (?:tx|bm|bp|obs|nbm|hv|re|rx|sx|pt|x\d)$")
_HYPHENED: Final = regex.compile(r"-?(?:(?<=-)\p{L}[\p{L}\p{M}’']*-?)+(?<!-)")
# "NRIC", "SV-Nr." at the front of a number; a lone letter or two belong to it.
_NAMED: Final = regex.compile(r"(?:\p{Lu}{3,6}|[\p{L}-]{1,8}-?[Nn]r\.?|\p{L}+[Nn]o\.?)[ :.#]+(?=[\p{Lu}\d]*\d)")
_GROUP_BEFORE: Final = regex.compile(r"(?<![\w-])(?:\d{1,4}|\p{Lu}{1,3})[ -]$")
_GROUP_AFTER: Final = regex.compile(r"[ -](?:\d{1,4}|\p{Lu}{1,3})(?![\w.,]*\w)")
# A house number behind a street whose name the tagger took for a town's or a person's ("to Calea Lunii 14,"), or a kind of street.
_STREETS: Final = frozenset({"ADDRESS", "TOWN", "PERSON"})
_HOUSE: Final = regex.compile(
    r"(?i)(?: (?:st|street|rd|road|ave|avenue|pl|place|ln|lane|dr|drive|ct|court|cres|tce|way|close)\b\.?)?"
    r"(?:,? (?:no\.? ?)?\d{1,4} ?[a-z]?(?![\w:%/]|[.,]\d)(?=\s*(?:[.,;?!)\n]|$|\b(?:and|in|or)\b))"
    r"|(?<= (?:st|street|rd|road|ave|avenue|pl|place|ln|lane|dr|drive|ct|court|cres|tce|way|close)))"
)
_AT: Final = regex.compile(r"(?i)\b(?:to|at|in|on|from|address|lives?|living|street|home|near)\b[: ]*(?:is |the )?$")
# What makes an account of the word behind it, of the word before it, and of the first word of a line.
_ACCOUNT: Final = regex.compile(
    r"(?i)(?:@|\b(?:user\w*|log(?:ged|in)?|sign(?:ed|s)?|account\w*|acct|handle|nick\w*|alias|profile|member|screen ?names?|known|goes|"
    r"post(?:ed|s)?|follow\w*|messag\w*|chat\w*|dm|wrote|asked|by|from|as|insta\w*|twitter|telegram|discord|skype|whatsapp|slack|"
    r"github|facebook|reddit|tiktok|snapchat|youtube)\b[^\n;.]{0,12})$"
)
_ACTS: Final = regex.compile(
    r"(?i)[>\])]? (?:wrote|writes|posted|posts|said|says|asked|asks|replied|joined|left|logged|signed|messaged|commented|reset|changed)\b"
)
_COLON: Final = regex.compile(r"[>\])*]{0,2} ?:")
_LABELLED: Final = regex.compile(r"(?:^|[;|,]) ?[^;|,:\n]{1,40}: ")
_LEAST_LABELS: Final = 2
# A number without letters that is long enough to be dialled, and what says that it is.
_DIALLED: Final = regex.compile(r"\+?(?:\d[ ()./-]{0,2}){8,13}")
# "1607635102.00" is an amount or a reading: the digits of a phone stand in groups of at most four where they are parted by points.
_DECIMAL: Final = regex.compile(r"(?<!\d)\d{5,}[.,]\d{1,2}(?!\d)")
_CALL: Final = regex.compile(
    r"(?i)\b(?:tel|telephone|phone|mob|mobile|cell|fax|ring|rang|call|called|text|texted|sms|whatsapp|dial|reach|answer on|ask at|"
    r"use)\b[^\n\d]{0,16}$"
)
# Numbers of products, of terminologies and of orders of magnitude, which are nobody's.
_CODE_BEFORE: Final = regex.compile(
    r"(?i)\b(?:NDC|ICD(?:-?1[01])?(?:-CM)?|LOINC|SNOMED(?: CT)?|CPT|HCPCS|RxNorm|ISBN|DOI|EAN|UPC|GTIN|SKU|lot|batch|model|version|part|"
    r"(?<!post ?|zip ?|postal ?)code)s?(?: ?(?:no|number|code)s?)?\.?[ :#=-]*(?:[\w.-]{3,8}, ){0,6}$"
)
# "St. Mary" of "St. Mary's General Hospital", "Vanderbilt" of "Vanderbilt University".
_HOUSE_AFTER: Final = regex.compile(
    r"\.?(?: \p{Lu}\w+)?(?:['’]s)?(?: \p{Lu}\w+){0,2} "
    r"(?:Hospital|Medicine|Infirmary|Clinic|University|College|School|Institute|Cent(?:er|re)|Church)\b"
)
_QUOTES: Final = frozenset({'"', "'"})
_KEY_END: Final = regex.compile(r"[\"']\s*:")
_DAY_MONTH: Final = regex.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|1[0-2])\.?|(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])"
)
_DAY_BEFORE: Final = regex.compile(r"(?i)\b(?:on|since|until|till|before|after|dated|by)(?: the)? $")
# "1900-0700": from hour to hour.
_HOURS: Final = regex.compile(r"(?:[01]\d|2[0-4]):?[0-5]\d ?[-–] ?(?:[01]\d|2[0-4]):?[0-5]\d")


def accepted(text: str, proposals: Iterable[Proposal], allow: Callable[[str], bool] | None = None) -> list[Span]:
    """The proposals that count, as spans of the entities that the policies know; none inside a term that `allow` knows."""
    whole = [_whole(text, p) for p in proposals]
    named = {p.end for p in whole if p.label == "PERSON" and p.sure >= VERY_SURE}
    return [
        Span(ENTITIES[p.label], p.start, p.end, TAGGED_SCORE)
        for p in whole
        if p.label in SURE and p.sure >= SURE[p.label] and (_may_be(text, p) or _is_beside(text, p, named))
        if allow is None or not within_term(text, p.start, p.end, allow)
    ]


def _is_beside(text: str, proposal: Proposal, named: set[int]) -> bool:
    """A number in brackets behind a name: "Gavino Sanna (KYB9796)"."""
    digits = sum(c.isdigit() for c in text[proposal.start : proposal.end])
    bracket = text.rfind("(", 0, proposal.start + 1)
    return (
        proposal.label == "NUMBER"
        and digits >= _LEAST_POST_CODE
        and bracket >= proposal.start - 1
        and bracket - 1 in named
    )


def _whole(text: str, proposal: Proposal) -> Proposal:
    """The proposal to where it ends: the hyphens of a town ("La Chaux-de-Fonds"), the house number of a street, the groups of a plate;
    a number without the letters that name it, and as a phone where it is dialled."""
    if proposal.label == "NUMBER":
        return _number(text, proposal)
    if proposal.label == "PLATE":
        return _with_groups(text, proposal)
    house = _HOUSE.match(text, proposal.end) if proposal.label in _STREETS else None
    if house and (proposal.label == "ADDRESS" or _AT.search(text, max(0, proposal.start - _BEFORE), proposal.start)):
        return proposal._replace(label="ADDRESS", end=house.end())
    if proposal.label == "TOWN" and (rest := _HYPHENED.match(text, proposal.end)):
        return proposal._replace(end=rest.end())
    if proposal.label == "PERSON" and (rest := _SHORTHAND.search(text, proposal.start, proposal.end)):
        return proposal._replace(end=rest.start())
    return proposal


def _number(text: str, proposal: Proposal) -> Proposal:
    """A number without the letters that name it, and as a phone where it is dialled."""
    if name := _NAMED.match(text, proposal.start, proposal.end):
        proposal = proposal._replace(start=name.end())
    dialled = _DIALLED.fullmatch(text[proposal.start : proposal.end])
    called = dialled and _CALL.search(text, max(0, proposal.start - _BEFORE), proposal.start)
    return proposal._replace(label="PHONE") if called else proposal


def _with_groups(text: str, proposal: Proposal) -> Proposal:
    """A plate with the groups of capitals and digits beside it: "01 KG 482 ABC"."""
    before, after = (
        _GROUP_BEFORE.search(text, max(0, proposal.start - 5), proposal.start),
        _GROUP_AFTER.match(text, proposal.end),
    )
    return proposal._replace(
        start=before.start() if before else proposal.start, end=after.end() if after else proposal.end
    )


def beside(text: str, tagged: Iterable[Span], ruled: Sequence[Span]) -> list[Span]:
    """What of the tagged spans no rule covers: a rule's own span keeps its entity, its form and its check digit."""
    found: list[Span] = []
    for span in tagged:
        at = span.start
        for rule in [*sorted((r for r in ruled if r.start < span.end and span.start < r.end), key=_start), None]:
            found += _trimmed(text, span, at, rule.start if rule else span.end)
            at = max(at, rule.end) if rule else span.end
    return found


def _start(span: Span) -> int:
    return span.start


def _trimmed(text: str, span: Span, start: int, end: int) -> list[Span]:
    """The stretch without marks and blanks at its ends, where more than one letter or digit is left; digits where it is a number."""
    while start < end and not text[start].isalnum() and text[start] not in "@+(":
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    piece = text[start:end]
    enough = sum(c.isalnum() for c in piece) > 1
    # The last group of a plate whose others a rule found.
    group = start > span.start and piece.isupper() and len(piece) <= _GROUP
    number = span.entity in _NUMBER_ENTITIES and not group
    return (
        [Span(span.entity, start, end, span.score)] if enough and (not number or any(map(str.isdigit, piece))) else []
    )


def _may_be(text: str, proposal: Proposal) -> bool:
    words = text[proposal.start : proposal.end]
    if proposal.label in {"PERSON", "TOWN"} and _HOUSE_AFTER.match(text, proposal.end):
        return False  # organisations are the rules' affair
    if judge := _JUDGES.get(proposal.label):
        return judge(text, proposal, words)
    if proposal.label in _NUMBERED and (sum(c.isdigit() for c in words) < _LEAST_DIGITS or _DECIMAL.search(words)):
        return False
    if proposal.label == "NUMBER" and not (
        _PERSONAL.search(text, max(0, proposal.start - 48), proposal.start) or _is_lettered(text, proposal, words)
    ):
        return False
    return sum(c.isalnum() for c in words) > 1 and not _is_code(text, proposal, words)


def _is_lettered(text: str, proposal: Proposal, words: str) -> bool:
    """A long number of which the tagger is sure, behind letters that name the numbers of a country or house."""
    return (
        proposal.sure >= _SURE_OF_LETTERED
        and sum(c.isdigit() for c in words) >= _LEAST_LETTERED
        and _UNIT_AFTER.match(text, proposal.end) is None
        and _LETTERED.search(text, max(0, proposal.start - _BEFORE), proposal.start) is not None
        and _GOODS.search(text, max(0, proposal.start - _BEFORE), proposal.start) is None
    )


def _may_be_user(text: str, proposal: Proposal, words: str) -> bool:
    # What ends in "_" is the first half of a key's name, what stands in quotes before a colon is one.
    if text[proposal.start - 1 : proposal.start] in _QUOTES and _KEY_END.match(text, proposal.end):
        return False
    # What ends in "_" is the first half of a key's name.
    if sum(c.isalnum() for c in words) < _LEAST_LETTERS or "_" in (words[-1], text[proposal.end : proposal.end + 1]):
        return False
    return not _is_key(text, proposal, words)


def _is_key(text: str, proposal: Proposal, words: str) -> bool:
    """The key of a record or the name of a column ("gap-vitb12", "interval_months"): ordinary words and no name, and nothing near
    it speaks of an account or of who writes."""
    if not proposal.common or any(map(name_lists().is_name, _LETTERS.findall(words))):
        return False
    if "@" in words or _ACCOUNT.search(text, max(0, proposal.start - _BEFORE), proposal.start):
        return False
    return not _ACTS.match(text, proposal.end) and not _writes(text, proposal)


def _writes(text: str, proposal: Proposal) -> bool:
    """Whether the word opens a line of a chat ("dark_knight: is the desk open?"), and not a row of labels and values."""
    start = text.rfind("\n", 0, proposal.start) + 1
    end = text.find("\n", proposal.end)
    line = text[start : end if end >= 0 else len(text)]
    opens = not text[start : proposal.start].strip(" <[(*") and _COLON.match(text, proposal.end)
    return bool(opens) and len(_LABELLED.findall(line)) < _LEAST_LABELS


def _may_be_town(text: str, proposal: Proposal, words: str) -> bool:
    acronym = words.isupper() and len(words) <= _ACRONYM and not text.isupper()
    unsure = words.islower() and any(c.isupper() for c in text) and proposal.sure < VERY_SURE
    if acronym or unsure or is_wide(words):
        return False
    return not _all_known(words) or _stands_as_a_name(text, proposal)


def _may_be_date(text: str, proposal: Proposal, words: str) -> bool:
    before = _DAY_BEFORE.search(text, max(0, proposal.start - _BEFORE), proposal.start)
    return before is not None and _DAY_MONTH.fullmatch(words) is not None


def _may_be_address(text: str, proposal: Proposal, words: str) -> bool:
    """A number of three digits alone is no post code, whatever stands around it."""
    letters, digits = sum(c.isalpha() for c in words), sum(c.isdigit() for c in words)
    enough = letters + digits > 1 if letters else digits >= _LEAST_POST_CODE
    return enough and not _is_code(text, proposal, words)


def _is_code(text: str, proposal: Proposal, words: str) -> bool:
    before = _CODE_BEFORE.search(text, max(0, proposal.start - 60), proposal.start)
    return before is not None or _HOURS.fullmatch(words) is not None


def _may_be_person(text: str, proposal: Proposal, words: str) -> bool:
    parts, lists = parts_of(words), name_lists()
    clinical = any(map(looks_clinical, parts)) and not any(map(lists.is_clear, parts))
    if clinical or is_wide(words) or _is_short(text, words) or _is_cut(text, proposal):
        return False
    if is_clinical_phrase(text, proposal.start, proposal.end, False):
        return False
    if len(parts) == 1 and _reads_as_a_word(text, proposal):
        return False
    if all_ordinary(words) or (not any(map(lists.is_name, parts)) and all(map(is_word_like, parts))):
        return _stands_as_a_name(text, proposal)
    return not (len(parts) > 1 and is_company(text, proposal.end, words))


def _is_short(text: str, words: str) -> bool:
    """Initials alone ("R.D.") and abbreviations among words in small letters ("MAC", "TIAs")."""
    letters = [run for run in _LETTERS.findall(words) if len(run) > 1]
    capitals = words.rstrip("s").isupper() and len(words) <= _ACRONYM
    return not letters or max(map(len, letters)) < _LEAST_LETTERS or (capitals and not text.isupper())


def _is_cut(text: str, proposal: Proposal) -> bool:
    """A part of a hyphenated word: "Guillain-Barr patients"."""
    before, after = text[: proposal.start][-2:], text[proposal.end : proposal.end + 2]
    return (before[-1:] == "-" and before[:1].isalpha()) or (after[:1] == "-" and after[1:].isalpha())


def _reads_as_a_word(text: str, proposal: Proposal) -> bool:
    """ "Rice, bread and fish", "a retired baker", "Perfect, Ann": a word where it opens a sentence, or stands in small letters among
    words with capitals though it is listed as a name."""
    words = text[proposal.start : proposal.end]
    if words.islower():
        return _small_reads_as_a_word(text, proposal, words)
    if (
        name_lists().is_clear(words)
        or not opens_sentence(text, proposal.start)
        or PERSON_VERB.match(text, proposal.end)
    ):
        return False
    if not proposal.common and not is_word_like(words):
        return proposal.sure < SURE_OF_RARE
    return proposal.sure < (VERY_SURE if name_lists().is_name(words) else SUREST)


def _small_reads_as_a_word(text: str, proposal: Proposal, words: str) -> bool:
    """The same of words in small letters."""
    if not name_lists().is_given(words) and _THING.search(text, max(0, proposal.start - _BEFORE), proposal.start):
        return True
    if name_lists().is_clear(words):
        return False
    least = SURE_OF_SMALL if proposal.common else SURE_OF_RARE
    return any(c.isupper() for c in text) and (name_lists().is_name(words) or proposal.sure < least)


def _stands_as_a_name(text: str, proposal: Proposal) -> bool:
    """Ordinary words with a capital within a sentence, of which the tagger is very sure: "greet Summer and the little ones"."""
    capitals = text[proposal.start].isupper() and not text.isupper()
    return capitals and proposal.sure >= _least(proposal) and not opens_sentence(text, proposal.start)


def _least(proposal: Proposal) -> float:
    """How sure it must be of a word that is built like one: less where no vocabulary of common words holds it ("Hlaing")."""
    return VERY_SURE if proposal.common else SURE_OF_RARE


def _all_known(words: str) -> bool:
    """Conditions, medicines and ordinary words are no town."""
    return all(looks_clinical(part) or part.lower() in not_names() for part in parts_of(words))


# What stands against a proposal of these kinds; the others are held to digits and letters.
_JUDGES: Final[Mapping[str, Callable[[str, Proposal, str], bool]]] = {
    "PERSON": _may_be_person,
    "TOWN": _may_be_town,
    "USER": _may_be_user,
    "ADDRESS": _may_be_address,
    "DATE": _may_be_date,
}
