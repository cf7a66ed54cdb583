"""Cultures: which organism a test of a drug is about, by the parent result of its report (OBR-26) or by its sub-id (OBX-4)."""

from __future__ import annotations

import re
from typing import Final

from assistant.records.hl7.message import Message, Segment
from assistant.records.hl7.values import value_of

# LOINC: bacteria or microorganism identified in blood, urine, wounds, sputum, any specimen.
_CULTURES: Final = frozenset("600-7 630-4 634-6 624-7 6462-6 6463-4 6460-0 17934-1 17928-3 41852-5 11475-1".split())
_ORGANISM: Final = re.compile(r"\b(?:micro-?organism|organism|isolate|bacteria(?:l)? identified|pathogen)\b", re.I)
# HL7 table 0078, what concerns a drug; the same as values.
_VERDICTS: Final = frozenset("S I R MS VS NS SDD SYN-S SYN-R".split())
_VERDICT_WORDS: Final = re.compile(r"(?:s|i|r|susceptible|sensitive|intermediate|resistant)", re.I)
_NOTHING: Final = re.compile(r"\b(?:no growth|not? (?:isolated|detected|found)|negative|none)\b", re.I)


class Isolates:
    """The organisms that a message names as grown."""

    def __init__(self, message: Message) -> None:
        self._by_result: dict[tuple[str, str], str] = {}
        self._by_order: dict[tuple[int, str], str] = {}
        number = 0
        for segment in message.segments:
            number += segment.name == "OBR"
            if segment.name == "OBX" and _names_organism(segment):
                said, place = value_of(segment).text, segment.part(4)
                self._by_result[segment.part(3), place] = said
                self._by_order[number, place] = said

    def tested(self, obx: Segment, order: Segment | None, number: int) -> str:
        """The organism that a test of a drug is about; "" for any other result, or where the message does not tell."""
        if not _is_verdict(obx) or _names_organism(obx):
            return ""
        if order is not None and order.raw(26):
            above = self._by_result.get((order.part(26, 1, sub=1), order.part(26, 2)), "")
            return above or order.part(26, 3)
        return self._by_order.get((number, obx.part(4)), "") if obx.part(4) else ""


def _names_organism(obx: Segment) -> bool:
    names = (obx.part(3, 2), obx.part(3, 5))
    if obx.part(3) not in _CULTURES and not any(_ORGANISM.search(name) for name in names):
        return False
    said = value_of(obx).text
    return bool(said) and not _NOTHING.search(said)


def _is_verdict(obx: Segment) -> bool:
    if any(flag.upper() in _VERDICTS for flag in obx.firsts(8)):
        return True
    return _VERDICT_WORDS.fullmatch(value_of(obx).text) is not None
