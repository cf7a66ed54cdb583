"""What stands around a name: titles, headings, verbs and credentials, as compiled patterns with the name in group `name`."""

from __future__ import annotations

from typing import Final

import regex

WORD: Final = r"\p{Lu}[\p{L}\p{M}'’]*(?:-[\p{L}'’]+)*"
INITIAL: Final = r"\p{Lu}\.?(?![\p{L}\p{M}'’])"
PARTICLE: Final = (
    r"(?:de la|de los|de las|del|de|der|den|van der|van den|van de|van|von der|von|zu|"
    r"da|das|do|dos|di|du|la|le|bin|ibn|al|el|ter|y|e|of)"
)
GAP: Final = r"(?:[ \t]{1,2}|\+|_)"
SEQUENCE: Final = (
    rf"(?:{WORD})(?:{GAP}(?:{PARTICLE}{GAP})?(?:{WORD}|{INITIAL})){{0,4}}|"
    rf"{INITIAL}(?:{GAP}?{INITIAL})?{GAP}(?:{WORD})(?:{GAP}{WORD})?"
)
NAME: Final = rf"(?P<name>{SEQUENCE})"
LAST_FIRST: Final = rf"(?P<name>{WORD}(?:[ -]{WORD})?,[ ]?{WORD}(?: {INITIAL}| {WORD})?)"
LOOSE: Final = r"(?P<name>\p{L}[\p{L}'’.-]+(?: \p{L}[\p{L}'’.-]*){0,3})"

TITLES: Final = (
    r"(?:(?:dr|drs|mr|mrs|ms|mx|prof|rev|fr|capt|sgt|lt|col|hon|sra|mme|mlle)\b\.?|(?:miss|professor|doctor|sir|dame|reverend|"
    r"sister|captain|judge|justice|senator|herr|frau|se[ñn]ora?|monsieur|madame|signora?)\b)"
)
PEOPLE: Final = (
    r"(?:patient|pt|client|member|subscriber|insured|guarantor|resident|beneficiary|dependent|claimant|applicant|"
    r"physician|surgeon|nurse|pathologist|radiologist|prescriber|clinician|therapist|pharmacist|technician|"
    r"midwife|dentist|psychiatrist|psychologist|counsell?or|coordinator|consultant|anesthesiologist|cardiologist|oncologist|"
    r"neurologist|practitioner|hospitalist|interpreter|caregiver|carer|guardian|representative|"
    r"deponent|witness|defendant|plaintiff|attorney|"
    r"spouse|husband|wife|mother|father|son|daughter|brother|sister|parent|partner|friend|aunt|uncle|"
    r"grandmother|grandfather|next of kin|nok|emergency contact|(?:his|her|their) \w+ contact)"
)
HEADINGS: Final = (
    rf"(?:{PEOPLE}(?:'?s)?(?: (?:full )?name| physician| provider| nurse| surgeon)?|"
    r"(?:full|first|last|maiden|legal|preferred|given|family|"
    r"patient|member|card ?holder|account(?: holder)?|customer|employee|user|provider|physician|contact|sender|recipient)"
    r"(?: |_)?name|name|name on (?:the )?(?:card|account)|surname|signed(?: by)?|electronically signed(?: by)?|signature|dictated by|"
    r"transcribed by|reviewed by|authori[sz]ed by|attested by|verified by|reported by|attending|referring|referred by|"
    r"ordering|ordered by|pcp|primary care|seen by|performed by|prepared by|completed by|requested by|interpreted by|"
    r"account holder|card ?holder|nursing staff|staff|author|resident|fellow|attending (?:physician|surgeon)|"
    r"nurse practitioner|physician assistant|(?:kind |best |warm )?regards|sincerely(?: yours)?|yours (?:truly|sincerely|faithfully)|"
    r"respectfully|thank you|thanks|cheers|best)"
)
WEAK_HEADINGS: Final = (
    r"(?:provider|from|to|cc|bcc|re|contact|customer|employee|user|owner|agent|rep|buyer|seller|tenant|client|caller|"
    r"student|teacher|manager|(?:\p{L}+ )?(?:record|profile|note|chart|account|results?)|supervisor|assigned to|"
    r"attn|attention|by|per|participants?|host|guest|passenger|driver|payee|payer|"
    r"beneficiary|billing address|shipping address|ship to|bill to|deliver to|address|subject)"
)
I_AM: Final = (
    r"(?:my (?:\p{L}+ )?name(?: is|'s)|name(?:d| is|\?)|(?:it's|it is|listed|registered|filed) under|i am called|"
    r"call(?:s|ed)? me|known as|goes by|is called|speaking with|"
    r"(?:account|card|policy|booking|reservation|order|registered|it|listed)(?:'s| is)? (?:is )?(?:under|in)"
    r"(?: the| my| his| her)?(?: \p{L}+'s)? name(?: of)?)"
)
WEAK_VERBS: Final = (
    r"(?:i am|i'm|this is|it's|hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|thanks|thank you|hola|"
    r"perfect|great|okay|ok|sure|patient|pt|customer|nurse|rn|np|pa|client|user|member|employee|agent|colleague|"
    r"spoke (?:to|with)|talked (?:to|with)|met(?: with)?|seen by|signed by|referred (?:by|to)|discussed with|accompanied by|"
    r"contact|call|email|reach|notify|inform|ask for|belongs? to|assigned to|request for|processing request for|scheduled for|"
    r"(?:his|her|their|my|our|the) (?:husband|wife|son|daughter|mother|father|brother|sister|partner|spouse|friend|neighbou?r|boss|"
    r"manager|kid|child|baby|aunt|uncle|cousin|mom|dad|patient|guardian|colleague|doctor|nurse|witness),?|"
    r"husband,?|wife,?|daughter,?|son,?|mother,?|father,?|sister,?|brother,?|guardian,?|"
    r"named|called|said|says|by|per|with|from|to|for|and|if|is not|not|mask|but mask)"
)
BETWEEN: Final = (
    r"(?:[ \t]*(?:[:#=]|[-–—](?=\s)|\|)[ \t]*(?:\n[ \t]*)?[\"']?|"
    r"[\"']?\s*[:=]\s*[\"']|[ \t]*>[ \t]*|,[ \t]*\n\s*|[ \t]*\n[ \t]*)"
)
CREDENTIAL: Final = (
    r"(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|B\.?S\.?N|M\.?S\.?N|D\.?N\.?P|L\.?P\.?N|C\.?N\.?A|D\.?D\.?S|D\.?M\.?D|"
    r"Pharm\.?D|M\.?B\.?B\.?S|FRCP|FACC|FACS|MRCP|LCSW|LPC|APRN|CRNA|PT|DPT|OTR|RD|MPH|Esq|Jr|Sr|II|III|IV)"
)

