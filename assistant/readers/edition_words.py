"""Statements about an edition in German, French, Spanish and Dutch, put into the English words that `editions` reads."""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = {
    "January": "januar|jänner|janvier|enero|januari", "February": "februar|février|febrero|februari",
    "March": "märz|mars|marzo|maart", "April": "april|avril|abril", "May": "mai|mayo|mei", "June": "juni|juin|junio",
    "July": "juli|juillet|julio", "August": "august|août|agosto|augustus",
    "September": "september|septembre|septiembre|setiembre", "October": "oktober|octobre|octubre",
    "November": "november|novembre|noviembre", "December": "dezember|décembre|diciembre|december",
}  # fmt: skip
_DOCUMENT: Final = (
    r"(?:dieses|das|diese|die)\s+(?:dokument|richtlinie|anweisung|fassung|version|ausgabe|regelung|leitlinie|preisliste|merkblatt)"
    r"|(?:ce|cette|le|la)\s+(?:document|directive|version|édition|procédure|notice)"
    r"|(?:este|esta|el|la)\s+(?:documento|directriz|versión|edición|procedimiento)"
    r"|(?:dit|deze|het|de)\s+(?:document|richtlijn|versie|uitgave|procedure)"
)
# In the order in which they are put in: what holds another phrase goes before it.
_PHRASES: Final = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I), english)
    for pattern, english in (
        (rf"(?:^|(?<=\.\s))(?:{_DOCUMENT})", "this document"),
        (r"(?:wurde\s+)?ersetzt\s+durch|(?:wird|wurde)\s+durch(?=.+\sersetzt)|remplacée?\s+par|sustituid[oa]\s+por|vervangen\s+door",
         "superseded by"),
        (r"nicht\s+mehr\s+gültig|außer\s+kraft(?:\s+gesetzt)?|ausser\s+kraft|ungültig|zurückgezogen|zurückgenommen|aufgehoben|widerrufen"
         r"|retirée?|abrogée?|annulée?|n'est\s+plus\s+en\s+vigueur|retirad[oa]|derogad[oa]|anulad[oa]|ingetrokken|vervallen", "withdrawn"),
        (r"überholt|veraltet|obsolète|périmée?|obsolet[oa]|verouderd", "obsolete"),
        (r"abgelaufen|expirée?|caducad[oa]|verlopen", "expired"),
        (r"entwurf|projet|brouillon|borrador|concept", "draft"),
        (r"archiviert|archivée?|archivad[oa]|gearchiveerd", "archived"),
        (r"gültigkeit|gültig|gilt|in\s+kraft|valable|en\s+vigueur|válid[oa]|vigente|en\s+vigor|geldig|van\s+kracht", "valid"),
        (r"ersetzt|remplace|sustituye|reemplaza|vervangt", "replaces"),
        (r"fassung|auflage|ausgabe|édition|edición|versión|versie|uitgave", "version"),
        (r"ab\s+dem|ab|seit|vom|à\s+partir\s+du|à\s+partir\s+de|à\s+compter\s+du|depuis\s+le|depuis|desde\s+el|desde|a\s+partir\s+del?|vanaf|sinds",
         "from"),
        (r"bis\s+zum|bis\s+einschließlich|bis|jusqu'au|jusqu'en|jusqu'à|hasta\s+el|hasta|tot\s+en\s+met|tot", "until"),
        (r"ist|sind|est|es|is", "is"),
        (r"am|le|op", "on"),
        (r"die|der|den|das|la|los|las|de\s+la", "the"),
        (r"von|du|del|de|van", "of"),
    )
)  # fmt: skip
_NAMED: Final = rf"\b({'|'.join(_MONTHS.values())})\b\.?(?:\s+de)?\s*(?=(?:19|20)\d\d)"
_DAY: Final = re.compile(rf"\b(\d{{1,2}})(?:\.|er|°)?\s*(?:de\s+)?{_NAMED}", re.I)
_ALONE: Final = re.compile(_NAMED, re.I)
# Without one of these a line is left as it is: "Concept", "es" and "die" are words of other languages too.
_TELLING: Final = re.compile(
    r"gültig|\bgilt\b|\bkraft\b|ersetzt|zurückge|aufgehoben|widerrufen|überholt|veraltet|abgelaufen|entwurf|archiviert|fassung|auflage"
    r"|\bausgabe|valable|vigueur|remplac|retirée?\b|abrogé|annulée?\b|obsolète|périmé|expirée?\b|brouillon|archivée?\b|édition|válid|vigente"
    r"|\bvigor\b|sustitu|reemplaza|retirad|derogad|anulad|obsolet[oa]\b|caducad|borrador|archivad|versión|edición|geldig|kracht|vervang"
    r"|ingetrokken|vervallen|verouderd|verlopen|gearchiveerd|\bversie\b|\buitgave\b",
    re.I,
)


def in_english(line: str) -> str:
    """A line in which the words of an edition are English ones; any other line as it is."""
    if not _TELLING.search(line):
        return line
    line = _DAY.sub(lambda m: f"{m.group(1)} {_month(m.group(2))} ", line)
    line = _ALONE.sub(lambda m: f"{_month(m.group(1))} ", line)
    for pattern, english in _PHRASES:
        line = pattern.sub(english, line)
    return re.sub(r"\b(superseded by .+?) replaces\b", r"\1", line)


def _month(word: str) -> str:
    return next(name for name, words in _MONTHS.items() if re.fullmatch(words, word, re.I))
