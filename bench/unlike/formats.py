"""How five countries write phones, post codes, addresses, dates and numbers of persons. All made up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

_MONTHS: Final = "January February March April May June July August September October November December".split()


def _digits(rng: random.Random, form: str) -> str:
    """`form` with every # replaced by a digit and every @ by a capital letter."""
    letters = "ABCEGHJKLMNPRSTWXYZ"
    return "".join(str(rng.randrange(1, 10)) if c == "#" else rng.choice(letters) if c == "@" else c for c in form)


@dataclass(frozen=True)
class Country:
    """The written forms of one country: in a form, # stands for a digit and @ for a capital letter."""

    name: str
    domain: str
    phones: tuple[str, ...]
    posts: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    ids: tuple[str, ...]
    plates: tuple[str, ...]
    passports: tuple[str, ...]
    day_first: bool
    separator: str

    def email(self, rng: random.Random, first: str, last: str) -> str:
        """An address at a domain of examples."""
        return f"{first[: rng.choice((1, 12))]}{rng.choice('._-')}{last}@{rng.choice(('post', 'mail', 'praxis'))}.example.{self.domain}"

    def value(self, kind: str, rng: random.Random) -> tuple[str, str]:
        """The entity's name and a value for a slot of a template. KeyError for a slot that is not known."""
        forms = {
            "phone": ("PHONE", self.phones),
            "post": ("POST_CODE", self.posts),
            "street": ("STREET", self.streets),
            "city": ("CITY", self.cities),
            "natid": ("NATIONAL_ID", self.ids),
            "plate": ("PLATE", self.plates),
            "passport": ("PASSPORT", self.passports),
            "mrn": ("HOSPITAL_NUMBER", ("#######", "@######", "##-##-##", "RX#/#####")),
            "policy": ("POLICY_NUMBER", ("@@ #### ####", "####-@@-###", "@#########")),
            "ip": ("IP_ADDRESS", ("10.#.##.##", "192.168.#.##")),
            "url": ("URL", ("https://people.example.org/u/@@###", "www.example.net/~@###")),
        }
        if kind in forms:
            entity, options = forms[kind]
            return entity, _digits(rng, rng.choice(options))
        return {"date": self._date, "dob": self._birth, "daymonth": self._day_month, "monthyear": self._month_year}[
            kind
        ](rng)

    def _numeric(self, rng: random.Random, year: int) -> str:
        day, month = rng.randrange(1, 29), rng.randrange(1, 13)
        first, second = (day, month) if self.day_first else (month, day)
        return rng.choice(
            (
                f"{first:02}{self.separator}{second:02}{self.separator}{year}",
                f"{first}{self.separator}{second}{self.separator}{year % 100:02}",
            )
        )

    def _written(self, rng: random.Random, year: int) -> str:
        month = rng.choice(_MONTHS)
        day = rng.randrange(1, 29)
        return (
            rng.choice((f"{day} {month[:3]} {year}", f"{day}. {month} {year}"))
            if self.day_first
            else f"{month} {day}, {year}"
        )

    def _date(self, rng: random.Random) -> tuple[str, str]:
        return "DATE", rng.choice((self._numeric, self._written))(rng, rng.randrange(2019, 2026))

    def _birth(self, rng: random.Random) -> tuple[str, str]:
        return "BIRTH", rng.choice((self._numeric, self._written))(rng, rng.randrange(1931, 2012))

    def _day_month(self, rng: random.Random) -> tuple[str, str]:
        day, month = rng.randrange(1, 29), rng.choice(_MONTHS)
        ending = "th" if 3 < day < 21 or day > 23 else ("th", "st", "nd", "rd")[day % 10] if day % 10 < 4 else "th"
        options = (
            (f"{day}{ending} {month}", f"{day} {month[:3]}")
            if self.day_first
            else (f"{month} {day}", f"{month[:3]} {day}{ending}")
        )
        return "DAY_MONTH", rng.choice(options)

    def _month_year(self, rng: random.Random) -> tuple[str, str]:
        month, year = rng.choice(_MONTHS), rng.randrange(2018, 2026)
        return "MONTH_YEAR", rng.choice(
            (f"{month[:3]} '{year % 100}", f"{month} {year}", f"{rng.randrange(1, 13):02}/{year}")
        )


COUNTRIES: Final = (
    Country(
        "US",
        "com",
        ("(2##) 5##-####", "2##.5##.####", "+1 2## 5## ####", "2##5######"),
        ("#####", "#####-####"),
        ("## Birchwood Ct", "#### W Larkspur Ave Apt #@", "### Old Mill Rd", "P.O. Box ###"),
        ("Tuscaloosa", "Walla Walla", "Fond du Lac", "Bakersfield", "Poughkeepsie"),
        ("###-##-####", "### ## ####"),
        ("@@@ ####", "#@@@###"),
        ("#########", "@########"),
        False,
        "/",
    ),
    Country(
        "UK",
        "co.uk",
        ("07### ######", "020 7### ####", "+44 7### ### ###", "(0131) 5## ####"),
        ("@@# #@@", "@# #@@"),
        ("# The Paddocks", "## Gasworks Lane", "Flat #, ## St Cuthbert's Row", "Rose Cottage, Mill Hill"),
        ("Kirkcaldy", "Stoke-on-Trent", "Aberystwyth", "Hemel Hempstead", "Goole"),
        ("### ### ####", "@@ ## ## ## A"),
        ("@@## @@@", "@### @@@"),
        ("#########",),
        True,
        "/",
    ),
    Country(
        "FR",
        "fr",
        ("06.##.##.##.##", "01 4# ## ## ##", "+33 6 ## ## ## ##", "06########"),
        ("1####", "7####"),
        ("#, rue des Lilas", "## bis avenue Foch", "### boulevard de la Marne", "# impasse du Puits"),
        ("Quimper", "Saint-Étienne", "Aix-les-Bains", "Roubaix", "Montélimar"),
        ("1 ## 01 ## ### ### ##", "2###1##########"),
        ("@@-###-@@", "@@ ### @@"),
        ("##@@#####",),
        True,
        "/",
    ),
    Country(
        "DE",
        "de",
        ("017# #######", "030/######-##", "+49 89 #######", "(0711) ## ## ##"),
        ("1####", "D-8####"),
        ("Lindenstr. ##", "Am Alten Markt #a", "Hauptstraße ###", "Bgm.-Keller-Weg #"),
        ("Tübingen", "Wanne-Eickel", "Bad Oeynhausen", "Görlitz", "Kaiserslautern"),
        ("## ###### @ ###", "@#########"),
        ("S-@@ ###", "HH @@ ####", "MYK-@ ##"),
        ("@##@#@###",),
        True,
        ".",
    ),
    Country(
        "AU",
        "com.au",
        ("04## ### ###", "(02) 9### ####", "+61 4## ### ###", "03 9### ####"),
        ("2###", "3###"),
        ("#/## Wattle Grove", "## Jacaranda Cres", "Unit ##, # Esplanade", "### Bullock Track"),
        ("Wagga Wagga", "Toowoomba", "Geelong", "Coffs Harbour", "Bunbury"),
        ("#### ##### #", "### ### ###"),
        ("@@@-###", "@@@ ##@"),
        ("@@#######", "@#######"),
        True,
        "/",
    ),
)
