"""Made rows of the kinds that organisations' documents have and encyclopedias lack: tables, ranges, twin sentences.

Each template gives a question that its passage answers and near misses that it does not: another row, another column,
a value outside all ranges, another group, time or direction. The facts are invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from assistant.tune.reader_data import Row

_TRUST: Final = 0.7
_TOPICS: Final[tuple[tuple[str, tuple[str, ...], tuple[tuple[str, str, tuple[str, ...]], ...]], ...]] = (
    ("Medicine", ("cefalexin", "ramipril", "loratadine", "zopiclone", "bisoprolol", "nystatin", "ondansetron", "senna"), (
        ("Adult dose", "what is the adult dose of {r}", ("{n} mg twice daily", "{n} mg at night", "{n} micrograms", "{n} mL")),
        ("Child dose", "how much {r} for a child", ("{n} mg/kg", "{n} mg three times daily", "{n} drops")),
        ("Route", "how is {r} given", ("by mouth", "into a vein", "under the tongue", "into the muscle", "on the skin")),
        ("Longest course", "how long can {r} be taken", ("{n} days", "{n} weeks")),
        ("Storage", "where do we keep {r}", ("in the fridge", "locked cupboard", "below 25 degrees", "room {n}")),
    )),
    ("Service", ("podiatry", "eye clinic", "dietitian", "blood tests", "hearing clinic", "pharmacy", "x-ray", "physiotherapy"), (
        ("Opening hours", "when is {r} open", ("Mon-Fri 9-{n}", "Tuesday mornings", "every day until 18:{n}")),
        ("Phone", "what number do I call for {r}", ("ext. 4{n}", "0{n} 555 21", "none, write instead")),
        ("Floor", "which floor is {r} on", ("floor {n}", "ground floor", "basement")),
        ("Contact", "who is in charge of {r}", ("Ms. Okafor", "Dr. Lindqvist", "Mr. Patel", "the duty nurse", "Jo Marsh")),
        ("Cost", "how much does {r} cost", ("free of charge", "{n} euros", "{n} pounds with a card")),
    )),
    ("Product", ("travel kettle", "desk lamp", "rain jacket", "wireless mouse", "camping stove", "yoga mat", "backpack"), (
        ("Guarantee", "how long is the guarantee on the {r}", ("{n} months", "{n} years", "no guarantee")),
        ("Delivery time", "when will the {r} arrive", ("{n} working days", "next day", "{n} weeks")),
        ("Price", "what does the {r} cost", ("{n}.99", "{n} dollars", "from {n} euros")),
        ("Material", "what is the {r} made of", ("steel", "recycled cotton", "nylon", "bamboo")),
        ("Returns", "can I send the {r} back", ("within {n} days", "not returnable", "unopened only")),
    )),
    ("Part", ("inlet filter", "drive belt", "door seal", "battery pack", "fuse", "drain hose", "fan", "display"), (
        ("Replace every", "how often do I change the {r}", ("{n} months", "{n} hours of use", "when worn")),
        ("Part number", "what is the part number of the {r}", ("KX-{n}4", "{n}-77B", "ZR{n}0")),
        ("Torque", "how tight should the {r} be", ("{n} Nm", "hand-tight")),
        ("Cleaning", "how do you clean the {r}", ("rinse with water", "dry cloth", "do not clean", "soapy water")),
        ("Supplier", "who supplies the {r}", ("Brandt Ltd", "Nordia", "own workshop")),
    )),
    ("Leave type", ("parental leave", "study leave", "sick leave", "annual leave", "jury service", "moving house"), (
        ("Days", "how many days do I get for {r}", ("{n} days", "{n} days a year", "up to {n} weeks")),
        ("Pay", "is {r} paid", ("full pay", "half pay after {n} weeks", "unpaid")),
        ("Approved by", "who approves {r}", ("line manager", "HR", "head of department")),
        ("Notice", "how early must I ask for {r}", ("{n} weeks", "{n} days", "no notice needed")),
    )),
)  # fmt: skip
_RANGES: Final = (
    ("INR", "", (1, 12), ("withhold the next dose", "continue as before", "give vitamin K", "check again in a week")),
    ("room temperature", " °C", (2, 40), ("close the vents", "call the technician", "move the stock", "no action")),
    ("potassium", " mmol/L", (2, 8), ("repeat the test", "call the doctor on duty", "give a supplement", "observe")),
    ("order value", " euros", (10, 900), ("delivery costs 4.50", "delivery is free", "a signature is needed")),
    ("tyre pressure", " bar", (1, 9), ("inflate before use", "ready for use", "let air out", "do not drive")),
    ("weight", " kg", (10, 120), ("half a tablet", "one tablet", "two tablets", "ask the pharmacist")),
    ("battery level", " %", (1, 99), ("charge at once", "may be used", "replace the pack")),
    ("blood sugar", " mmol/L", (2, 30), ("give juice", "continue meals", "give extra insulin", "test for ketones")),
    ("years of service", "", (1, 30), ("two extra days", "five extra days", "no extra days")),
)  # fmt: skip
# A sentence with its amount, a question that it answers, and one of its twin, which it does not.
_TWINS: Final = (
    ("Adults receive {a}. ", "how much do adults get", "how much do newborns get"),
    ("Children under {n} receive {a}. ", "what do small children get", "what do pregnant women get"),
    ("Before the scan patients drink {a}. ", "what do patients drink before the scan", "what do patients drink after the scan"),
    ("Staff must report a fall within {a}. ", "how quickly is a fall reported", "how quickly is a theft reported"),
    ("The night team is called on extension {a}. ", "how do I call the night team", "how do I call the day team"),
    ("The alarm sounds when pressure rises above {a}. ", "when does the alarm sound if it rises", "what if the pressure falls"),
    ("Members pay {a} for the course. ", "what do members pay", "what do non-members pay"),
    ("The left valve is opened by {a}. ", "how far is the left valve opened", "how far is the right valve opened"),
    ("Online orders are refunded after {a}. ", "when are online orders refunded", "when are shop purchases refunded"),
    ("The main gate closes at {a}. ", "when does the main gate close", "when does the main gate open"),
    ("Visitors may stay for {a}. ", "how long may visitors stay", "how many visitors may come"),
    ("Alcohol raises the level by {a}. ", "how much does alcohol raise the level", "how much does coffee raise the level"),
    ("The insurer pays {a} for glasses. ", "what does the insurer pay for glasses", "what does the insurer pay for hearing aids"),
    ("In winter the pool is heated to {a}. ", "how warm is the pool in winter", "how warm is the pool in summer"),
    ("The first dose is given after {a}. ", "when is the first dose given", "when is the last dose given"),
    ("Gift cards are valid for {a}. ", "how long are gift cards valid", "how long are vouchers from the hotel valid"),
)  # fmt: skip
_AMOUNTS: Final = ("{n} mL", "{n} minutes", "{n} euros", "{n} hours", "{n} days", "{n} units", "{n}:00", "{n} degrees")


def _fill(text: str, rng: random.Random) -> str:
    return text.format(n=rng.randint(2, 60)) if "{n}" in text else text


def _row(question: str, passage: str, answer: str, source: str, rng: random.Random, start: int = -1) -> Row:
    if rng.random() < 0.7:
        question = question[:1].upper() + question[1:] + "?"
    label = int(bool(answer))
    at = start if start >= 0 else passage.find(answer) if answer else -1
    return Row("answer", question, passage, at, at + len(answer) if at >= 0 else -1, label, _TRUST, source, source)


def _printed(
    kind: str,
    items: Sequence[str],
    names: Sequence[str],
    cells: Mapping[tuple[str, str], str],
    asked: tuple[str, str],
    *,
    pipes: bool,
) -> tuple[str, int]:
    """The table as text, and where in it the cell that is asked for begins."""
    text, at = "", -1
    if pipes:
        text = f"| {kind} | " + " | ".join(names) + " |\n"
    before, after, end = (" ", " |", "\n") if pipes else ("; {}: ", "", ".\n")
    for item in items:
        text += f"| {item} |" if pipes else f"{kind}: {item}"
        for name in names:
            text += before.format(name)
            if (item, name) == asked:
                at = len(text)
            text += cells[item, name] + after
        text += end
    return text, at


def table(rng: random.Random) -> list[Row]:
    """A table as pipes or as "Header: value" lines; questions of a cell, of a missing row and of a missing column."""
    kind, items, columns = rng.choice(_TOPICS)
    chosen = rng.sample(items, rng.randint(2, min(5, len(items) - 1)))
    shown = rng.sample(columns, rng.randint(2, len(columns) - 1))
    cells = {(r, c[0]): _fill(rng.choice(c[2]), rng) for r in chosen for c in shown}
    item, column = rng.choice(chosen), rng.choice(shown)
    names = [c[0] for c in shown]
    passage, at = _printed(kind, chosen, names, cells, (item, column[0]), pipes=rng.random() < 0.5)
    absent_item = rng.choice([i for i in items if i not in chosen])
    absent_column = rng.choice([c for c in columns if c not in shown])
    found = [_row(column[1].format(r=item), passage, cells[item, column[0]], "made-table", rng, at)]
    found.append(_row(column[1].format(r=absent_item), passage, "", "made-table", rng))
    if rng.random() < 0.7:
        found.append(_row(absent_column[1].format(r=item), passage, "", "made-table", rng))
    return found


def ranges(rng: random.Random) -> list[Row]:
    """Conditions by range: a value inside one, a value that none holds, and another measure."""
    name, unit, (low, high), actions = rng.choice(_RANGES)
    span = high - low
    cuts = sorted(rng.sample([round(low + span * i / 12, 1) for i in range(1, 12)], 3))
    acts = rng.sample(actions, 3)
    bands = [(low, cuts[0]), (cuts[0], cuts[1]), (cuts[1], cuts[2])]
    forms = rng.choice((
        ("{m} {a} to {b}{u}: {act}.", "{m} above {b}{u}: {act}."),
        ("If the {m} is between {a} and {b}{u}, {act}.", "If the {m} is over {b}{u}, {act}."),
        ("| {m} {a}-{b}{u} | {act} |", "| {m} > {b}{u} | {act} |"),
    ))  # fmt: skip
    parts = [(a, b, forms[0].format(m=name, a=f"{a:g}", b=f"{b:g}", u=unit, act=act), act)
             for (a, b), act in zip(bands, acts, strict=True)]  # fmt: skip
    shown = rng.sample(parts, rng.randint(1, 3))
    shown.sort(key=lambda p: p[0])
    passage = "\n".join(p[2] for p in shown)
    asks = rng.choice(("what to do if {m} is {v}{u}", "{m} of {v}{u}, what now", "the {m} is {v}{u}. what should happen",
                       "{m} {v}{u}", "my {m} is {v}{u}, what does that mean"))  # fmt: skip
    a, b, _, act = rng.choice(shown)
    inside = round(a + (b - a) * rng.uniform(0.2, 0.8), 1)
    found = [_row(asks.format(m=name, v=f"{inside:g}", u=unit), passage, act, "made-range", rng)]
    hidden = [p for p in parts if p not in shown]
    a, b = (hidden[0][0], hidden[0][1]) if hidden else (cuts[2] + span / 12, cuts[2] + span / 4)
    outside = round(a + (b - a) * rng.uniform(0.2, 0.8), 1)
    found.append(_row(asks.format(m=name, v=f"{outside:g}", u=unit), passage, "", "made-range", rng))
    if rng.random() < 0.4:
        other = rng.choice([r for r in _RANGES if r[0] != name])
        found.append(_row(asks.format(m=other[0], v=f"{inside:g}", u=other[1]), passage, "", "made-range", rng))
    return found


def twins(rng: random.Random) -> list[Row]:
    """A few sentences of which one answers; its twin (another group, time, side or direction) is asked too."""
    chosen = rng.sample(_TWINS, rng.randint(1, 4))
    passage, places = "", []
    for form, _, _ in chosen:
        amount = _fill(rng.choice(_AMOUNTS), rng)
        before = form.partition("{a}")[0].replace("{n}", "12")
        places.append((len(passage) + len(before), amount))
        passage += form.replace("{n}", "12").replace("{a}", amount)
    index = rng.randrange(len(chosen))
    (at, amount), (_, asked, twin) = places[index], chosen[index]
    return [
        _row(asked, passage.strip(), amount, "made-twin", rng, at),
        _row(twin, passage.strip(), "", "made-twin", rng),
    ]


def made(count: int, rng: random.Random) -> list[Row]:
    """About `count` rows of all templates."""
    makers: tuple[Callable[[random.Random], list[Row]], ...] = (table, ranges, twins)
    found: list[Row] = []
    while len(found) < count:
        found.extend(rng.choices(makers, (3, 2, 2))[0](rng))
    return found
