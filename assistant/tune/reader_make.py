"""Rule-made questions: a parsed sentence turned into questions whose answer it holds, and into near misses.

A clause "subject verb object, in 1990, in Vienna" gives "Who ...?", "What did ... ?", "When did ... ?", "Where did ... ?",
"How many ...?". Asking for a time, place or reason that the clause does not give, and asking with subject and object
exchanged, makes unanswerable questions that share all their words with the passage.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.tune.reader_data import Example

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_TIME, _PLACE = {"DATE", "TIME"}, {"GPE", "LOC", "FAC"}
_NUMBERS = {"CARDINAL", "QUANTITY", "MONEY", "PERCENT"}
_PRONOUNS = {"he", "she", "it", "they", "this", "that", "these", "those", "which", "who", "there", "we", "i", "you"}


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the sentence (character offsets in the passage) as it would stand in a question."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Clause:
    """Subject, verb group, object and the phrases after it of one main clause."""

    subject: _Part
    person: bool
    helper: str
    verb: str
    finite: str
    target: _Part | None
    target_person: bool
    when: _Part | None
    where: _Part | None
    rest: str
    reason: bool


def _part(tokens: Sequence[Token]) -> _Part:
    doc = tokens[0].doc
    first, last = tokens[0], tokens[-1]
    text = doc.text[first.idx : last.idx + len(last)]
    if first.ent_type_ == "" and first.pos_ not in {"PROPN"} and first.i == first.sent.start:
        text = text[0].lower() + text[1:]
    return _Part(text, first.idx, last.idx + len(last))


def _phrase(head: Token) -> list[Token]:
    """The subtree of a noun without relative clauses, appositions and parentheses after it; contiguous."""
    cut = {"relcl", "appos", "acl", "punct", "cc", "conj", "parataxis", "advcl"}
    stop = min((child.left_edge.i for child in head.rights if child.dep_ in cut), default=head.right_edge.i + 1)
    last = max(head.i, stop - 1)
    return list(head.doc[head.left_edge.i : last + 1])


def _clause(sentence: Span) -> _Clause | None:
    """Read the main clause; None where it has no full subject or is no plain statement."""
    verb = sentence.root
    subject = next((t for t in verb.lefts if t.dep_ in {"nsubj", "nsubjpass"}), None)
    if verb.pos_ not in {"VERB", "AUX"} or subject is None or sentence.text.rstrip()[-1:] != ".":
        return None
    if subject.lower_ in _PRONOUNS or any(t.dep_ == "neg" for t in verb.children):
        return None
    helpers = [t for t in verb.lefts if t.dep_ in {"aux", "auxpass"}]
    if any(t.i < subject.i for t in helpers):
        return None
    if verb.lemma_ == "be" and not helpers:
        helper, base = verb.text, ""
    elif helpers:
        helper, base = helpers[0].text, " ".join([*(t.text for t in helpers[1:]), verb.text])
    else:
        helper = {"VBD": "did", "VBZ": "does", "VBP": "do"}.get(verb.tag_, "")
        base = verb.lemma_
    if not helper:
        return None
    finite = " ".join([*(t.text for t in helpers), verb.text])
    target = next((t for t in verb.rights if t.dep_ in {"dobj", "attr", "oprd", "agent"}), None)
    when = where = None
    rest: list[str] = []
    for child in verb.rights:
        if child.dep_ not in {"prep", "npadvmod", "dative", "xcomp", "advmod", "prt"} or child is target:
            continue
        tokens = list(child.subtree)
        kinds = {t.ent_type_ for t in tokens} - {""}
        if child.dep_ in {"prep", "npadvmod"} and kinds & _TIME and when is None and len(tokens) <= 8:
            when = _part(tokens)
        elif child.dep_ == "prep" and child.lower_ in {"in", "at", "near", "on"} and kinds & _PLACE and where is None:
            where = _part(tokens)
        elif len(tokens) <= 10 and child.i > verb.i:
            rest.append(_part(tokens).text)
    return _Clause(
        subject=_part(_phrase(subject)),
        person=subject.ent_type_ == "PERSON",
        helper=helper.lower(),
        verb=base,
        finite=finite,
        target=_part(_phrase(target)) if target is not None and target.dep_ != "agent" else None,
        target_person=target is not None and target.ent_type_ == "PERSON",
        when=when,
        where=where,
        rest=" ".join(rest[:2]),
        reason=any(t.lower_ in {"because", "since", "due", "to", "for"} for t in sentence),
    )


def _ask(*words: str) -> str:
    """Words as a question: one blank between them, a capital first, a question mark last."""
    text = " ".join(word for word in words if word)
    return text[:1].upper() + text[1:] + "?"


def _questions(clause: _Clause, rng: random.Random) -> list[tuple[str, _Part | None, str]]:
    """(question, answer or None, kind) of a clause. Optional phrases are left out at random."""
    some = [part.text for part in (clause.when, clause.where) if part is not None and rng.random() < 0.5]
    tail = " ".join([clause.rest if rng.random() < 0.7 else "", *some]).strip()
    target = clause.target.text if clause.target is not None else ""
    helper, verb, subject = clause.helper, clause.verb, clause.subject.text
    found: list[tuple[str, _Part | None, str]] = []
    who = "Who" if clause.person else "What"
    if target or clause.rest:
        found.append((_ask(who, clause.finite, target, tail), clause.subject, "subject"))
    if clause.target is not None:
        what = "Who" if clause.target_person else "What"
        found.append((_ask(what, helper, subject, verb, tail), clause.target, "object"))
        if verb and not clause.target_person:
            found.append((_ask(who, clause.finite, subject, tail), None, "reversed"))
    body = (subject, verb, target, clause.rest if rng.random() < 0.6 else "")
    if clause.when is not None:
        year = rng.random() < 0.3 and clause.when.text[-4:].isdigit()
        found.append((_ask("In what year" if year else "When", helper, *body), clause.when, "when"))
    elif target:
        found.append((_ask("When", helper, *body), None, "no-time"))
    if clause.where is not None:
        found.append((_ask("Where", helper, *body), clause.where, "where"))
    elif target and rng.random() < 0.5:
        found.append((_ask("Where", helper, *body), None, "no-place"))
    if not clause.reason and target and rng.random() < 0.5:
        found.append((_ask(rng.choice(["Why", "How often", "For how long"]), helper, *body), None, "no-reason"))
    return found


def _counted(sentence: Span, clause: _Clause) -> list[tuple[str, _Part | None, str]]:
    """ "How many ..." where the object of the clause is counted."""
    found: list[tuple[str, _Part | None, str]] = []
    for token in sentence:
        if token.dep_ != "nummod" or token.head.dep_ != "dobj" or token.ent_type_ not in _NUMBERS:
            continue
        noun = token.head
        name = " ".join(t.text for t in noun.lefts if t.dep_ in {"amod", "compound"} and t.i > token.i)
        asked = _ask("How many", f"{name} {noun.text}".strip(), clause.helper, clause.subject.text, clause.verb)
        found.append((asked, _Part(token.text, token.idx, token.idx + len(token)), "count"))
    return found


def _cloze(sentence: Span, rng: random.Random) -> tuple[str, _Part, str] | None:
    """The sentence with one entity replaced by a wh-word, as in Lewis et al. 2019 (unsupervised QA by cloze)."""
    words = {"PERSON": "who", "ORG": "what organization", "GPE": "what place", "LOC": "what place", "DATE": "when",
             "CARDINAL": "how many", "MONEY": "how much", "PERCENT": "what percentage", "NORP": "which people",
             "EVENT": "what event", "WORK_OF_ART": "what work"}  # fmt: skip
    entities = [e for e in sentence.ents if e.label_ in words]
    if not entities or not 6 <= len(sentence) <= 30:
        return None
    entity = rng.choice(entities)
    before = sentence.text[: entity.start_char - sentence.start_char]
    after = sentence.text[entity.end_char - sentence.start_char :].rstrip(" .")
    asked = words[entity.label_]
    text = f"{asked}{after}?" if len(before) < 20 else f"{before}{asked}{after}?"
    return text[0].upper() + text[1:], _Part(entity.text, entity.start_char, entity.end_char), "cloze"


def of_document(doc: Doc, group: str, rng: random.Random) -> list[Example]:
    """All rule-made questions of one parsed passage."""
    found: list[tuple[str, _Part | None, str]] = []
    for sentence in doc.sents:
        if not 6 <= len(sentence) <= 45:
            continue
        clause = _clause(sentence)
        if clause is not None and len(clause.subject.text) < 90:
            found.extend(_questions(clause, rng))
            found.extend(_counted(sentence, clause))
        cloze = _cloze(sentence, rng)
        if cloze is not None and rng.random() < 0.4:
            found.append(cloze)
    made = []
    for question, answer, kind in found:
        if 4 <= len(question.split()) <= 25:
            start, end = (answer.start, answer.end) if answer is not None else (-1, -1)
            made.append(Example(question, doc.text, start, end, answer is not None, group, f"made-{kind}"))
    return made


def make(passages: Iterable[tuple[str, str]], parser: Path, seed: int) -> list[Example]:
    """Questions of (group, text) passages, parsed by the spaCy model folder `parser`; the same for the same seed."""
    import spacy

    nlp = spacy.load(parser, exclude=["lemmatizer_lookup"])
    rng = random.Random(seed)  # noqa: S311 (reproducible choice, no secret)
    found: list[Example] = []
    for doc, group in nlp.pipe(((text, group) for group, text in passages), as_tuples=True, batch_size=32):
        found.extend(of_document(doc, group, rng))
    return found
