"""People's names: by what stands before and after them, by name lists, by spaCy, and wherever a found name comes back.

Each source proposes; `_plausible` disposes. Strong signs ("Dr.", "Patient:", "my name is") need no further evidence, weak ones
need a listed name or spaCy's vote. Clinical words are names only after a title or a heading that names a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import regex

from assistant.privacy.words import clinical_words, looks_clinical, name_lists, not_names
from assistant.types import Span

PERSON: Final = "PERSON"

_WORD: Final = r"\p{Lu}[\p{L}\p{M}'’]*(?:-[\p{L}'’]+)*"
_INITIAL: Final = r"\p{Lu}\.?(?![\p{L}\p{M}'’])"
_PARTICLE: Final = r"(?:de la|de los|de las|del|de|der|den|van der|van den|van de|van|von der|von|zu|da|das|do|dos|di|du|la|le|bin|ibn|al|el|ter|y|e|of)"
_GAP: Final = r"(?:[ \t]{1,2}|\+|_)"
_SEQUENCE: Final = rf"(?:{_WORD})(?:{_GAP}(?:{_PARTICLE}{_GAP})?(?:{_WORD}|{_INITIAL})){{0,4}}|{_INITIAL}(?:{_GAP}?{_INITIAL})?{_GAP}(?:{_WORD})(?:{_GAP}{_WORD})?"
_NAME: Final = rf"(?P<name>{_SEQUENCE})"
_LAST_FIRST: Final = rf"(?P<name>{_WORD}(?:[ -]{_WORD})?,[ ]?{_WORD}(?: {_INITIAL}| {_WORD})?)"
_LOOSE: Final = r"(?P<name>\p{L}[\p{L}'’.-]+(?: \p{L}[\p{L}'’.-]*){0,3})"

_TITLES: Final = (
    r"(?:dr|drs|mr|mrs|ms|mx|miss|prof|professor|doctor|sir|dame|rev|reverend|fr|sister|capt|captain|sgt|lt|col|hon|judge|"
    r"justice|senator|herr|frau|se[ñn]or|se[ñn]ora|sra|monsieur|madame|mme|mlle|signor|signora)"
)
_PEOPLE: Final = (
    r"(?:patient|pt|client|member|subscriber|insured|guarantor|resident|beneficiary|dependent|claimant|applicant|"
    r"physician|surgeon|nurse|pathologist|radiologist|prescriber|clinician|therapist|pharmacist|technician|"
    r"midwife|dentist|psychiatrist|psychologist|counsell?or|coordinator|consultant|anesthesiologist|cardiologist|oncologist|"
    r"neurologist|practitioner|hospitalist|interpreter|caregiver|carer|guardian|representative|"
    r"deponent|witness|defendant|plaintiff|attorney|"
    r"spouse|husband|wife|mother|father|son|daughter|brother|sister|parent|partner|friend|aunt|uncle|"
    r"grandmother|grandfather|next of kin|nok|emergency contact|(?:his|her|their) \w+ contact)"
)
_HEADINGS: Final = (
    rf"(?:{_PEOPLE}(?:'?s)?(?: (?:full )?name| physician| provider| nurse| surgeon)?|(?:full|first|last|maiden|legal|preferred|given|family|"
    r"patient|member|card ?holder|account(?: holder)?|customer|employee|user|provider|physician|contact|sender|recipient)"
    r"(?: |_)?name|name|name on (?:the )?(?:card|account)|surname|signed(?: by)?|electronically signed(?: by)?|signature|dictated by|"
    r"transcribed by|reviewed by|authori[sz]ed by|attested by|verified by|reported by|attending|referring|referred by|"
    r"ordering|ordered by|pcp|primary care|seen by|performed by|prepared by|completed by|requested by|interpreted by|"
    r"account holder|card ?holder|nursing staff|staff|author|resident|fellow|attending (?:physician|surgeon)|"
    r"nurse practitioner|physician assistant|(?:kind |best |warm )?regards|sincerely(?: yours)?|yours (?:truly|sincerely|faithfully)|"
    r"respectfully|thank you|thanks|cheers|best)"
)
_WEAK_HEADINGS: Final = (
    r"(?:provider|from|to|cc|bcc|re|contact|customer|employee|user|owner|agent|rep|buyer|seller|tenant|client|caller|"
    r"student|teacher|manager|supervisor|assigned to|attn|attention|by|per|participants?|host|guest|passenger|driver|payee|payer|"
    r"beneficiary|billing address|shipping address|ship to|bill to|deliver to|address|subject)"
)
_I_AM: Final = (
    r"(?:my (?:\p{L}+ )?name(?: is|'s)|name(?:d| is)|i am called|call(?:s|ed)? me|known as|goes by|is called|speaking with|"
    r"(?:account|card|policy|booking|reservation|order|registered|it|listed)(?:'s| is)? (?:is )?(?:under|in)(?: the| my| his| her)?(?: \p{L}+'s)? name(?: of)?)"
)
_WEAK_VERBS: Final = (
    r"(?:i am|i'm|this is|it's|hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|thanks|thank you|hola|"
    r"perfect|great|okay|ok|sure|patient|pt|customer|nurse|rn|np|pa|client|user|member|employee|agent|colleague|"
    r"spoke (?:to|with)|talked (?:to|with)|met(?: with)?|seen by|signed by|referred (?:by|to)|discussed with|accompanied by|contact|call|email|"
    r"reach|notify|inform|ask for|belongs? to|assigned to|request for|processing request for|scheduled for|"
    r"(?:his|her|their|my|our|the) (?:husband|wife|son|daughter|mother|father|brother|sister|partner|spouse|friend|neighbou?r|boss|"
    r"manager|kid|child|baby|aunt|uncle|cousin|mom|dad|patient|guardian|colleague|doctor|nurse|witness),?|"
    r"husband,?|wife,?|daughter,?|son,?|mother,?|father,?|sister,?|brother,?|guardian,?|named|called|said|says|by|per|with|from|to|for|and|if|is not|not|mask|but mask)"
)
_BETWEEN: Final = r"(?:[ \t]*(?:[:#=]|[-–—](?=\s)|\|)[ \t]*(?:\n[ \t]*)?[\"']?|[\"']?\s*[:=]\s*[\"']|[ \t]*>[ \t]*|,[ \t]*\n\s*|[ \t]*\n[ \t]*)"
_CREDENTIAL: Final = (
    r"(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|B\.?S\.?N|M\.?S\.?N|D\.?N\.?P|L\.?P\.?N|C\.?N\.?A|D\.?D\.?S|D\.?M\.?D|"
    r"Pharm\.?D|M\.?B\.?B\.?S|FRCP|FACC|FACS|MRCP|LCSW|LPC|APRN|CRNA|PT|DPT|OTR|RD|MPH|Esq|Jr|Sr|II|III|IV)"
)

_F: Final = regex.MULTILINE
_TITLED: Final = regex.compile(
    rf"(?<![\p{{L}}\d])(?P<all>(?i:{_TITLES})\b\.?[ \t]{{1,2}}(?:(?i:{_TITLES})\b\.?[ ])?{_NAME})", _F
)
_CREDENTIALED: Final = regex.compile(rf"(?<!\p{{L}}){_NAME},?[ ](?:{_CREDENTIAL}\b\.?)(?![\p{{Ll}}])", _F)
_HEADED: Final = regex.compile(
    rf"(?<![\p{{L}}])(?i:{_HEADINGS})(?:\s?\(s\))?{_BETWEEN}(?:(?i:{_TITLES})\b\.?[ ])?(?:{_LAST_FIRST}|{_NAME})", _F
)
_HEADED_WEAK: Final = regex.compile(
    rf"(?<![\p{{L}}])(?i:{_WEAK_HEADINGS}){_BETWEEN}(?:(?i:{_TITLES})\b\.?[ ])?(?:{_LAST_FIRST}|{_NAME})", _F
)
_INTRODUCED: Final = regex.compile(rf"(?<!\p{{L}})(?i:{_I_AM})[ ]?:?[ ]*[\"']?{_NAME}", _F)
_INTRODUCED_LOOSE: Final = regex.compile(
    rf"(?<!\p{{L}})(?i:my (?:\p{{L}}+ )?name(?: is|'s)|i am|i'm|this is|ms\.?|mrs\.?|mr\.?|dr\.?|patient)[ ]{_LOOSE}",
    _F,
)
_WEAKLY: Final = regex.compile(rf"(?<!\p{{L}})(?i:{_WEAK_VERBS})[ \t,]{{1,2}}[\"']?{_NAME}", _F)
_SEQUENCES: Final = regex.compile(rf"(?<![\p{{L}}\p{{M}}\d@]){_NAME}(?![\p{{L}}\p{{M}}@])", _F)
_FOREIGN: Final = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Thai}\p{Armenian}\p{Georgian}"
    r"\p{Bengali}\p{Tamil}\p{Telugu}](?:[\p{L}\p{M}'’·.-]|[ ](?=[\p{L}--\p{Latin}])){1,40}",
    regex.V1,
)
_STARRED: Final = regex.compile(r"(?<!\w)\p{Lu}[*•#]{2,}(?:[ ]\p{Lu}\.?[*•#]{2,})*(?![*\w])")
_VERB_AFTER: Final = regex.compile(
    r"(?:'s)?[ ](?:is|was|has|had|will|would|can|lives?|works?|moved|says?|said|reports?|reported|complains?|complained|denies|denied|called|"
    r"calls|wants?|states?|stated|filed|asked|asks|presents?|presented|tolerated|received|underwent|started|needs?|took|takes|"
    r"went|came|arrived|died|born|showed|shows|agreed|signed|lost|bought|ordered|listed|began|spent|shouted|had|told|c/o|"
    r"s/p|discharged|readmitted|remains?|practices)\b"
)
_PLACE_BEFORE: Final = regex.compile(
    r"\b(?:in|at|near|from|to|of|through|across|outside|around|visiting|via|the)[ ]$", regex.I
)
_AFTER: Final = regex.compile(r"[ ]?[-–]?[ ]?(?P<noun>\p{L}[\p{L}-]*)")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    score: float


def find_names(text: str, voted: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans of people's names in the plain text. `voted` are the stretches that spaCy calls a person."""
    votes = list(voted)
    found: list[_Found] = []
    found += _titled(text)
    found += _headed(text, votes)
    found += _listed(text, votes)
    found += _by_vote(text, votes)
    found += [_Found(*m.span(), 0.7) for m in _FOREIGN.finditer(text) if _is_mostly_latin(text)]
    found += [_Found(*m.span(), 0.8) for m in _STARRED.finditer(text)]
    found += _again(text, found)
    return [Span(PERSON, f.start, f.end, f.score) for f in found]


