"""Why there is no answer, with the words of the question that the documents, or those that come closest, do not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from assistant.language.naming import runs
from assistant.language.words import content_stems, words

if TYPE_CHECKING:
    from assistant.types import Evidence

# A word that stands in no passage that the asker may see; see `Retriever.rarity`.
_NOWHERE: Final = 1.0
# Words of courtesy, a closed class: they ask nothing, so that no document lacks them. Only where they stand as such; see `_naming`.
_COURTESY: Final = re.compile(
    r"(?:^|(?<=[.!?,;] ))(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|sorry|excuse me|pardon)\b[ ,!]*(?:there\b)?"
    r"|\b(?:pl[sz]|please|kindly|thank(?:s| you)(?: (?:a lot|so much|very much|in advance|ahead|again))?|thx|cheers(?=\W*$)|"
    r"(?:best |kind |warm )regards)(?!['\u2019-]\w)\b",
    re.IGNORECASE,
)
# More than this is a list, and no reason.
_MOST_NAMED: Final = 3


def because(reason: str, question: str, rarity: Mapping[str, float], evidence: Sequence[Evidence]) -> str:
    """The reason, and which of the question's words stand nowhere, or in none of the passages found; only those that name something.

    `rarity` is without the asker's identifiers, so that none of them is named here.
    """
    held = _held(evidence)
    named = [
        word for word in _naming(question) if (stems := content_stems(word)) and all(stem in rarity for stem in stems)
    ]
    nowhere = [word for word in named if all(rarity[stem] >= _NOWHERE for stem in content_stems(word))]
    absent = [word for word in named if not held & set(content_stems(word))]
    if nowhere:
        return _joined(reason, f"no document that you may see has {_listed(nowhere)}")
    if absent and evidence:
        return _joined(reason, f"the closest passages do not have {_listed(absent)}")
    return reason


def _held(evidence: Sequence[Evidence]) -> set[str]:
    """The content stems of the passages with what stands above them."""
    told = (f"{item.passage.title} {item.passage.heading} {item.passage.text}" for item in evidence)
    return {stem for text in told for stem in content_stems(text)}


def _naming(question: str) -> list[str]:
    """The single words of a question that name something, each once, as they were typed; courtesy names nothing."""
    asked = _COURTESY.sub(lambda said: " " * len(said[0]), question)
    found = (word.text for run in runs(asked) for word in words(asked[run.start : run.end]))
    return list(dict.fromkeys(found))


def _joined(reason: str, more: str) -> str:
    return f"{reason}; {more}" if reason else more


def _listed(words_missing: Iterable[str]) -> str:
    shown = [f'"{word}"' for word in words_missing][:_MOST_NAMED]
    return f"the word {shown[0]}" if len(shown) == 1 else f"the words {', '.join(shown[:-1])} and {shown[-1]}"
