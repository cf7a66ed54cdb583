"""One grammar of doses and numbers: what is written differently and means the same is equal, and nothing else is."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.language.quantities import Quantity, quantities, stands


def only(text: str) -> Quantity:
    found = quantities(text)
    assert len(found) == 1, (text, found)
    return found[0]


@pytest.mark.parametrize(
    "same",
    [
        ("0,5 mg", "0.5 mg", ".5 mg", "0·5 mg", "0.50 mg", "½ mg", "500 micrograms", "500 µg", "500 mcg"),
        ("5 mg/day", "5 mg daily", "5 mg once a day", "5 mg per day", "5 mg a day", "5 mg every day", "5 mg once daily", "5 mg OD",
         "5 mg in 24 hours", "daily dose of 5 mg", "5 mg/24 h", "5 mg by mouth once daily", "5 mg of prednisolone daily"),
        ("5 mg/kg", "5 mg per kg", "5 mg kg-1", "5 mg/kilogram", "5 mg kg⁻¹"),
        ("5 mg/kg/day", "5 mg/kg daily", "5 mg per kg a day"),
        ("10 MU", "10 million units", "10 000 000 units", "10,000,000 IU", "10 MIU"),
        ("-5 C", "−5 °C", "minus 5 degrees Celsius", "-5°C"),
        ("5-10 mg", "5 to 10 mg", "5–10 mg", "5 mg to 10 mg", "5 mg - 10 mg", "between 5 and 10 mg", "0.005-0.01 g"),
        ("1 000 mg", "1\u202f000 mg", "1\u00a0000 mg", "1\u2009000 mg", "1,000 mg", "1000 mg", "1 g", "1'000 mg", "one gram", "1000mg"),
        ("1/2 tablet", "½ tablet", "half a tablet", "half tablet", "0.5 tablets", "half of a tablet"),
        ("1 1/2 tablets", "1½ tablets", "1.5 tablets", "one and a half tablets", "1,5 tablets"),
        ("3 x 10^9/L", "3 × 10⁹/L", "3x10^9/l", "3*10^9 per litre", "3 x 10*9/L", "3e9/L"),
        ("5 mg in 10 ml", "0.5 mg/ml", "5 mg/10 ml", "5 mg per 10 ml", "0.5 g/l", "5 mg dissolved in 10 ml"),
        ("up to 4 g", "no more than 4 g", "at most 4 g", "maximum 4 g", "4 g or less", "do not exceed 4 g", "≤ 4 g", "≤4 g"),
        ("at least 12 years", "12 years and over", "12 years or older", "≥12 years", "no less than 12 years"),
        ("twice a day", "twice daily", "two times a day", "2 times daily", "2 times per day"),
        ("every 6 hours", "6-hourly", "6 hourly", "q6h"),
        ("every 4 to 6 hours", "4-6 hourly", "every 4–6 hours"),
        ("two hundred and fifty", "250"), ("25", "twenty-five", "twenty five"), ("three million", "3 million", "3,000,000"),
        ("a dozen", "12", "twelve"), ("two-thirds", "2/3 of"), ("1 in 1000", "1 in 1,000", "1:1000"),
        ("£5", "5 pounds", "GBP 5", "500 pence"), ("€5.50", "5,50 EUR", "5.50 euros"),
        ("9 am", "9:00 am", "09:00", "9 a.m."), ("9 pm", "21:00"), ("28 November", "November 28", "28th of November", "28 Nov"),
        ("5 working days", "5 business days"), ("38.5 °C", "38.5C", "38,5 degrees Celsius"), ("24 hours", "one day", "1 day"),
        ("70 bpm", "70 beats per minute", "70 beats/min"), ("5%", "5 percent", "5 per cent"),
    ],
)  # fmt: skip
def test_one_quantity_in_many_spellings(same: tuple[str, ...]) -> None:
    assert len({only(text) for text in same}) == 1, {text: only(text) for text in same}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0,5 mg", "5 mg"), ("0,5 mg", "0 mg"), (".5 mg", "5 mg"), ("5 mg/day", "5 mg/week"), ("5 mg/day", "5 mg"), ("5 mg/week", "5 mg"),
        ("35 mg/week", "5 mg/day"), ("5 mg/kg", "5 mg"), ("10 MU", "10 mU"), ("-5 C", "5 C"), ("1 000 mg", "1 mg"), ("1 000 mg", "0 mg"),
        ("1/2 tablet", "2 tablets"), ("1/2 tablet", "1 tablet"), ("½ tablet", "1 tablet"), ("half a tablet", "1 tablet"),
        ("3 x 10^9/L", "3 x 10^6/L"), ("3 x 10^9/L", "3/L"), ("5 mg in 10 ml", "10 mg in 5 ml"), ("5-10 mg", "5 mg"), ("5-10 mg", "10 mg"),
        ("-5 to 10 °C", "5 to 10 °C"), ("5 mg", "5 g"), ("5 mg", "5 mcg"), ("up to 4 g", "4 g"), ("up to 4 g", "at least 4 g"),
        ("under 12 years", "over 12 years"), ("over 12 years", "12 years or older"), ("less than 5", "at most 5"), ("1,000 mg", "1.000 mg"),
        ("5 working days", "5 days"), ("28 November", "28 December"), ("9 am", "9 pm"), ("twice a day", "twice a week"),
        ("1 in 1000", "1 in 10,000"), ("5 euros per item", "5 euros per order"), ("21 G", "21 g"), ("10 °C", "10 °F"),
        ("every 6 hours", "6 hours"), ("5 mg every other day", "5 mg daily"), ("2nd", "2"),
        ("1:1000", "1000"), ("from 10 to 5 mg", "5 to 10 mg"),
        ("5 mg/ml", "5 mg/l"), ("192.168.0.1", "192.168.0.2"), ("2.5.1", "2.5.2"), ("5 mmol/L", "5 mg/L"), ("$5", "£5"), ("about 5", "5"),
    ],
)  # fmt: skip
def test_what_means_something_else_differs(one: str, other: str) -> None:
    assert only(one) != only(other)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("B12, HbA1c and T4", []),
        ("one of them once it works", []),
        ("its half-life is short", []),
        ("Take 2 500 mg tablets", ["", "mg"]),
        ("5 may be given", [""]),
        ("5, 10 or 15 mg", ["mg", "mg", "mg"]),
        ("120/80 mmHg", ["mmhg", "mmhg"]),
        ("5 mg bd", ["mg", "time/day"]),
        ("They bid 5 euros", ["euro"]),
        ("10 mg reviewed weekly", ["mg"]),
        ("2 tablets three times a day", ["tablet", "time/day"]),
        ("see [3] and [12]", []),
        ("(5 mg) -10 mg", ["mg", "mg"]),
        ("Give 5 mg\n- 10 ml", ["mg", "ml"]),
        ("A daily walk of 5 km", ["mm"]),
        ("the first half of 2024", [""]),
        ("a third dose", []),
        ("0800 123 456", ["#0800", ""]),
    ],
)
def test_what_is_a_quantity_and_of_what(text: str, units: list[str]) -> None:
    assert [quantity.unit for quantity in quantities(text)] == units


@pytest.mark.parametrize(
    ("said", "source", "right"),
    [
        ("Give 5 mg daily.", "Give 0,5 mg daily.", False),
        ("Give .5 mg.", "Give 5 mg.", False),
        ("Give 5 mg/day.", "Give 5 mg/week.", False),
        ("Keep at -5 C.", "Keep at 5 C.", False),
        ("Take 1/2 tablet.", "Take 2 tablets.", False),
        ("It is 3 x 10^9.", "It is 3 x 10^6.", False),
        ("Give 5 mg.", "Give 5 to 10 mg.", False),
        ("Give 5 mg daily.", "Give 5 mg once a day.", True),
        ("Give 500 mg.", "Give 0.5 g.", True),
        ("Give 1 g over 30 minutes.", "Give 1 g in 100 ml over 30 minutes.", True),
        ("Give 1 g in 10 ml.", "Give 1 g in 100 ml.", False),
        ("Start with 500 mg.", "Start with 500 mg once daily.", True),
        ("Start with 500 mg.", "Start with 500 mg/day.", False),
        ("It takes 5.", "It takes 5 weeks.", True),
        ("It takes 5 weeks.", "It takes 5.", False),
        ("Adults may take 4 g.", "Adults may take up to 4 g.", False),
    ],
)
def test_an_answer_stands_by_its_source(said: str, source: str, right: bool) -> None:
    there = quantities(source)
    assert all(stands(quantity, there) for quantity in quantities(said)) is right


def test_without_bounds_an_end_of_a_range_may_be_named() -> None:
    assert stands(only("5 mg"), quantities("5-10 mg"), bounds=False)
    assert not stands(only("7 mg"), quantities("5-10 mg"), bounds=False)
    assert not stands(only("5 mg"), quantities("5-10 mg"))


def test_the_place_is_that_of_the_text() -> None:
    text = "Give [1] about 1,5 mg/kg daily, then -5 °C."
    assert [text[q.start : q.end] for q in quantities(text)] == ["1,5 mg/kg daily", "-5 °C"]


# ---------------------------------------------------------------- properties

UNITS = {
    "mg": (("mg", 1), ("milligrams", 1), ("MG", 1), ("g", 1000), ("kg", 10**6)),
    "ml": (("ml", 1), ("mL", 1), ("millilitres", 1), ("L", 1000)),
    "mmol/ml": (("mmol/ml", 1), ("mol/L", 1)),
    "mg/kg": (("mg/kg", 1), ("milligrams per kg", 1), ("mg per kilogram", 1), ("g/kg", 1000)),
    "mg/day": (("mg/day", 1), ("mg daily", 1), ("mg a day", 1), ("mg once daily", 1), ("g per day", 1000)),
    "mg/week": (("mg/week", 1), ("mg weekly", 1), ("mg once a week", 1)),
    "°c": (("°C", 1), ("degrees Celsius", 1), ("C", 1)),
    "unit": (("units", 1), ("IU", 1), ("kU", 1000), ("MU", 10**6)),
    "tablet": (("tablets", 1), ("tablet", 1)),
    "working_day": (("working days", 1), ("business days", 1)),
    "euro": (("euros", 1), ("EUR", 1), ("€", 1)),
    "": (("", 1),),
}
VULGAR = {Fraction(1, 2): "½", Fraction(1, 4): "¼", Fraction(3, 4): "¾", Fraction(1, 8): "⅛"}
BOUNDS = {
    "": ("", ""), "<=": ("up to ", ""), ">=": ("at least ", ""), "<": ("less than ", ""), ">": ("more than ", ""), "~": ("about ", ""),
}  # fmt: skip


def numbers() -> st.SearchStrategy[Fraction]:
    return st.one_of(
        st.integers(0, 99_999).map(lambda n: Fraction(n)),
        st.integers(1, 9_999).map(lambda n: Fraction(n, 10)),
        st.integers(1, 99_999).map(lambda n: Fraction(n, 1000)),
        st.tuples(st.integers(0, 20), st.sampled_from(sorted(VULGAR))).map(lambda pair: pair[0] + pair[1]),
    )


def decimals(value: Fraction) -> str:
    thousandths = value * 1000
    assert thousandths.denominator == 1
    whole, rest = divmod(thousandths.numerator, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


@st.composite
def written(draw: st.DrawFn, value: Fraction) -> str:
    """A number in one of its spellings."""
    plain = decimals(value)
    whole, _, rest = plain.partition(".")
    styles = [plain]
    if len(whole) > 3:
        for gap in (",", " ", "\u00a0", "\u2009", "\u202f", "'"):
            styles.append(f"{whole[:-3]}{gap}{whole[-3:]}" + (f".{rest}" if rest else ""))
    if rest:
        styles.append(f"{whole}·{rest}")
        # "1,125" is a thousand and more, "0,125" and "1,25" are not.
        if len(rest) != 3 or whole == "0" or len(whole) > 3:
            styles.append(f"{whole},{rest}")
        if whole == "0":
            styles.append(f".{rest}")
        if (part := value - int(whole)) in VULGAR:
            styles.append(VULGAR[part] if whole == "0" else f"{whole}{VULGAR[part]}")
    return draw(st.sampled_from(styles))


@st.composite
def spelled(draw: st.DrawFn, low: Fraction, high: Fraction, unit: str, bound: str) -> str:
    """A quantity (numbers in thousandths of the base unit, so that larger units leave them writable)."""
    name, factor = draw(
        st.sampled_from([u for u in UNITS[unit] if all((n * 1000 / u[1]).denominator == 1 for n in (low, high))])
    )
    blank = draw(st.sampled_from([" ", "\u00a0"])) if name[:1].isalpha() else draw(st.sampled_from(["", " "]))
    number = draw(written(low / factor))
    if low != high:
        number += draw(st.sampled_from(["-", "–", " to "])) + draw(written(high / factor))
    return f"{BOUNDS[bound][0]}{number}{blank if name else ''}{name}"


KINDS = st.tuples(numbers(), numbers(), st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(BOUNDS)), st.booleans())


def meant(kind: tuple[Fraction, Fraction, str, str, bool]) -> tuple[Fraction, Fraction, str, str]:
    one, other, unit, bound, ranged = kind
    # Bare ranges of small whole numbers are times, scores and much else; a range has a unit here.
    return (min(one, other), max(one, other), unit, bound) if ranged and unit else (one, one, unit, bound)


@given(st.data(), KINDS)
def test_every_spelling_of_a_quantity_is_equal(
    data: st.DataObject, kind: tuple[Fraction, Fraction, str, str, bool]
) -> None:
    low, high, unit, bound = meant(kind)
    text = data.draw(spelled(low, high, unit, bound))
    found = only(f"Here it is {text}.")
    assert (found.low, found.high, found.unit, found.bound) == (low, high, unit, bound), text


@given(st.data(), KINDS, KINDS)
def test_two_quantities_are_never_taken_for_one(
    data: st.DataObject,
    one: tuple[Fraction, Fraction, str, str, bool],
    other: tuple[Fraction, Fraction, str, str, bool],
) -> None:
    first, second = meant(one), meant(other)
    assume(first != second)
    assert only(data.draw(spelled(*first))) != only(data.draw(spelled(*second)))


@given(st.text(alphabet="0123456789.,-–/ ½:x^mgkdayper", max_size=60))
def test_any_text_is_read_in_order_and_within_itself(text: str) -> None:
    found = quantities(text)
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "1,", "1.", "1/", "1:", "1-", "1 000 ", "five ", "one hundred and ", "half a ", "5 mg ", "5 mg per ", "10^", "q6h ", "1 1/",
     " " , "minus ", "up to ", "daily dose of ", "-", "½", "a dozen ", "28 November ", "5 mg in 10 ml ", "a hundred "],
)  # fmt: skip
def test_anything_takes_time_by_its_length(piece: str) -> None:
    short, long = piece * (5_000 // len(piece)), piece * (40_000 // len(piece))
    quantities(short)
    begun = time.process_time()
    quantities(short)
    middle = time.process_time()
    quantities(long)
    done = time.process_time() - middle
    # Eight times the text takes eight times the time; two and a half times that is left for noise.
    assert done < 20 * max(middle - begun, 0.02), (middle - begun, done)


def test_a_megabyte_of_digits_is_one_number_and_quick() -> None:
    begun = time.process_time()
    assert [q.unit[:2] for q in quantities("9" * 1_000_000)] == ["#9"]
    assert time.process_time() - begun < 1
