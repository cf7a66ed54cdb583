"""Security labels of records (HL7 ActCode and Confidentiality) that ask for more than the ordinary access label of records."""

from __future__ import annotations

from typing import Final

# Psychotherapy notes have rules of their own (45 CFR 164.508(a)(2)), substance use treatment too (42 CFR Part 2); "very
# restricted" and the sensitive diagnoses are left to the policy.
SECURITY_LABELS: Final = {
    "PSY": "psychotherapy", "PSYTHPN": "psychotherapy", "V": "restricted", "ETH": "restricted", "SUD": "restricted",
    "ETHUD": "restricted", "HIV": "restricted", "SDV": "restricted", "STD": "restricted",
}  # fmt: skip