F: Final = regex.MULTILINE
TITLED: Final = regex.compile(rf"(?<![\p{{L}}\d])(?P<all>(?i:{TITLES})[ \t]{{1,2}}(?:(?i:{TITLES})[ ])?{NAME})", F)
CREDENTIALED: Final = regex.compile(rf"(?<!\p{{L}}){NAME},?[ ](?:{CREDENTIAL}\b\.?)(?![\p{{Ll}}])", F)
HEADED: Final = regex.compile(
    rf"(?<![\p{{L}}])(?i:{HEADINGS})(?:\s?\(s\))?{BETWEEN}(?:(?i:{TITLES})[ ])?(?:{LAST_FIRST}|{NAME})", F
)
HEADED_WEAK: Final = regex.compile(
    rf"(?<![\p{{L}}])(?i:{WEAK_HEADINGS}){BETWEEN}(?:(?i:{TITLES})[ ])?(?:{LAST_FIRST}|{NAME})", F
)
INTRODUCED: Final = regex.compile(rf"(?<!\p{{L}})(?i:{I_AM})[ ]?:?[ ]*[\"']?{NAME}", F)
INTRODUCED_LOOSE: Final = regex.compile(
    rf"(?<!\p{{L}})(?i:my (?:\p{{L}}+ )?name(?: is|'s)|i am|i'm|this is|ms\.?|mrs\.?|mr\.?|dr\.?|patient)[ ]{LOOSE}",
    F,
)
WEAKLY: Final = regex.compile(rf"(?<!\p{{L}})(?i:{WEAK_VERBS})[ \t,]{{1,2}}[\"']?{NAME}", F)
SEQUENCES: Final = regex.compile(rf"(?<![\p{{L}}\p{{M}}\d@]){NAME}(?![\p{{L}}\p{{M}}@])", F)
FOREIGN: Final = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Thai}\p{Armenian}\p{Georgian}"
    r"\p{Bengali}\p{Tamil}\p{Telugu}](?:[[\p{L}\p{M}]--\p{Latin}]|['’·.-](?=[\p{L}--\p{Latin}])|[ ](?=[\p{L}--\p{Latin}])){1,40}",
    regex.V1,
)
STARRED: Final = regex.compile(r"(?<!\w)\p{Lu}[*•#]{2,}(?:[ ]\p{Lu}\.?[*•#]{2,})*(?![*\w])")
VERB_AFTER: Final = regex.compile(
    r"(?:'s)?[ ](?:is|was|has|had|will|would|can|lives?|works?|moved|says?|said|reports?|reported|complains?|complained|denies|denied|"
    r"called|calls|wants?|states?|stated|filed|asked|asks|presents?|presented|tolerated|received|underwent|started|needs?|took|takes|"
    r"went|came|arrived|died|born|showed|shows|agreed|signed|lost|bought|ordered|listed|began|spent|shouted|had|told|c/o|"
    r"s/p|discharged|readmitted|remains?|practices)\b"
)
PLACE_BEFORE: Final = regex.compile(
    r"\b(?:in|at|near|from|to|of|through|across|outside|around|visiting|via|the)[ ]$", regex.I
)
AFTER: Final = regex.compile(r"[ ]?[-–]?[ ]?(?P<noun>\p{L}[\p{L}-]*)")
PERSON_VERB: Final = regex.compile(
    r"(?:'s)?,?[ ](?:lives?|lived|works?|worked|moved|says?|said|reports?|reported|complain(?:s|ed)|denies|denied|states|stated|"
    r"asks|asked|told|"
    r"wants|wanted|called|phoned|agreed|shouted|bought|attended|signed|explained|must not|"
    r"who |aged? \d|\(?\d{2}[- ]?(?:y|year))|"
    # "Grace, my sister" is a person; "Can my son come?", "May her mother stay?" are questions.
    r"(?:'s)?,[ ](?:his|her|their|my|our) "
)
BLAND: Final = regex.compile(r"(?:with|from|to|for|and|if|by|per|said|says|is not|not)\b", regex.I)
LOWER_PAIR: Final = regex.compile(r"(?<![\w@.])\p{Ll}{3,} (?:\p{Ll}\.? )?\p{Ll}{3,}(?![\w@])")
# Notes typed in small letters throughout: a title or a word for kin, then small letters. "ms" and "mr" without their dot are
# an illness and a scan.
LOWER_TITLED: Final = regex.compile(
    r"(?<![\p{L}\d])(?:(?P<title>dr\.?|mrs\.?|prof\.?|mr\.|ms\.)|(?:sister|brother|mother|father|wife|husband|son|daughter|aunt|uncle|"
    r"nurse|friend|neighbou?r|carer|partner))[ ](?P<name>\p{Ll}[\p{Ll}\p{M}'’.-]+(?:[ ]\p{Ll}[\p{Ll}\p{M}'’.-]*){0,4})"
)
LAST_COMMA_FIRST: Final = regex.compile(
    rf"(?<!\p{{L}})(?P<last>\p{{Lu}}[\p{{L}}'’-]+),[ ](?P<first>\p{{Lu}}[\p{{L}}'’-]+)(?:[ ]{INITIAL})?(?!\p{{L}})"
)
MIDDLE_INITIAL: Final = regex.compile(
    r"(?<![\p{L}\d])(?P<first>\p{Lu}\p{Ll}[\p{L}'’-]+)[ ]\p{Lu}\.?[ ](?P<last>\p{Lu}\p{Ll}[\p{L}’-]+)(?![\p{L}\d])"
)
BESIDE_IDENTIFIER: Final = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\d@])(?P<name>{WORD}(?:[ ](?:{PARTICLE}[ ])?(?:{WORD}|{INITIAL})){{1,3}})['\"]?[ ]?[-–—(,|;][ ]?['\"(]?"
    r"(?:(?i:MRN|DOB|SSN|NPI|DOB|e-?mail|phone|tel|mobile|d\.o\.b|date of birth|born|aged)\b|[+(]?\d[\d() .-]{6,}|[\w.+-]+@)"
)
MAILBOX: Final = regex.compile(r"(?<![\w.+-])(?P<local>[\p{L}\d._+-]{3,40})@[\p{L}\d-]+\.")
