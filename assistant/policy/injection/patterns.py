# ruff: noqa: E501 - one pattern a line reads better than one broken in four
"""Families of injection wording, each with the weight of one match as evidence (0 to 1)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Family(NamedTuple):
    """A way of trying it: the score of one match in a typed question, and in a sentence of a document.

    Several families add up as independent evidence. Documents use some of the same words of other things.
    """

    name: str
    weight: float
    in_document: float
    pattern: re.Pattern[str]


_PRIOR = r"(?:previous|prior|above|earlier|preceding|foregoing|former|past|initial|original|existing|system|all|your)"
_RULES = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|commands?|orders?|constraints?|restrictions?|"
    r"polic(?:y|ies)|filters?|safeguards?|programming|training|context|messages?|limitations?|guardrails?|safety (?:measures?|settings?))"
)
_MODEL = r"(?:assistant|ai|a\.i\.|language model|llm|chat ?bot|bot|model|chat ?gpt|gpt(?:-?\d)?|claude|system|agent)"


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


# Matched against folded text with single spaces. Every gap is bounded, so that time grows with the length only.
FAMILIES: Final[tuple[Family, ...]] = (
    Family("override", 0.95, 0.95, _of(
        rf"\b(?:ignore|disregard|forget|override|overrule|bypass|neglect|skip|drop|erase|discard|do not (?:follow|obey)|don't (?:follow|obey)|"
        rf"stop (?:following|obeying)|pay no attention to|set aside|cancel)\b(?: (?:\w+)){{0,3}}? {_PRIOR}(?: [\w']+){{0,4}}? {_RULES}\b"
    )),
    # "Ignore the message" is said of a display as well.
    Family("override-plain", 0.95, 0.28, _of(
        rf"\b(?:ignore|disregard|forget|skip|drop|discard|cancel)\b (?:the|these|those|this|that|any) {_RULES}\b"
    )),
    Family("override-loose", 0.8, 0.8, _of(
        r"(?:ignore|disregard|forget)(?:all|any|the|your)*(?:previous|prior|above|earlier)(?:instructions|rules|prompts?)|"
        r"\b(?:ignore|disregard|forget) (?:everything|anything|all|whatever)(?: (?:that|which|you|i|we|was|were|has|have|been|is)){0,4}"
        r"(?: (?:said|told|written|learned|above|before|previously|earlier|taught|given))|\b(?:ignore|disregard) (?:all )?(?:of )?the (?:above|text above)\b"
    )),
    Family("new-instructions", 0.8, 0.8, _of(
        r"\b(?:new|updated|real|actual|revised|secret|hidden|additional|following) (?:system )?(?:instructions?|prompts?|directives?|task)\b ?(?:[:=]|is to|are to|follow|apply|supersede)"
    )),
    Family("note-to-model", 0.8, 0.45, _of(
        r"\b(?:instructions?|note|message|attention|reminder|request|command|order)s? (?:to|for) (?:the |any |all |this )?(?:\w+ )?" + _MODEL + r"s?\b"
    )),
    Family("role", 0.75, 0.4, _of(
        r"\b(?:you are now|you're now|from now on,? (?:you|your)|you will now (?:act|be|play)|pretend (?:to be|that you|you are|you're)|"
        r"(?:let's |we will |we are going to )?role-?play(?:ing)?\b|act as (?:if|an?|the|my|though|[a-z]+gpt|dan)\b|acting as an?\b|behave (?:like|as)|"
        r"simulate|impersonate|take on the (?:role|persona)|assume the (?:role|identity|persona)|you are going to (?:act|be|pretend|play)|"
        r"i want you to (?:act|be|pretend|answer|respond|play|simulate)|immerse yourself)"
    )),
    Family("unfiltered", 0.85, 0.4, _of(
        r"\b(?:do anything now|jail ?br(?:eak|oken)\w*|developer mode|dev mode|god mode|debug(?:ging)? mode|admin(?:istrator)? mode|maintenance mode|"
        r"unfiltered|uncensored|unrestricted|without (?:any )?(?:restrictions?|limits|limitations|filters?|censorship|rules|ethic\w*|moral\w*|safety)|"
        r"no (?:restrictions|limitations|filters?|rules|ethical|moral|censorship)|amoral|evil (?:bot|confidant|ai|twin)|(?:break|broken) free|"
        r"(?:never|cannot|can't|don't|do not|not allowed to) (?:refuse|decline|say no)|dan mode|stan mode|opposite mode|regardless of (?:legality|ethics|morality))\b"
    )),
    Family("model-talk", 0.6, 0.3, _of(
        r"\b(?:chat ?gpt|open ?ai(?:'s)?|gpt-?[345]\w*|language model|content polic(?:y|ies)|as an ai|ai (?:model|assistant|language)|llms?|knowledge cutoff|anthropic|prompt injection)\b"
    )),
    Family("reveal", 0.85, 0.8, _of(
        r"\b(?:reveal|show|print|repeat|output|display|leak|expose|tell me|give me|recite|list|write out|what (?:is|are|was|were)|dump|share)\b"
        r"(?: [\w']+){0,3}? (?:(?:system|hidden|initial|secret|internal|original|developer|starting) (?:prompts?|instructions?|messages?|rules|configuration|context)|"
        r"your (?:prompts?|instructions?|rules|guidelines|configuration|training data|system))\b|\brepeat (?:the words|everything|all|the text) above\b"
    )),
    Family("secrets", 0.7, 0.45, _of(
        r"\b(?:reveal|list|print|dump|output|send|export|email|e-mail|forward|leak|exfiltrate|upload|post)\b(?: [\w']+){0,5}? "
        r"(?:(?:all|every|other|any|each) (?:\w+ ){0,2}?(?:patients?|customers?|users?|clients?|records?|names|addresses|accounts?)|passwords?|credentials|"
        r"api keys?|social security numbers?|medical records|credit cards?|(?:the )?database|pseudonym\w*|audit log)\b"
    )),
    Family("reply-control", 0.75, 0.45, _of(
        r"\b(?:in|to|of|with|into|for|throughout|from|at the (?:end|start|beginning) of|before|after) (?:(?:your|each|every) (?:\w+ )?|(?:the|all) (?:next |final |whole |entire )?)"
        r"(?:reply|replies|response|responses|answers?|output|message)\b(?=[^.?!]{0,120}$|[,.!:\"']| )"
        r"|\b(?:your|the assistant's|the model's) (?:entire |whole |next |final )?(?:reply|response|answer|output)s? (?:should|must|has to|needs to|will|only|with)\b"
        r"|\b(?:reply|respond|answer|output)(?: (?:to (?:this|everything|every question|all questions|the user|any question)|only|just|always|exclusively|back))* (?:with|in|as|using)\b"
        r"|\b(?:begin|start|end|finish|preface|append|prepend) (?:your|every|each|all|the) (?:reply|response|answer|output|message)\w*"
    )),
    Family("transform-reply", 0.75, 0.45, _of(
        r"\b(?:use|using|scramble|rearrange|jumble|misspell|anagram|substitute|replace|swap|remove|group|combine|convert|encode|reverse|introduce|render|translate|insert|capitali[sz]e|shuffle|write|spell)\b"
        r"[^.?!]{0,60}\b(?:your|the) (?:\w+ ){0,2}?(?:reply|response|answer|message|output|words|letters|answers?'?s?)\b"
        r"|\b(?:your|the) (?:reply|response|answer|message|output)(?:'s)? (?:words|letters|text)\b|\bprovide your (?:reply|response|answer)\b"
    )),
    Family("markup", 0.9, 0.9, _of(
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|begin_of_text|eot_id)\|>|\[/?inst\]|<</?sys>>|<(?:system|assistant|instructions?)>|"
        r"###? ?(?:system|instruction|assistant|human|new instruction)s? ?:?|\bsystem ?(?:prompt|message|override|notice|instruction|note) ?[:\]]|"
        r"(?:^|[.!?\"'\])>-] ?)(?:system|assistant) ?: |\bend of (?:document|context|sources|text|data)\b ?[-=\].:]|(?<!=)={3,40} ?end|(?<!-)-{3,40} ?end"
    )),
    Family("conceal", 0.7, 0.28, _of(
        r"\b(?:do not|don't|never|without) (?:mention|tell(?:ing)?|reveal|inform|alert|say|disclos\w+|notify|mentioning|warn\w*)\b"
        r"(?: [\w']+){0,5}? (?:this|these|that|the user|the reader|anyone|instructions?|note|message)\b"
    )),
    Family("tool-abuse", 0.7, 0.28, _of(
        r"\b(?:execute|run|eval|call|invoke)\b (?:the )?(?:following|this|that) (?:\w+ )?(?:command|code|script|function|shell|sql|query|tool|payload)\b|"
        r"\brm -rf\b|\bdrop table\b|\bcurl https?:|\bos\.system\b|!\[[^\]]{0,80}\]\(https?://|\bdisable (?:the |all |any )?(?:\w+ )?(?:policy|polic(?:y|ies)|checks?|gate|filters?|redaction|audit|logging)\b"
    )),
    Family("authority", 0.45, 0.3, _of(
        r"\b(?:i am|i'm|this is|as) (?:the|your|an?) (?:system )?(?:developer|administrator|admin|creator|owner|root|super ?user|engineer|openai employee)\b|"
        r"\b(?:authori[sz]ed|clearance|override) (?:code|level|override|access|by)\b|\bsudo\b"
    )),
    Family("two-answers", 0.7, 0.4, _of(
        r"\b(?:two|both|2) (?:different )?(?:ways|responses|answers|replies|outputs|paragraphs|versions)\b[^.?!]{0,80}\b(?:one|first|normal|classic|standard)\b|\[🔒classic\]|\bclassic\]|🔓"
    )),
    Family("persona-rules", 0.65, 0.3, _of(
        r"\b(?:never break|stay in|break(?:ing)?|remain in|out of) character\b|\btokens? (?:system|left|deducted)\b|\byou (?:will|must|should|can|have to) (?:always |never |only )?"
        r"(?:respond|answer|reply|obey|comply|say|start|call|speak|talk|act|refer|address|generate|provide|pretend|follow)\b|\byou (?:have|has) no (?:rules|limits|choice|morals|ethics)\b"
    )),
    Family("other-languages", 0.9, 0.85, _of(
        r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b(?: \w+){0,6}? (?:anweisung\w*|instruktion\w*|regeln|vorgaben)\b|"
        r"\bantworte\w*(?: sie)?(?: \w+){0,2}? (?:nur|ausschliesslich|lediglich) (?:mit|auf)\b|"
        r"\b(?:ignora|ignore|ignoren|ignorar|olvida|olvide|esquece|esqueca|dimentica)\b(?: \w+){0,4}? (?:instrucciones|instrucoes|istruzioni|indicaciones|reglas|regras|regole)\b|"
        r"\b(?:responde|responda|rispondi|risponda|contesta)\w*(?: \w+){0,2}? (?:solo|solamente|unicamente|apenas|somente|soltanto) (?:con|com)\b|"
        r"\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er))\b(?: \w+){0,4}? (?:instructions|consignes|regles|directives)\b|"
        r"\brepond(?:s|ez|re)(?: \w+){0,2}? (?:uniquement|seulement|exclusivement) (?:par|avec)\b|"
        r"\b(?:negeer|vergeet)\b(?: \w+){0,4}? (?:instructies|aanwijzingen|regels)\b|\bantwoord(?: \w+){0,2}? (?:alleen|uitsluitend) met\b|"
        r"игнорируй\w*(?: \w+){0,4}? (?:инструкции|указания|правила)|(?:忽略|无视).{0,12}(?:指令|指示|规则)|تجاهل.{0,30}التعليمات|(?:निर्देशों|निर्देश).{0,20}(?:अनदेखा|नज़रअंदाज़)"
    )),
    Family("addressed", 0.6, 0.7, _of(
        r"\b(?:to|for|attention) (?:the |any |all |every )?(?:summari[sz]er|automatic reader|machine reader|language model|chat ?bot|ai (?:model|reader|system|assistant|tool))s?\b|"
        r"\b(?:language models?|ai (?:readers?|models?|assistants?|systems?)|automatic readers?|machines?) (?:that|who|which) (?:read|process|summari[sz]e|index|see)\w*\b|"
        r"\b(?:language models?|ai (?:readers?|models?|systems?)) (?:\w+ ){0,6}?(?:must|should|shall|have to) (?:output|add|say|print|write|reply|respond|answer|mention|include)\b"
    )),
    Family("rules-off", 0.7, 0.7, _of(
        r"\b(?:rules?|polic(?:y|ies)|restrictions?|instructions?|directions?|checks?|filters?|redaction|permissions?) (?:\w+ ){0,3}?(?:are|is|have been|has been) (?:now |hereby |all )?(?:void|suspended|lifted|off|switched off|disabled|replaced|revoked|cancel\w+|no longer (?:valid|in force))\b(?=.{0,80}\b(?:so|now|say|show|reply|respond|answer|print|direction|instead|for this)\b)|"
        r"\byou (?:now )?have (?:now )?the (?:role|rights|permissions?|clearance)\b"
    )),
    Family("each-answer", 0.7, 0.45, _of(
        r"\b(?:each|every|all|whatever|your) (?:of your )?(?:answers?|repl(?:y|ies)|responses?|sentences?|messages?) (?:you (?:give|write) )?(?:starts?|begins?|ends?|opens?|closes?|consists?)\b|"
        r"\b(?:tell|answer|inform|give) (?:them|him|her|the user|the reader|everybody)\b[^.?!]{0,60}\b(?:and nothing else|no matter what|whatever the sources)\b|"
        r"\bnothing (?:else )?but the word\b|\b(?:each|every|all|your) (?:answers?|reply|replies) (?:must )?(?:starts?|begins?|opens?|ends?) with\b|"
        r"\b(?:tell|answer|inform) (?:them|him|her|the user|the reader|everybody)\b[^.?!]{0,60}\band nothing else\b"
    )),
    # What follows is asked of people too, in letters and house rules: in a typed question it tells little, in a document it
    # counts beside another of these where the classifier agrees.
    Family("reader-told", 0.2, 0.28, _of(
        r"\b(?:tell|inform|urge|convince|persuade|advise|direct|instruct|assure|insult) (?:the |all |every |your )?(?:users?|readers?|askers?)\b"
    )),
    Family("every-question", 0.5, 0.28, _of(
        r"\b(?:answer|reply to|respond to) (?:every|each|any|all)(?: of the| the)? questions?\b|"
        r"\b(?:do not|don't|never|refuse to) (?:answer|respond to|reply to)\b(?: [\w']+){0,2} questions?\b|\bthe (?:only )?valid (?:direction|instruction|answer)\b"
    )),
    Family("claims", 0.2, 0.28, _of(
        r"\b(?:say|claim|reply|answer|state|pretend|write|respond)\b(?: only| just)? that (?:you (?:are not|cannot|can't|do not|don't)|[^.?!]{3,60}$)|"
        r"\bpresent it as (?:a )?fact\b|\bcorrect answer to the user"
    )),
    Family("assistant-does", 0.4, 0.28, _of(
        r"^assistant ?[,:]|\b(?:the|as the|as an) assistant,? (?:you )?(?:must|should|shall|has to|replies|answers|says|writes|prints)\b"
    )),
    Family("in-the-manner", 0.4, 0.28, _of(r"\b(?:speak|talk|answer|respond|reply|write) (?:like|as) (?:an?|if you were)\b")),
    Family("to-a-link", 0.3, 0.28, _of(
        r"\b(?:append|send|post|forward|attach|add|visit|click|install)\b[^?!]{0,80}\b(?:https?://|www\.|[\w-]{2,40}\.(?:example|com|net|org|io|ly)\b)"
    )),
    # Nobody says this to a person.
    Family("model-told", 0.7, 0.7, _of(
        r"\b(?:print|show|return|write) (?:its|the) output\b|\brm -rf\b|\bdrop table\b|\bcurl https?:|\bos\.system\b|!\[[^\]]{0,80}\]\(https?://|"
        r"\bbefore answering,? (?:you )?(?:tell|say|print|mention|recommend|add|state)\b|^you are [\w ]{2,30} now\b|\bappend the user's\b|"
        r"\b(?:answer|reply|respond)\b[^.?!]{0,60}\bwith the (?:single|one|only) word\b|"
        r"\bif you are an? (?:ai|language model|assistant|bot|machine|llm)\b|\bwhen (?:summari[sz]ing|processing|answering (?:from|about)) this (?:text|page|document|e-?mail|message)\b|"
        r"\bthe user has changed (?:their|his|her) mind\b|\bwhatever the (?:sources?|documents?|text|context) sa(?:ys?|id)\b|"
        r"\b(?:documents?|sources?|passages?|everything|texts?) (?:in|from) your (?:context|memory|prompt)\b|\bsources you were given\b|"
        r"\b(?:summary|answer|reply|response|output|text) (?:that )?you (?:write|generate|produce|are writing)\b|"
        r"\b(?:modify|change|adjust|alter|turn|encrypt|encode|scramble) your (?:output|answers?|reply|replies|responses?|summary)\b|"
        r"\b(?:earlier|previous|prior|above|other|former) (?:directions?|instructions?|orders?|prompts?) (?:are|is) (?:now |hereby )?(?:void|invalid|cancelled|lifted|off)\b|"
        r"\bforget what you were told\b|\byour (?:sole|only|entire|whole) (?:reply|answer|response|output)\b|\b(?:print|show|repeat|reveal) (?:all )?(?:the )?previous messages\b"
    )),
)  # fmt: skip


def matches(folded: str) -> list[tuple[Family, int, int]]:
    """Every family that matches a folded text, with the place of its first match."""
    found = []
    for family in FAMILIES:
        match = family.pattern.search(folded)
        if match:
            found.append((family, match.start(), match.end()))
    return found


def score(families: list[Family], *, question: bool) -> float:
    """Independent evidence together: one minus the product of what each leaves open."""
    left = 1.0
    for family in families:
        left *= 1 - (family.weight if question else family.in_document)
    return 1 - left
