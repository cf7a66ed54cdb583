"""Security labels of records (HL7 ActCode and Confidentiality) that ask for more than the ordinary access label of records.

One table for readers, which put the labels on documents, and for charts, which hold back what they mark.
"""

from __future__ import annotations

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


def labels_of(codes: Iterable[str]) -> frozenset[str]:
    """The access labels that the codes ask for beside the ordinary one; none for N, L, M and what is not known."""
    return frozenset(SECURITY_LABELS[key] for code in codes if (key := code.strip().upper()) in SECURITY_LABELS)
