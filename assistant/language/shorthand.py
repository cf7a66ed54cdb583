"""Telephone shorthand written out: "can u pls tell me" asks what "can you please tell me" asks.

Only forms that stand for one thing whatever the field are known here. Single letters count only beside words that they cannot be
units or names with: "10 u insulin" and "vitamin r" keep theirs.
"""

from __future__ import annotations

import re
from typing import Final

_ASKING: Final = (
    r"(?:can|do|does|did|could|would|will|should|shall|have|had|if|when|what|where|why|how|which|that|as|are|r|thank|give|"
    r"help|tell|for|with)"
)
_DOING: Final = (
    r"(?:can|do|ship|sell|send|have|get|take|give|tell|know|need|want|mean|accept|deliver|offer|match|open|charge|refund|repair|"
    r"exchange|help|pay|use|guys|r|are|keep|stop|start|think|please|pls|plz)"
)
_FORMS: Final = tuple(
    # In small letters, or where a question begins: "Im" elsewhere is a name.
    (re.compile(rf"(?:^(?i:{form})|(?<![\w'’/.-])(?:{form}))(?![\w'’/-])"), full)
    for form, full in (
        ("pls|plz|plse", "please"), ("thx|thnx|tnx|ty", "thanks"), ("ur", "your"), ("cos|cuz|coz|bc|bcos", "because"), ("b4", "before"),
        ("w/o", "without"), ("ppl", "people"), ("abt", "about"), ("btw", "by the way"), ("wat|wot", "what"), ("wats|whats", "what is"),
        ("wen", "when"), ("wich|whch", "which"), ("wheres", "where is"), ("whens", "when is"), ("hows", "how is"), ("whos", "who is"),
        ("im", "I am"), ("ive", "I have"), ("dont", "don't"), ("doesnt", "doesn't"), ("didnt", "didn't"), ("isnt", "isn't"),
        ("arent", "aren't"), ("wasnt", "wasn't"), ("wont", "won't"), ("cant", "can't"), ("couldnt", "couldn't"), ("shouldnt", "shouldn't"),
        ("havent", "haven't"), ("hasnt", "hasn't"), ("shud", "should"), ("cud", "could"), ("wud", "would"), ("gonna", "going to"),
        ("wanna", "want to"), ("gotta", "have to"), ("til", "until"), ("tmrw|tmw|2moro|tomoz", "tomorrow"), ("2day", "today"),
        ("hrs", "hours"), ("mins", "minutes"), ("yrs", "years"), ("wks", "weeks"), ("mths", "months"), ("yr old", "year old"),
        ("asap", "as soon as possible"),
    )
)  # fmt: skip
_YOU: Final = re.compile(
    rf"(?:(?<![\w'’])(?P<before>{_ASKING})\s+u(?![\w'’/]))|(?:(?<![\w'’\d])(?<!\d )u(?=\s+{_DOING}\b))", re.I
)
_ARE: Final = re.compile(
    r"(?<![\w'’])(?P<before>what|where|when|how|who|why|you|u|they|we|these|those|there)\s+r(?![\w'’-])", re.I
)


def written_out(text: str) -> str:
    """A question without telephone shorthand; all else as it is."""
    text = _ARE.sub(lambda match: f"{match['before']} are", text)
    text = _YOU.sub(lambda match: f"{match['before']} you" if match["before"] else "you", text)
    for form, full in _FORMS:
        text = form.sub(full, text)
    return text
