"""How much nearer another reading of a follow-up must lie to be taken, from conversations written for the sample collections.

    python -m bench.calibrate_antecedent

Each conversation ends in a question that points back; `means` is the word that its right reading has, "" where it must stay as
typed. Printed for each difference of cosines: how many are read rightly, and how many wrongly though the rules alone were right.
"""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from assistant.asking.antecedent import AHEAD, chosen
from assistant.asking.followup import candidates
from assistant.config import go_offline
from assistant.frontends.samples import take_samples
from assistant.types import Turn

_LINES: Final = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2)


class Talk(NamedTuple):
    """Questions, the last of which points back, and what it means."""

    asked: tuple[str, ...]
    means: str


TALKS: Final = {
    "customer-service": (
        Talk(("Is my kettle covered after 14 months?", "Do I need the receipt?", "How do I descale it?"), "kettle"),
        Talk(("How long is the warranty on the kettle?", "How do I clean it?"), "kettle"),
        Talk(("My robot vacuum does not charge.", "Where is the nearest shop?", "How do I reset it?"), "robot vacuum"),
        Talk(("I want to return my robot vacuum.", "Do I need the box?", "How do I reset it?"), "robot vacuum"),
        Talk(("Can I pay with a gift card?", "What is your phone number?", "Can I get a refund on it?"), "gift card"),
        Talk(("Do you have gift cards?", "When do they expire?"), "gift card"),
        Talk(("What does the protection plan cover?", "How do I cancel it?"), "protection plan"),
        Talk(("How do I change my password?", "Do I get an e-mail?", "How long must it be?"), "password"),
        Talk(("My parcel is damaged.", "Who do I report it to?"), "parcel"),
        Talk(("How do I return a lamp?", "Can I bring the kettle back if it leaks?"), ""),
        Talk(("Where are your shops?", "If my speaker is faulty, who repairs it?"), ""),
        Talk(("Do you match prices?", "Is it possible to change my order?"), ""),
    ),
    "healthcare": (
        Talk(("When is warfarin stopped before surgery?", "Does the patient fast?", "When is it restarted?"), "warfarin"),
        Talk(("What is the dose of paracetamol?", "Is there a leaflet?", "How often is it given?"), "paracetamol"),
        Talk(("How do I use my inhaler?", "Where is the pharmacy?", "How do I clean it?"), "inhaler"),
        Talk(("How is sepsis recognised?", "Who do I call?", "How is it treated?"), "sepsis"),
        Talk(("Who needs the flu vaccine?", "Is there parking?", "Does it hurt?"), "flu vaccine"),
        Talk(("How do I prepare for a colonoscopy?", "Can I drive?", "How long does it take?"), "colonoscopy"),
        Talk(("What is amlodipine for?", "Can a child with fever swim if it is below 38?"), ""),
        Talk(("Where is the ward?", "If the blood bag is warm, who checks it?"), ""),
    ),
}  # fmt: skip


def main() -> None:
    """Take the samples in, read every conversation, print a line a difference."""
    from assistant.vault.keys import KdfCost, Secret
    from assistant.wiring import assemble, create_vault

    go_offline()
    read: list[tuple[Talk, tuple[str, ...], list[float]]] = []
    with tempfile.TemporaryDirectory() as folder:
        for domain, talks in TALKS.items():
            cheap = KdfCost(memory_kib=64, iterations=1, lanes=1)
            secret = Secret.passphrase(secrets.token_hex(16))
            vault = create_vault(Path(folder) / domain, secret, policy=None, domain=domain, kdf=cheap)
            assistant = assemble(vault, engine="extractive")
            take_samples(assistant)
            for talk in talks:
                readings = candidates(talk.asked[-1], [Turn(asked, "") for asked in talk.asked[:-1]])
                ranked = [assistant.parts.retriever.rank(one, allowed=None, depth=4) for one in readings]
                read.append((talk, readings, [max((item.cosine for item in found), default=0.0) for found in ranked]))
            assistant.close()
    for line in _LINES:
        taken = [
            chosen(readings, dict(zip(readings, near, strict=True)).__getitem__, line) for _, readings, near in read
        ]
        right = [_is_right(talk, one) for (talk, _, _), one in zip(read, taken, strict=True)]
        spoilt = sum(
            _is_right(talk, readings[0]) and not ok for (talk, readings, _), ok in zip(read, right, strict=True)
        )
        print(
            f"{line:.2f}  right {sum(right)} of {len(right)}, spoilt {spoilt}{'  (in force)' if line == AHEAD else ''}"
        )
    for talk, readings, near in read:
        told = ", ".join(f"{one!r} {value:.3f}" for one, value in zip(readings, near, strict=True))
        print(f"  {talk.means or '-':<16} {told}")


def _is_right(talk: Talk, taken: str) -> bool:
    return talk.means in taken if talk.means else taken == talk.asked[-1]


if __name__ == "__main__":
    main()
