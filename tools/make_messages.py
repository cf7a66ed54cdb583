"""Synthetic HL7 v2 messages and clinical notes, seeded. Standard library only; the same seed gives the same bytes.

    python tools/make_messages.py --out /path/to/folder --patients 30 --seed 7

Writes `hl7/` (a file a patient: admission, orders, results with corrections and withdrawals, a document) and `notes/` (a table
of notes, and plain notes of other patients). Names, numbers and addresses are invented.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from make_patients import ALLERGIES, FAMILY, GIVEN, PHYSICIANS, PROBLEMS, STREETS, TODAY
from patient_variants import EXTRA_MEDICINES, OTHERS

DENIALS: Final = ("No known allergies", "NKDA")
NOTE_MEDICINES: Final = (
    "Metformin 500 mg twice daily", "Lisinopril 10 mg once daily", "Warfarin 5 mg daily", "Apixaban 2.5 mg twice daily",
    "Salbutamol inhaler, 2 puffs as required", "Levothyroxine 75 mcg once daily", "Paracetamol 1 g up to 4 times a day",
)  # fmt: skip


def message(kind: str, control: str, when: str, pid: str, *segments: str) -> str:
    """One message with its header and patient."""
    head = rf"MSH|^~\&|LARK|WEST|EHR|MAIN|{when}||{kind}|{control}|P|2.5.1"
    return "\r".join((head, pid, *segments)) + "\r"


def stay(rng: random.Random, number: int) -> str:
    """One patient's messages."""
    sex = rng.choice(("female", "male"))
    mrn, control = str(5_000_000 + number * 37), f"C{number:04d}"
    born = f"{rng.randint(1930, 2004)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    pid = (f"PID|1||{mrn}^^^WEST^MR~9{number:02d}-11-{number:04d}^^^USA^SS||{rng.choice(FAMILY)}^{rng.choice(GIVEN[sex])}||{born}|"
           f"{sex[0].upper()}|||{rng.randint(1, 99)} {rng.choice(STREETS)}^^Larkfield")  # fmt: skip
    day = TODAY - timedelta(days=rng.randint(10, 300))
    stamps = [f"{day + timedelta(days=n):%Y%m%d}0800" for n in range(5)]
    problems = rng.sample(PROBLEMS, rng.randint(1, 4))
    admitted = [f"PV1|1|{rng.choice('IOE')}|W3^12^B|||||||||||||||||V{number}|||||||||||||||||||||||||{stamps[0]}"]
    denied = rng.random() < 0.3
    allergic = (
        [(rng.choice(DENIALS), "")] if denied else [(a[1], a[2]) for a in rng.sample(ALLERGIES, rng.randint(0, 3))]
    )
    admitted += [f"AL1|{n}|DA|A{n}^{text}^L|SV|{reaction}" for n, (text, reaction) in enumerate(allergic, 1)]
    named = [(p.snomed, p.text) for p in problems] + rng.sample(OTHERS, rng.randint(0, 2))
    for n, (code, text) in enumerate(named, 1):
        deleted = "D" if rng.random() < 0.08 else ""
        admitted.append(
            f"DG1|{n}||{code}^{text}^SCT||20{rng.randint(10, 24)}0301|{rng.choice('AWF')}" + "|" * 15 + deleted
        )
    orders = [f"RXE|^{p.medicine[2]}|{p.medicine[0]}^{p.medicine[1]}^RXNORM|1||TAB" for p in problems]
    for code, text, unit, amount in rng.sample(EXTRA_MEDICINES, rng.randint(0, 2)):
        orders.append(f"RXE|^{rng.choice(('BID', 'QD', 'TID'))}|{code}^{text}^RXNORM|{amount}||{unit}")
    first, second = [f"OBR|1|O{number}||24323-8^Panel^LN"], [f"OBR|1|O{number}||24323-8^Panel^LN"]
    for n, problem in enumerate(problems, 1):
        code, text, unit, low, high, spread = problem.result
        value = round(rng.uniform(*spread), 1)
        flag = "H" if high is not None and value > high else "L" if low is not None and value < low else "N"
        span = f"{low}-{high}" if low is not None and high is not None else ""
        first.append(f"OBX|{n}|NM|{code}^{text}^LN||{value}|{unit}|{span}|{flag}|||F|||{stamps[1]}")
        roll = rng.random()
        if roll < 0.2:
            second.append(f"OBX|{n}|NM|{code}^{text}^LN||{value + 1:.1f}|{unit}|||||C|||{stamps[1]}")
        elif roll < 0.3:
            second.append(f"OBX|{n}|NM|{code}^{text}^LN||||||||W|||{stamps[1]}")
    document = ("TXA|1|DS^Discharge summary|TX|" + stamps[4] + "||||||||DOC" + str(number),
                rf"OBX|1|TX|T||Seen by {rng.choice(PHYSICIANS)}.", r"OBX|2|TX|T||Impression: Stable \T\ improving.")  # fmt: skip
    found = message("ADT^A01", f"{control}A", stamps[0], pid, *admitted)
    found += message("RDE^O11", f"{control}R", stamps[0], pid, *orders)
    found += message("ORU^R01", f"{control}B", stamps[1], pid, *first)
    found += message("ORU^R01", f"{control}C", stamps[2], pid, *second) if len(second) > 1 else ""
    return found + message("MDM^T02", f"{control}D", stamps[4], pid, *document)


def note(rng: random.Random) -> str:
    """A note with the usual headed lists, and prose from which nothing may be taken."""
    problems = [p.text for p in rng.sample(PROBLEMS, rng.randint(1, 3))]
    allergic = [a[1] for a in rng.sample(ALLERGIES, rng.randint(0, 2))] or [rng.choice(DENIALS)]
    lists = {"Problems": problems, "Medications": rng.sample(NOTE_MEDICINES, rng.randint(1, 4)), "Allergies": allergic}
    lines = [f"Seen in clinic. Denies {rng.choice(OTHERS)[1].lower()}. Mother had {rng.choice(OTHERS)[1].lower()}.", ""]
    for heading, items in rng.sample(sorted(lists.items()), 3):
        lines += [f"{heading}:", *(f"- {item}" for item in items), ""]
    return "\n".join([*lines, "Assessment: Doing well on current treatment.", "Plan: Review in 3 months."]) + "\n"


def files(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Name and text of every file: messages of `count` patients, and notes of as many others."""
    for number in range(1, count + 1):
        yield f"hl7/stay-{number:04d}.hl7", stay(random.Random(f"hl7/{seed}/{number}"), number)
    rng = random.Random(f"notes/{seed}")
    rows = ["patient_id,note_id,date,note"]
    for number in range(1, count // 2 + 1):
        text = note(rng).replace('"', '""')
        rows.append(f'7{number:05d},n{number},{TODAY - timedelta(days=rng.randint(1, 400))},"{text}"')
    yield "notes/notes.csv", "\n".join(rows) + "\n"
    for number in range(count // 2 + 1, count + 1):
        yield f"notes/plain-{number:04d}.txt", note(rng)


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patients", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    for name, text in files(given.patients, given.seed):
        path = given.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


if __name__ == "__main__":
    main()
