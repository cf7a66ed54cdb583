"""Units of measure: what they are called, which of them are one kind, and by what they differ.

Case decides where it must ("MU" is a million units, "mU" a thousandth; "G" is a needle's gauge, "g" a gram) and nowhere else.
Units whose relation is not fixed (months and days, degrees of two scales, equivalents and moles) stay apart.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple


class Unit(NamedTuple):
    """The unit that stands for its kind, and how many of it one of this is."""

    base: str
    factor: Fraction


# A line is: base unit, factor, then the names; "_" stands for a blank in a name. In any case of letters.
_FREE: Final = """
mg 1 mg mgs milligram milligrams milligramme milligrammes
mg 1000 gm gms gram grams gramme grammes
mg 1000000 kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes
mg 1/1000 mcg mcgs µg μg ug microgram micrograms microgramme microgrammes
mg 1/1000000 ng nanogram nanograms
mg 1/1000000000 pg picogram picograms
ml 1 ml mls cc millilitre millilitres milliliter milliliters
ml 10 cl centilitre centilitres centiliter centiliters
ml 100 dl decilitre decilitres deciliter deciliters
ml 1000 l litre litres liter liters
ml 1/1000 µl μl ul microlitre microlitres microliter microliters
unit 1 u iu i.u. unit units international_unit international_units
mmol 1 mmol mmols millimole millimoles
mmol 1000 mol mole moles
mmol 1/1000 µmol μmol umol micromole micromoles micromol
mmol 1/1000000 nmol nanomole nanomoles
mmol 1/1000000000 pmol picomole picomoles
meq 1 meq milliequivalent milliequivalents
mosm 1 mosm mosmol milliosmol milliosmole milliosmoles
hour 1 hour hours hr hrs hour's hours'
hour 1/60 minute minutes min mins
hour 1/3600 second seconds sec secs
hour 24 day days day's days'
hour 168 week weeks wk wks week's weeks'
hour 336 fortnight fortnights
working_day 1 working_day working_days business_day business_days workday workdays weekday weekdays
calendar_day 1 calendar_day calendar_days
month 1 month months month's months'
month 12 year years yr yrs year's years'
mm 1 mm millimetre millimetres millimeter millimeters
mm 10 cm centimetre centimetres centimeter centimeters
mm 1000 metre metres meter meters
mm 1000000 km kilometre kilometres kilometer kilometers
mm 1/1000 µm μm micron microns micrometre micrometres
inch 1 inch inches
inch 12 ft foot feet
inch 63360 mile miles
m2 1 m2 m² sqm square_metre square_metres square_meter square_meters
cm2 1 cm2 cm² square_centimetre square_centimetres
m3 1 m3 m³ cubic_metre cubic_metres
mm3 1 mm3 mm³
lb 1 lb lbs
ounce 1 oz ounce ounces
% 1 % percent per_cent percents
percentage_point 1 percentage_point percentage_points
°c 1 °c ° degrees_c degrees_celsius degree_celsius celsius °_c degrees_centigrade centigrade ℃
°f 1 °f degrees_f degrees_fahrenheit degree_fahrenheit fahrenheit °_f ℉
degree 1 degree degrees
mmhg 1 mmhg mm_hg
cmh2o 1 cmh2o cm_h2o
kpa 1 kpa
bar 1 bar bars
psi 1 psi
kcal 1 kcal kcals kilocalorie kilocalories
calorie 1 calorie calories
kj 1 kj kilojoule kilojoules
dose 1 dose doses
tablet 1 tablet tablets tab tabs
capsule 1 capsule capsules cap caps
pill 1 pill pills
puff 1 puff puffs
drop 1 drop drops
spray 1 spray sprays
ampoule 1 ampoule ampoules ampule ampules amp amps
vial 1 vial vials
sachet 1 sachet sachets
patch 1 patch patches
suppository 1 suppository suppositories
teaspoon 1 teaspoon teaspoons tsp
tablespoon 1 tablespoon tablespoons tbsp
cup 1 cup cups
glass 1 glass glasses
time 1 time times
beat 1 beat beats
breath 1 breath breaths
beat/hour 60 bpm
rpm 1 rpm
point 1 point points
euro 1 euro euros eur €
euro 1/100 eurocent eurocents
dollar 1 dollar dollars usd $
cent 1 cent cents
pound 1 pound pounds gbp £
pound 1/100 pence penny
volt 1 volt volts
watt 1 watt watts
watt_hour 1 wh
watt_hour 1000 kwh
mah 1 mah
db 1 db decibel decibels
pixel 1 pixel pixels px
copy 1 copies copy
cell 1 cells cell
"""
# The same, where the case of the letters decides.
_CASED: Final = """
mg 1000 g
gauge 1 G
unit 1000000 MU MIU
unit 1000 kU kIU KU
unit 1/1000 mU mIU
unit 1/1000000 µU μU uU µIU μIU uIU
hour 1 h
hour 1/3600 s
hour 24 d
month 12 y
mm 1000 m
°c 1 C
°f 1 F
volt 1 V
volt 1/1000 mV
volt 1000 kV
watt 1 W
watt 1000 kW
watt 1000000 MW
watt 1/1000 mW
hertz 1 Hz
hertz 1000 kHz
hertz 1000000 MHz
hertz 1000000000 GHz
byte 1000 kB KB
byte 1000000 MB
byte 1000000000 GB
byte 1000000000000 TB
bit/hour 3600000000 Mbps
bit 1000000 Mb Mbit
bit 1000000000 Gb Gbit
ampere 1/1000 mA
gray 1 Gy
gray 1/1000 mGy
sievert 1/1000 mSv
sievert 1/1000000 µSv μSv uSv
"""
TIME: Final = frozenset({"hour", "working_day", "calendar_day", "month"})
"""Bases that measure time."""
AMOUNT: Final = frozenset({"mg", "unit", "mmol", "meq"})
"""Bases of what a volume may hold."""
FORMS: Final = r"(?:tablets?|capsules?|pills?|sachets?|vials?|ampoules?|suppositor(?:y|ies)|bags?|doses?|patches|patch)"
"""What a strength stands before: "two 500 mg tablets"."""


def _table(lines: str) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for line in lines.split("\n"):
        if line:
            base, factor, *names = line.split()
            found.update({name.replace("_", " "): Unit(base, Fraction(factor)) for name in names})
    return found


FREE: Final = _table(_FREE)
CASED: Final = _table(_CASED)
_CURRENCY: Final = re.compile(r"(?:(?P<sign>[€$£])|\b(?P<code>EUR|USD|GBP))\s?$")


def unit_at(text: str, at: int) -> tuple[Unit, int] | None:
    """The unit whose name begins at `at`, and where it ends; the longest name counts. None where there is none."""
    first = text[at : at + 1]
    if not first or first.isdigit() or first.isspace():
        return None
    for table, names, key in ((CASED, _cased(), first), (FREE, _free(), first.casefold())):
        if key in names and (match := names[key].match(text, at)):
            name = " ".join(match.group().split()).replace("’", "'")
            return table[name if table is CASED else name.casefold()], match.end()
    return None


def currency_before(text: str, at: int) -> tuple[Unit, int] | None:
    """The currency that stands before a number that begins at `at`, and where it begins."""
    match = _CURRENCY.search(text, max(0, at - 5), at)
    return (FREE[match.group().strip().casefold()], match.start()) if match else None


@lru_cache(maxsize=1)
def _cased() -> dict[str, re.Pattern[str]]:
    return _by_first(CASED, re.NOFLAG)


@lru_cache(maxsize=1)
def _free() -> dict[str, re.Pattern[str]]:
    return _by_first(FREE, re.IGNORECASE)


def _by_first(table: dict[str, Unit], flags: re.RegexFlag) -> dict[str, re.Pattern[str]]:
    """For each first letter the names, longest first; one that ends in a letter ends where the word does ("C" is no "Cm")."""
    parts: dict[str, list[str]] = {}
    for name in sorted(table, key=len, reverse=True):
        spelled = re.escape(name).replace(r"\ ", r"\s{1,2}").replace("'", "['’]")
        parts.setdefault(name[0], []).append(spelled + (r"(?![\w’'°])" if name[-1].isalnum() else ""))
    return {first: re.compile("|".join(names), flags) for first, names in parts.items()}
