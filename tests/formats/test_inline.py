from __future__ import annotations

import re

import pytest

from assistant.formats.inline import Run, Script, joined

_KINDS = {"sup": Script.RAISED, "sub": Script.LOWERED, "note": Script.MARK}


def told(text: str) -> str:
    """A text with its raised, lowered and marked stretches in tags, as one line."""
    runs, at = [], 0
    for match in re.finditer(r"<(sup|sub|note)>(.*?)</\1>", text):
        runs += [Run(text[at : match.start()]), Run(match.group(2), _KINDS[match.group(1)])]
        at = match.end()
    return joined([*runs, Run(text[at:])])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("5 × 10<sup>12</sup>/L", "5 × 10^12/L"),
        ("3 x 10<sup>4</sup> cells", "3 x 10^4 cells"),
        ("10<sup>−3</sup> mol", "10^-3 mol"),
        ("10<sup>8</sup> CFU", "10^8 CFU"),
        ("10⁹/L", "10^9/L"),
        ("kg/m<sup>2</sup> and 4 cm<sup>3</sup>", "kg/m² and 4 cm³"),
        ("ml min<sup>−1</sup>", "ml min^-1"),
        ("n<sup>2</sup> = 4", "n² = 4"),
    ],
)
def test_powers(text: str, line: str) -> None:
    assert told(text) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("within 21<sup>3</sup> days.", "within 21 days (note 3)."),
        ("within 10<sup>3</sup> days", "within 10 days (note 3)"),
        ("costs 30<sup>1</sup> euros", "costs 30 euros (note 1)"),
        ("14² days", "14 days (note 2)"),
        ("in 5<sup>1</sup>% of", "in 5% (note 1) of"),
        ("5<sup>a</sup>-10 mg", "5-10 mg (note a)"),
        ("kettles<sup>b</sup> are", "kettles (note b) are"),
        ("as shown.<sup>1,2</sup> Next.", "as shown (note 1,2). Next."),
        ("as shown<sup>[4]</sup>", "as shown (note 4)"),
        ("Take 10<note>6</note> drops.", "Take 10 drops (note 6)."),
        ("<sup>2</sup>Not for lamps.", "(note 2) Not for lamps."),
        ("1.0<sub>a</sub> litre", "1.0 litre (note a)"),
        ("Room 7<sup>*</sup>", "Room 7*"),
    ],
)
def test_marks_of_notes_stand_apart(text: str, line: str) -> None:
    assert told(text) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("take <sup>1</sup>/<sub>2</sub> tablet", "take 1/2 tablet"),
        ("1<sup>3</sup>⁄<sub>4</sub> cups", "1 3/4 cups"),
        ("$7<sup>25</sup> a day", "$7.25 a day"),
        ("4<sup>99</sup> €", "4.99 €"),
        ("39<sup>o</sup>C", "39°C"),
        ("K<sup>+</sup> and Mg<sup>2+</sup>", "K+ and Mg2+"),
        ("CO<sub>2</sub> and HbA<sub>1c</sub> 6", "CO2 and HbA1c 6"),
        ("log<sub>10</sub>3", "log10 3"),
        ("<sup>99m</sup>Tc, <sup>18</sup>F", "99mTc, 18F"),
        ("the 3<sup>rd</sup> of May", "the 3rd of May"),
        ("Lumo<sup>TM</sup>", "Lumo™"),
        ("5<sub>8</sub>", "5_8"),
    ],
)
def test_what_else_stands_above_or_below_its_line(text: str, line: str) -> None:
    assert told(text) == line


def test_a_figure_is_never_glued_to_a_number() -> None:
    for figure in ("0", "1", "7", "12", "100", "-4", "+", "2+", "a", "ii", "1,2"):
        for script in (Script.RAISED, Script.LOWERED, Script.MARK):
            for after in ("", " days", "/L", ".", "7", "%"):
                line = joined([Run("take 25"), Run(figure, script), Run(after)])
                assert not re.search(rf"25{re.escape(figure)}(?!\d*[.%])", line) or figure == "+", line


def test_words_without_scripts_stay_as_they_are() -> None:
    for text in ("", "½ tablet at 4 °C", "m² and R²", "a\nb  c"):
        assert joined([Run(text)]) == text
