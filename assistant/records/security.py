"""Security labels of records (HL7 ActCode and Confidentiality) that ask for more than the ordinary access label of records.

The tables are those of readers, which put the labels on documents, and of charts, which hold back what they mark. Whoever changes
one need do no more: stored files are read again under the new labels (`digest`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

# Psychotherapy notes have rules of their own (45 CFR 164.508(a)(2)), substance use treatment too (42 CFR Part 2). What is
# restricted by its confidentiality (R, V) and the sensitive diagnoses of HL7 ActInformationSensitivityPolicy are left to the
# policy; a policy that names no role for "restricted" shows them to nobody.
SECURITY_LABELS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("PSY", "PSYTHPN"), "psychotherapy"),
    **dict.fromkeys(("R", "V"), "restricted"),
    **dict.fromkeys(
        "ETH ETHUD SUD OPIOIDUD HIV AIDS STD SDV DV VIO TBOO MH BH SEX SPI SCA SICKLE GDIS PREGNANT ABUSE SEXABUSE".split(),
        "restricted",
    ),
}

# HL7 v2, tables 0177 and 0717, where they differ from v3: AIDS patient; everything, drug abuse, sensitive data.
V2_CODES: Final[Mapping[str, str]] = {"AID": "AIDS", "ALL": "R", "DRG": "ETH", "SMD": "R", "UWM": "SEX"}


def digest() -> str:
    """A digest of the tables, another one as soon as a code asks for another label."""
    tables = json.dumps([SECURITY_LABELS, V2_CODES], sort_keys=True)
    return hashlib.sha256(tables.encode()).hexdigest()[:16]


def labels_of(codes: Iterable[str]) -> frozenset[str]:
    """The access labels that the codes ask for beside the ordinary one; none for N, L, M and what is not known."""
    return frozenset(SECURITY_LABELS[key] for code in codes if (key := code.strip().upper()) in SECURITY_LABELS)
