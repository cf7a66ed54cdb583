"""Secrets in prose: sentences that give away a password, a door code, a key, or a string that only a secret looks like.

Identifiers have shapes and are the redactor's work. A secret may have none ("the word for the cabinet is sunflower"), so two things are
looked at: what a sentence says a value is for, and how much guessing a string would take. Numbers that name goods, classes and papers
(lots, ICD, LOINC, articles) are as random as a password and no secret: the words before them and their known forms tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from assistant.language.sentences import sentences
from assistant.privacy.secret_forms import has_secret_form

# A string that takes so many bits to guess, of letters and digits in turn, is no word and no measure. A UUID has 122, "COVID-19" 20,
# two words and two numbers of three digits 46.
RANDOM_BITS: Final = 40.0
_WORD_BITS: Final = 13.0
"""A word of the few thousand that people choose from."""
_LONG: Final = 6
"""Letters from which on a word is rarer, by so many bits a letter:"""
_RARER: Final = 1.5
_LETTER, _CASED, _DIGIT, _SIGN = 4.7, 5.7, 3.32, 4.0
_ALTERNATIONS: Final = 2
_ODD_BITS: Final = 24.0

# What a secret is called, by itself.
_STRONG: Final = (
    r"pass\s?(?:word|code|phrase|key)s?|pwd|(?-i:PIN)|pin\s(?:code|number)|key\s?(?:box|safe)\s(?:code|number)|code\s?words?|safe\s?words?|vault\swords?|watchwords?|log-?in\sdata"
    r"|credentials?|(?:secret|private|master|recovery|encryption|decryption|api|access|wi-?fi|network|licen[cs]e|product|backup)"
    r"\s(?:key|word|phrase)s?|(?:access|api|session|bearer|auth(?:entication)?|security)\stokens?|seed\sphrases?"
    r"|(?:door|gate|alarm|staff|guest|admin|access|entry|security|unlock(?:ing)?|keypad|lock|safe|recovery|activation|override|disarm)\scodes?"
)
# What opens, is closed, and is opened with a word, a number or a code.
_OPENED: Final = (
    r"(?:cabinet|safe|door|gate|lock|vault|locker|alarm|drawer|room|store(?:room)?|cupboard|keypad|wi-?fi|network|account|portal|system"
    r"|server|laptop|computer|database|router|printer|tablet|terminal|mailbox|voicemail|key\sbox|entrance|lift|garage|cage|fridge|freezer|trolley|cart|dispensary|pharmacy|archive|machine|scanner|monitor|phone|disk|drive|backup)s?"
)
_LOOSELY: Final = (
    _OPENED.replace("|room|store(?:room)?", "")
    .replace("|lift", "")
    .replace("|system", "")
    .replace("|machine", "")
    .replace("|phone", "")
    .replace("|monitor", "")
)
_OPENS: Final = (
    rf"(?P<noun>word|phrase|code|number|combination|key|answer|digits)\s(?:for|of|to|at|that\sopens)\s(?:[\w'-]+\s){{0,4}}?{_OPENED}"
    r"(?:\s[A-Z]?\d{1,4}[a-z]?|\s[A-Z])?"
)
_SAYS: Final = (
    r"(?:\s(?:now|still|again|currently|today))?\s*"
    r"(?:\b(?:is|are|was|were|reads|becomes|remains)\b|\bset\sto\b|\bchanged\sto\b|=>|->|[:=])\s*"
)
_GIVES: Final = re.compile(rf"\b(?:{_STRONG})\b(?P<between>[^.;:=\n]{{0,60}}?){_SAYS}(?P<value>[^\n]+)", re.I)
_OPENING: Final = re.compile(rf"\b{_OPENS}\b{_SAYS}(?P<value>[^\n]+)", re.I)
_QUOTED: Final = re.compile(rf"\b(?:{_STRONG})\s[\"'“‘«][^\s\"'”’»]{{3,}}[\"'”’»]", re.I)
_USES: Final = re.compile(
    rf"\b(?:type|enter|dial|say|use|key\sin|give|press|tap)\s(?:in\s)?(?P<value>\S+(?:\s\S+){{0,3}}?)\s"
    rf"(?:as\s(?:the\s)?(?:{_STRONG})\b|(?:at|on|into|to\s(?:open|unlock|disarm|enter|get\sinto))\s(?:[\w'-]+\s){{0,3}}?{_OPENED}\b)",
    re.I,
)
_BACKWARDS: Final = re.compile(
    rf"(?P<value>\S+)\s(?:is|was|opens|unlocks|disarms)\s(?:[\w'-]+\s){{0,3}}?(?:{_STRONG}|{_OPENED})\b", re.I
)
# What such sentences are about, whatever their grammar; with a string in them that nothing else explains they are taken for one.
_ACCESS: Final = re.compile(
    rf"\b(?:{_STRONG}|keypads?|unlock(?:s|ed|ing)?|(?:dis)?arm(?:s|ed|ing)?\sthe|alarms?|log(?:s|ged|ging)?[\s-]?(?:in|on)\b|sign(?:s|ed)?\sin(?:to)?"
    rf"|vaults?|lockers?|padlocks?|voicemail|admin|root|vpn|wi-?fi|encrypted\swith|usernames?|security\squestion"
    rf"|(?:code|combination|key|word|digits|number)\b[^.;\n]{{0,40}}\b{_LOOSELY}|{_LOOSELY}\b[^.;\n]{{0,40}}\b(?:code|combination|digits|number|dial|opens)"
    rf"|key\sin\s\d|{_LOOSELY}\s(?:[\w'-]+\s){{0,3}}?(?:opens|takes)|(?:open|opens|opened|opening)\s(?:[\w'-]+\s){{0,3}}?{_OPENED})\b",
    re.I,
)
# A thing that lets people in and what one does to it; either alone is in every manual, and so are both without a string that is odd.
_THING_OF_ACCESS: Final = re.compile(
    rf"\b(?:{_OPENED}|sessions?|keyboards?|prompts?|prompted|gateways?|overrides?|bypass|archives?|repositor(?:y|ies)|backups?|hosts?)\b",
    re.I,
)
_ACT_OF_ACCESS: Final = re.compile(
    r"\b(?:types?|typing|enters?|press(?:es)?|keys?\sin|answers?(?:\sto)?|gives?|wants?|asks?|asked|takes|accepts?|needs|get\s(?:in|into)|use|silence"
    r"|disarm|dials?|default|opens?\s(?:with|to)|keep\s(?:it|this)\sto|sticky\snote|override\b[^.;\n]{0,40}\bis)\b",
    re.I,
)
_EXPLAINED: Final = re.compile(
    # Years, clock times, dates, amounts with their unit, shares, sections, chemistry with charges.
    r"(?:1[89]|20)\d\d(?:[-–/](?:\d\d){1,2})?s?|\d{1,2}[:.]\d\d(?:[ap]m)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|[<>≤≥~±$€£+-]?\d[\d.,]*(?:%|°?[A-Za-zµμ]{0,4}(?:/[A-Za-z]+)*)"
    r"|[A-Za-z]+-\d{1,3}|\d{1,3}-[A-Za-z]+(?:-[A-Za-z]+)*|(?:[A-Z]+\d{1,2}[+-]?)+|\W*",
)
_UNIT_NEXT: Final = re.compile(
    r"\s?(?:%|mg|g|kg|µg|mcg|ml|l|mmol|iu|units?|euros?|eur|usd|dollars?|days?|hours?|minutes?|weeks?|months?|years?|people|patients?"
    r"|beds?|metres?|meters?|km|cm|mm|times|pages?|records?|users?|bits?|bytes?|[kmg]b|street|st\.|road|avenue|lane)\b",
    re.I,
)
# Words in quotes are a watchword; those of a button or a page are not.
_SPOKEN: Final = re.compile(
    r"(?<!choose)(?<!click)(?<!select)(?<!press)(?<!open)(?<!tap)(?<!under)(?<!see)(?:^|\s)[\"“«„][^\"”»“]{3,40}[\"”»“](?!\s(?:shows|is\sshown|button|page|menu|on\sthe\s(?:page|sign)))",
    re.I,
)
# "482 913 776", as programs for distant help show it; an amount has its unit.
_IN_THREES: Final = re.compile(
    r"(?<![\d.,€$£] )(?<![\d.,€$£])\b\d{3}(?: \d{3}){2}\b(?![\d%]|[.,]\d| ?(?:euros?|eur|usd|dollars?|people|patients?|cells?)\b)",
    re.I,
)
_STANDS_ALONE: Final = re.compile(r"\s*,?\s*$|,?\s(?:for|of|to|in|on|at|that|which|this)\b")
_ROW: Final = re.compile(r"(?:^|;\s|\n|\()(?:code|pin|combination|key|word)s?:\s(?P<value>[^;\n)]+)", re.I)
_THING: Final = re.compile(rf"\b{_OPENED}\b", re.I)
# "The password is changed every 90 days", "is on the card": something is said of the secret, not the secret.
_ABOUT: Final = re.compile(
    r"(?:not?|never|always|only|also|required|needed|necessary|on|in|at|by|with|from|to|for|of|a|an|the|this|that|your|their|his|her|kept"
    r"|changed|stored|sent|given|issued|valid|invalid|wrong|forgotten|lost|known|used|asked|written|too|very|case|made|set|what|who|shared"
    r"|secret|confidential|private|personal|temporary|safe|important|optional|mandatory|different|unique|expired|up)\b",
    re.I,
)
# What stands before numbers of goods, classes, papers and devices.
_NAMES_GOODS: Final = re.compile(
    r"\b(?:lots?|batch(?:es)?|charge|icd(?:-\d+)?(?:-\w+)?|loinc|snomed(?:\sct)?|atc|ndc|cpt|hcpcs|drg|ops|pzn|gtin|ean|upc|udi|cas|unii|rxnorm|mesh"
    r"|isbn|issn|tracking|rma|return\slabel|parcels?|shipments?|doi|pmid|pmcid|nct|trial|eudract|articles?|items?|products?|parts?|models?|types?|skus?|catalog(?:ue)?|orders?|serials?|versions?"
    r"|ref(?:erence)?s?|materials?|patents?|standards?|norms?|sizes?|series|drawings?|spare|colou?rs?|firmware|form"
    r"|commits?|revisions?|checksums?|hash(?:es)?|sha-?\d*|md5)"
    r"(?:\s(?:no\.?|nos\.?|numbers?|codes?|ids?|names?|class(?:es)?))?[\s:#.(=]*(?:(?:is|are|was|and|or|to|the|from|with)\b[\s:]*|[\w./-]*\d[\w./-]*,?\s)*$",
    re.I,
)
_BEFORE: Final = 48
_KNOWN_FORM: Final = re.compile(
    r"(?:https?://|www\.)\S+|10\.\d{4,9}/\S+|\S+@\S+\.\w+|[\w.-]+\.(?:pdf|docx?|xlsx?|csv|html?|com|org|net|gov|edu)(?:/\S*)?"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z?|[cgmnpr]\.\S+|(?:NCT|ISRCTN|PMC|rs)\d+|[A-Z]{2,5}[- ]?\d[\d:.-]*"
    r"|(?-i:(?:[A-Z][A-Za-z]{1,5}\d{1,3}[+−-]?)+)",
    re.I,
)
_SECRET_FIELD: Final = re.compile(r"[?&](?:token|key|secret|password|sig|signature|auth|code|sid)=[^&\s]{6,}", re.I)
_STRING: Final = re.compile(r"\S+")
_RUN: Final = re.compile(r"[^\W\d_]+|\d+|[\W_]", re.UNICODE)
_EDGES: Final = ".,;:!?\"'()[]{}<>“”‘’«»`*_|"
_NO_VOWELS: Final = re.compile(r"[^aeiouyäöüéèáíóúAEIOUYÄÖÜ]{5,}")


@dataclass(frozen=True, slots=True)
class Secret:
    """A sentence that gives a secret away: its place in the text, and by what it was known: "said", "random" or "form"."""

    start: int
    end: int
    by: str


def secrets_in(text: str) -> list[Secret]:
    """The sentences, list items and table rows of a text that give a secret away, in their order."""
    found: list[Secret] = []
    for sentence in sentences(text):
        words = text[sentence.start : sentence.end]
        by = "said" if _said(words) else "random" if _random(words) else "form" if has_secret_form(words) else ""
        if by:
            found.append(Secret(sentence.start, sentence.end, by))
    return found


def bits(string: str) -> float:
    """How many bits guessing a string takes of somebody who knows how people and machines make them.

    A stretch of letters counts as one word where it can be spoken, else letter by letter.
    """
    total = 0.0
    for run in _RUN.findall(string):
        if run.isdigit():
            total += _DIGIT * len(run)
        elif run.isalpha():
            each = len(run) * (_CASED if _odd_case(run) else _LETTER)
            spoken = _WORD_BITS + _RARER * max(0, len(run) - _LONG)
            total += each if _odd_case(run) or _NO_VOWELS.search(run) else min(each, spoken)
        elif run not in "-_./ ":
            total += _SIGN
    return total


def _odd_case(run: str) -> bool:
    """Neither "word", "Word", "WORD" nor two words in one ("camelCase")."""
    return sum(a.islower() and b.isupper() for a, b in pairwise(run)) >= 2 or (
        len(run) >= _LONG and bool(re.search(r"[a-z][A-Z]{2,}[a-z]", run))
    )


def _alternations(string: str) -> int:
    """How often letters follow digits or digits letters, separators aside; letters of odd case count as mixed throughout."""
    runs = [run for run in _RUN.findall(string) if run.isalnum()]
    odd = _ALTERNATIONS if any(run.isalpha() and _odd_case(run) for run in runs) else 0
    changes = [a.isdigit() != b.isdigit() for a, b in pairwise(runs)]
    return odd + changes.count(True)


def _random(sentence: str) -> bool:
    for match in _STRING.finditer(sentence):
        string = match[0].strip(_EDGES)
        if _SECRET_FIELD.search(string):
            return True
        parts = [
            part for part in string.split("/") if bits(part) >= RANDOM_BITS and _alternations(part) >= _ALTERNATIONS
        ]
        if not parts or _KNOWN_FORM.fullmatch(string) or all(_KNOWN_FORM.fullmatch(part) for part in parts):
            continue
        if not _NAMES_GOODS.search(sentence[max(0, match.start() - _BEFORE) : match.start()]):
            return True
    return False


def _gives(sentence: str) -> bool:
    """Whether a value is given for what opens something."""
    given = any(
        _is_value(match["value"], bare=bool(_STANDS_ALONE.match(match["between"])))
        for match in _GIVES.finditer(sentence)
    )
    # Rooms and doors have numbers that stand on them.
    return given or any(
        _is_value(match["value"], bare=match["noun"].casefold() != "number") for match in _OPENING.finditer(sentence)
    )


def _said(sentence: str) -> bool:
    if _QUOTED.search(sentence) or _gives(sentence):
        return True
    near_access = _ACCESS.search(sentence) or (_THING_OF_ACCESS.search(sentence) and _ACT_OF_ACCESS.search(sentence))
    if near_access and _unexplained(sentence):
        return True
    for pattern in (_USES, _BACKWARDS):
        if any(_some_odd(match["value"]) for match in pattern.finditer(sentence)):
            return True
    if _THING.search(sentence):
        return any(_odd(match["value"].strip(_EDGES)) for match in _ROW.finditer(sentence))
    return False


_CODE: Final = 4
"""Digits of the shortest code that is worth guessing."""
_BARE_WORDS: Final = 6
_IN_A_YEAR: Final = re.compile(r"\b(?:in|since|of|by|until|from|and|to)\s(?:1[89]|20)\d\d$")


def _unexplained(sentence: str) -> bool:
    """Whether a string stands there that is no word and neither amount, date, known form nor number of goods; or a quoted one."""
    if _SPOKEN.search(sentence) or _IN_THREES.search(sentence):
        return True
    for match in _STRING.finditer(sentence):
        string = match[0].strip(_EDGES)
        known = _explained_number if string.isdigit() else _explained_string
        if known(string, sentence, match) or _KNOWN_FORM.fullmatch(string):
            continue
        if not _NAMES_GOODS.search(sentence[max(0, match.start() - _BEFORE) : match.start()]):
            return True
    return False


def _explained_number(string: str, sentence: str, match: re.Match[str]) -> bool:
    """A short number, one with its unit, or a year."""
    return (
        len(string) < _CODE
        or _UNIT_NEXT.match(sentence, match.end()) is not None
        or _IN_A_YEAR.search(sentence[: match.start()] + string) is not None
    )


def _explained_string(string: str, _sentence: str, _match: re.Match[str]) -> bool:
    """A word, an amount, a date."""
    return not _odd(string) or (_EXPLAINED.fullmatch(string) is not None and not _digits_grouped(string))


def _some_odd(value: str) -> bool:
    return _quoted(value) or any(_odd(word.strip(_EDGES)) for word in value.split())


def _is_value(rest: str, *, bare: bool = True) -> bool:
    """Whether what follows "the password is" is a password: odd or quoted, or, where `bare`, a few words that end the sentence."""
    first = _STRING.match(rest.lstrip())
    if first is None:
        return False
    if _quoted(first[0]) or _odd(first[0].strip(_EDGES)):
        return True
    clause = re.split(r"[.;,!?\n]", rest.strip(), maxsplit=1)[0].strip(_EDGES + " ")
    return bare and bool(clause) and len(clause.split()) <= _BARE_WORDS and not _ABOUT.match(clause)


def _quoted(string: str) -> bool:
    return string[:1] in "\"'“‘«`" and len(string.strip(_EDGES)) >= 3


def _odd(string: str) -> bool:
    """A string that is no plain word: a number of four digits and more, letters with digits or odd signs in them."""
    if not string or re.fullmatch(r"\d{1,3}", string):
        return False
    if string.isdigit():
        return True
    kinds = (any(c.isdigit() for c in string), any(c.isalpha() for c in string))
    signs = any(not c.isalnum() and c not in "-'/.,%°" for c in string)
    mixed = all(kinds) and not re.fullmatch(r"\d+(?:st|nd|rd|th|h|mg|ml|g|kg|s|min|x)?(?:-\w+)?", string, re.I)
    return mixed or signs or (any(kinds) and bits(string) >= _ODD_BITS and _odd_case(string)) or _digits_grouped(string)


def _digits_grouped(string: str) -> bool:
    """The turns of a lock: "12-34-07"."""
    return bool(re.fullmatch(r"\d{1,4}(?:[-–]\d{1,4}){2,}", string))