# ---------------------------------------------------------------- the sources


def _titled(text: str) -> list[_Found]:
    found: list[_Found] = []
    for match in _TITLED.finditer(text):
        words = _trim(match.group("name"))
        if words and not _all_ordinary(words):
            found.append(_Found(match.start("all"), match.start("name") + len(words), 0.95))
    for match in _CREDENTIALED.finditer(text):
        start, words = _trim_front(match.group("name"), match.start("name"))
        if words and _plausible(words) and (" " in words or name_lists().is_name(words)):
            found.append(_Found(start, start + len(words), 0.85))
    return found


def _headed(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    found: list[_Found] = []
    for pattern, strong in ((_HEADED, True), (_INTRODUCED, True), (_HEADED_WEAK, False), (_WEAKLY, False)):
        for match in pattern.finditer(text, overlapped=True):
            start = match.start("name")
            words = _trim(match.group("name"))
            if not words or _all_ordinary(words) or _is_clinical_phrase(text, start, start + len(words), strong):
                continue
            listed = any(name_lists().is_clear(w) for w in _parts(words))
            voted = any(a < start + len(words) and b > start for a, b in votes)
            if strong and (listed or voted or _plausible(words)):
                found.append(_Found(start, start + len(words), 0.9))
            elif (
                not strong
                and (listed or (voted and _plausible(words)))
                and not _company(text, start + len(words), words)
            ):
                found.append(_Found(start, start + len(words), 0.8))
    for match in _INTRODUCED_LOOSE.finditer(text):
        words = _lower_case_name(match.group("name"))
        if words:
            found.append(_Found(match.start("name"), match.start("name") + len(words), 0.75))
    return found


def _listed(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    lists = name_lists()
    found: list[_Found] = []
    for match in _SEQUENCES.finditer(text):
        for start, words in _runs(match.group("name"), match.start("name")):
            end = start + len(words)
            parts = _parts(words)
            if len(parts) >= 2:
                good = sum(lists.is_name(w) for w in parts)
                clear = any(lists.is_clear(w) for w in parts)
                if (lists.is_given(parts[0]) and (good >= 2 or clear)) or (good >= 2 and clear):
                    if (
                        _plausible(words)
                        and not _company(text, end, words)
                        and not _is_clinical_phrase(text, start, end, False)
                    ):
                        found.append(_Found(start, end, 0.8))
            elif lists.is_given(words) and _person_like(text, start, end, words, votes):
                found.append(_Found(start, end, 0.65))
            elif lists.is_surname(words) and lists.is_clear(words) and _VERB_AFTER.match(text, end):
                if not _is_clinical_phrase(text, start, end, False) and words.lower() not in clinical_words().eponyms:
                    found.append(_Found(start, end, 0.6))
    for match in regex.finditer(r"(?<![\w@.])\p{Ll}{3,} (?:\p{Ll}\.? )?\p{Ll}{3,}(?![\w@])", text, overlapped=True):
        first, *_, last = match.group().split()
        if lists.is_given(first) and lists.is_surname(last) and lists.is_clear(first) and lists.is_clear(last):
            found.append(_Found(match.start(), match.end(), 0.7))
    return found


def _by_vote(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    lists = name_lists()
    found: list[_Found] = []
    for start, end in votes:
        piece = text[start:end].split("\n")[0].split("|")[0].rstrip(" :;,-–—(")
        begin, words = _trim_front(piece, start)
        words = _trim(words)
        parts = _parts(words)
        if not parts or not _plausible(words) or any(c.isdigit() for c in words):
            continue
        stop = begin + len(words)
        if _is_clinical_phrase(text, begin, stop, False) or _company(text, stop, words):
            continue
        listed = any(lists.is_clear(w) for w in parts)
        if (
            len(parts) == 1
            and not listed
            and (words.isupper() or len(words) < 3 or words.lower() in clinical_words().eponyms)
        ):
            continue
        found.append(_Found(begin, stop, 0.85 if listed else 0.6))
    return found


def _again(text: str, found: list[_Found]) -> list[_Found]:
    """Found names wherever they come back: parts, possessives, initials, capitals."""
    tokens: set[str] = set()
    for f in found:
        for part in _parts(text[f.start : f.end]):
            bare = part.strip(".")
            if len(bare) >= 3 and bare[0].isupper() and bare.lower() not in _STOP_PARTS and not _ordinary(bare):
                tokens.add(bare)
                tokens.add(bare.upper())
    if not tokens:
        return []
    either = "|".join(sorted(map(regex.escape, tokens), key=len, reverse=True))
    pattern = regex.compile(
        rf"(?<![\p{{L}}\p{{M}}@])(?:\p{{Lu}}\.[ ]?){{0,2}}(?:{either})(?:[ ](?:{either}|\p{{Lu}}\.(?!\p{{L}})))*(?![\p{{L}}\p{{M}}@]|-\p{{L}})"
    )
    again = []
    for match in pattern.finditer(text):
        single = " " not in match.group()
        if single and _is_clinical_phrase(text, match.start(), match.end(), False):
            continue
        again.append(_Found(match.start(), match.end(), 0.7))
    return again


# ---------------------------------------------------------------- what a name may be

_STOP_PARTS: Final = frozenset("the and van von der den del las los dos das bin ibn".split())
_COMPANY: Final = frozenset(
    "inc inc. llc ltd ltd. corp corp. corporation company co industries labs laboratories group technologies partners holdings "
    "gmbh plc analytics worldwide solutions systems enterprises associates consulting bank hospital clinic center centre "
    "university college school institute foundation pharmacy medical healthcare insurance services museum orchestra street st "
    "avenue ave road rd drive boulevard blvd lane court plaza square station airport park county district team".split()
)


def _parts(words: str) -> list[str]:
    return [w for w in regex.split(r"[ \t+_,]+", words) if w]


def _ordinary(word: str) -> bool:
    bare = word.strip(".'’").lower()
    return bare in not_names() and not (name_lists().is_name(bare) and bare not in ("do", "he", "per", "oh"))


def _all_ordinary(words: str) -> bool:
    return all(_ordinary(w) or len(w.strip(".")) < 2 for w in _parts(words))


def _trim(words: str) -> str:
    """Cut the name before the first word that is no name ("Sandra Nguyen MRN" -> "Sandra Nguyen")."""
    at = 0
    end = 0
    for part in regex.finditer(r"[^ \t+_,]+", words):
        bare = part.group().strip(".")
        if _ordinary(bare) or (
            bare.isupper() and len(bare) > 1 and not name_lists().is_name(bare) and at > 0 and not words.isupper()
        ):
            break
        if bare.lower() not in _STOP_PARTS and bare.lower() not in (
            "de",
            "da",
            "di",
            "du",
            "la",
            "le",
            "y",
            "e",
            "of",
            "al",
            "el",
            "do",
        ):
            end = part.end()
        at += 1
    return words[:end].rstrip(" ,")


def _trim_front(words: str, start: int) -> tuple[int, str]:
    while words:
        first = regex.match(r"[^ \t+_,]+[ \t+_,]*", words)
        if first is None or not _ordinary(first.group().strip(" \t+_,.")):
            break
        start += first.end()
        words = words[first.end() :]
    return start, words


def _runs(words: str, start: int) -> list[tuple[int, str]]:
    """The stretches of a capitalised sequence between words that are no names."""
    runs: list[tuple[int, str]] = []
    rest, at = words, start
    while rest:
        at, rest = _trim_front(rest, at)
        run = _trim(rest)
        if not run:
            break
        runs.append((at, run))
        skipped = regex.match(r"[ \t+_,]*", rest[len(run) :])
        step = len(run) + (skipped.end() if skipped else 0)
        at, rest = at + step, rest[step:]
    return runs


def _plausible(words: str) -> bool:
    """No part is clinical, and not all are ordinary words."""
    parts = _parts(words)
    lists = name_lists()
    if not parts or _all_ordinary(words):
        return False
    return not any(looks_clinical(p) and not lists.is_clear(p) for p in parts)


def _company(text: str, end: int, words: str) -> bool:
    if any(p.lower() in _COMPANY for p in _parts(words)[1:]):
        return True
    after = _AFTER.match(text, end)
    return bool(after and after.group("noun").lower() in _COMPANY and after.group("noun")[0].isupper())


def _is_clinical_phrase(text: str, start: int, end: int, strong: bool) -> bool:
    """Whether the stretch is an eponym or a clinical word here, judged by the words themselves and the noun that follows."""
    parts = _parts(text[start:end])
    vocabulary = clinical_words()
    after = _AFTER.match(text, end + 2 if text[end : end + 2] in ("'s", "’s") else end)
    noun = after.group("noun").lower() if after else ""
    last = parts[-1].lower() if parts else ""
    if len(parts) == 1 and noun in vocabulary.nouns and (last in vocabulary.eponyms or noun in _DECISIVE):
        return True
    if strong:
        return all(looks_clinical(p) and not name_lists().is_name(p) for p in parts)
    return any(looks_clinical(p) and not name_lists().is_clear(p) for p in parts) or (
        len(parts) > 1 and last in vocabulary.nouns
    )


_DECISIVE: Final = frozenset(
    "disease syndrome sign score scale palsy catheter lymphoma chorea criteria index classification".split()
)


def _person_like(text: str, start: int, end: int, words: str, votes: list[tuple[int, int]]) -> bool:
    """A given name alone: evidence around it, more of it where the word is also a place or a plain word."""
    if _ordinary(words) or _is_clinical_phrase(text, start, end, False) or _company(text, end, words):
        return False
    voted = any(a < end and b > start for a, b in votes)
    verb = bool(_VERB_AFTER.match(text, end))
    placed = bool(_PLACE_BEFORE.search(text, max(0, start - 12), start))
    if not name_lists().is_clear(words):
        return (verb and not placed) or (voted and not placed)
    return True


def _lower_case_name(words: str) -> str:
    """A listed name written in lower case at the front of `words`: a clear given name, more words while they are listed."""
    lists = name_lists()
    parts = words.split()
    if not parts[0].islower() or not lists.is_clear(parts[0].strip(".'’-")):
        return ""
    kept = [parts[0]]
    for part in parts[1:]:
        if not lists.is_name(part.strip(".")) or _ordinary(part):
            break
        kept.append(part)
    return " ".join(kept)


def _is_mostly_latin(text: str) -> bool:
    latin = sum(1 for c in text if c.isascii() and c.isalpha())
    return latin * 2 > sum(1 for c in text if c.isalpha())
