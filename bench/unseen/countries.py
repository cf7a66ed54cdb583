"""How five other countries write phones, post codes, streets and numbers of persons. All made up; see `bench.unlike.formats`."""

from __future__ import annotations

from typing import Final

from bench.unlike.formats import Country

COUNTRIES: Final = (
    Country(
        "CA",
        "ca",
        ("(4##) 3##-####", "5##-3##-####", "1 4## 3## ####"),
        ("@#@ #@#", "@#@#@#"),
        ("## Maplecrest Cres", "#### rue Saint-Denis", "RR #, Concession ##", "Suite ###, ## Bayfield St"),
        ("Moose Jaw", "Trois-Rivières", "Kamloops", "Medicine Hat", "Sault Ste. Marie"),
        ("### ### ###", "####-###-###-@@"),
        ("@@@@ ###", "@## #@@"),
        ("@@######", "@######@@"),
        True,
        "-",
    ),
    Country(
        "IE",
        "ie",
        ("08# ### ####", "(01) 4## ####", "+353 8# ### ####", "021-4######"),
        ("@## @##@", "@##@###"),
        ("# The Old Creamery", "## Fairgreen Terrace", "Ballyvaughan Road", "Apt #, Quay House"),
        ("Ballinasloe", "Dún Laoghaire", "Letterkenny", "Carrick-on-Shannon", "Mullingar"),
        ("#######@", "#######@@"),
        ("1#1-D-####", "22-KY-###"),
        ("@@#######", "@#######"),
        True,
        "/",
    ),
    Country(
        "IN",
        "in",
        ("9#### #####", "+91 9##########", "0## 2### ####", "98###-#####"),
        ("5##0##", "6## 0##"),
        ("Flat ##, Lotus Apartments", "#-#/##, Gandhi Nagar", "## MG Road", "H.No. ##, ## Main, Sector #"),
        ("Visakhapatnam", "Kozhikode", "Jamshedpur", "Guntur", "Thanjavur"),
        ("#### #### ####", "@@@@@####@"),
        ("KA ## @@ ####", "TN##@####"),
        ("@#######", "@ #######"),
        True,
        "-",
    ),
    Country(
        "ES",
        "es",
        ("6## ## ## ##", "9# ### ## ##", "+34 6## ### ###", "6########"),
        ("2####", "4####"),
        ("C/ Mayor ##, #º", "Avda. de la Paz, ##", "Plaza del Sol #", "Camino Viejo s/n"),
        ("Badajoz", "Vitoria-Gasteiz", "Alcalá de Henares", "Lugo", "Benidorm"),
        ("########@", "@#######@"),
        ("#### @@@", "####-@@@"),
        ("@@@######", "@@######"),
        True,
        "/",
    ),
    Country(
        "NL",
        "nl",
        ("06-########", "06 ## ## ## ##", "020-#######", "+31 6 ########"),
        ("#### @@", "####@@"),
        ("Dorpsstraat ##", "Prinsengracht ###-hs", "Laan van Meerdervoort ##", "Zuidwal #a"),
        ("'s-Hertogenbosch", "Zwolle", "Alphen aan den Rijn", "Venlo", "Hoorn"),
        ("#########", "####.##.###"),
        ("@@-###-@", "#-@@@-##"),
        ("@@#######", "@@@#####"),
        True,
        "-",
    ),
)
