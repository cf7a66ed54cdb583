"""Forms that only secrets have, and beside each what is written alike."""

from __future__ import annotations

import pytest

from assistant.privacy.secret_forms import has_secret_form


@pytest.mark.parametrize(
    "sentence",
    [
        "postgres://ward:blue-otter@db.local:5432/notes is what the script uses.",
        "export DB_PASS=s3cr3tpuffin",
        "secret_key: 'mfa-seed-JBSWY3DPEHPK3PXP'",
        "ssh deploy@backup01 then type Tr0ub4dor&3",
        "The mailbox is Autumn!2024 for now.",
        "Take Summer#Rain4 instead.",
        "It goes 31 left, 8 right, 22 left.",
        "Just press 4 9 1 1.",
        "Keep it: 6-2-9-4.",
        "Silence it with 2580#.",
        "It takes four seven zero two.",
        "Phrase: copper lens walnut drift hazel mango fog anchor pride siren tulip beacon",
    ],
)
def test_what_only_a_secret_looks_like(sentence: str) -> None:
    assert has_secret_form(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "See https://example.org:8080/page?x=1 for more, or write to ann@example.org.",
        "Set API_TOKEN=<your token> before you start.",
        "password: required",
        "ssh to the server is switched off.",
        "The price is US$2500, see issue#1234 and page.html#sec2.",
        "HLA-B*27:05 and CYP2C19*2 were found.",
        "Turn the patient to the left, then 30 degrees right.",
        "Three left, two right.",
        "Repeat steps 1 2 3 4 and grades 1-2-3-4.",
        "Doses of 5 2 5 2 mg were given.",
        "Scores were four, five, three, two.",
        "Count one two three four five.",
        "Order number #4821 was paid.",
        "Symptoms: fever cough rash and sore throat for more than three days in small children",
    ],
)
def test_what_is_written_alike_stays(sentence: str) -> None:
    assert not has_secret_form(sentence)
