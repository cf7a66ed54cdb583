"""How five more countries write phones, post codes, streets and numbers of persons. All made up; see `bench.unlike.formats`."""

from __future__ import annotations

from typing import Final

from bench.unlike.formats import Country

COUNTRIES: Final = (
    Country(
        "NZ",
        "co.nz",
        ("021 ### ####", "(09) 4## ####", "+64 27 ### ###", "03-3######"),
        ("6###", "9###"),
        ("##@ Pohutukawa Parade", "# Totara Rise", "### State Highway #", "RD #, Kauri Flat"),
        ("Whanganui", "Palmerston North", "Te Awamutu", "Hastings Point", "Bluff"),
        ("@@@####", "@@@## @@"),
        ("@@@###", "@@####"),
        ("@@######", "@@ ######"),
        True,
        "/",
    ),
    Country(
        "ZA",
        "co.za",
        ("08# ### ####", "(021) 4## ####", "+27 7# ### ####", "011-4##-####"),
        ("7###", "0###"),
        ("## Protea Close", "# Kerk Street", "Plot ##, Doornkloof", "Unit #, Baobab Villas"),
        ("Polokwane", "Gqeberha", "Krugersdorp", "Paarl", "Welkom"),
        ("###### #### ###", "#############"),
        ("@@ ## @@ GP", "CA ###-###"),
        ("A########", "M########"),
        True,
        "/",
    ),
    Country(
        "CH",
        "ch",
        ("079 ### ## ##", "+41 44 ### ## ##", "031 ### ## ##", "076/#######"),
        ("8###", "CH-3###"),
        ("Seestrasse ##", "Chemin du Crêt #", "Dorfplatz #a", "Postfach ###"),
        ("Rapperswil", "La Chaux-de-Fonds", "Bellinzona", "Wil", "Interlaken"),
        ("756.####.####.##", "756 #### #### ##"),
        ("ZH ######", "BE-######"),
        ("X#######", "@#######"),
        True,
        ".",
    ),
    Country(
        "PL",
        "pl",
        ("6## ### ###", "+48 5## ### ###", "22 ### ## ##", "(12) ###-##-##"),
        ("##-###", "0#-###"),
        ("ul. Kasztanowa ##/#", "os. Zielone ##", "Aleja Róż #", "pl. Kościelny #"),
        ("Rzeszów", "Zielona Góra", "Nowy Sącz", "Ełk", "Biała Podlaska"),
        ("###########", "@@@######"),
        ("@@ #####", "@@@ ##@@"),
        ("@@#######", "@@ #######"),
        True,
        ".",
    ),
    Country(
        "BR",
        "com.br",
        ("(11) 9####-####", "+55 21 9#### ####", "(31) 3###-####", "119########"),
        ("#####-###", "0####-###"),
        ("Rua das Acácias, ###", "Av. Brasil, #### apto ##", "Travessa do Comércio, #", "Quadra #, Lote ##"),
        ("Uberlândia", "Feira de Santana", "Ribeirão Preto", "Pelotas", "Sorocaba"),
        ("###.###.###-##", "##.###.###-#"),
        ("@@@#@##", "@@@-####"),
        ("@@######", "@@ ######"),
        True,
        "/",
    ),
)
