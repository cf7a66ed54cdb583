from __future__ import annotations

import pytest

from readers.pdf.printing import flowing, read


def text_of(*paragraphs: str) -> str:
    return read(flowing(list(paragraphs))).text


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("Below 10 x 10<super>9</super>/L give platelets.", "Below 10 x 10^9/L give platelets."),
        ("Above 3 × 10<super>6</super> cells it is too many.", "Above 3 × 10^6 cells it is too many."),
        ("At 20 ml min<super>-1</super> stop.", "At 20 ml min^-1 stop."),
        ("The burn covers 40 cm<super>2</super> of skin.", "The burn covers 40 cm^2 of skin."),
        ("Send it back within 14<super>2</super> days.", "Send it back within 14 days [2]."),
        ("Only for adults<super>a</super>, never for children.", "Only for adults [a], never for children."),
        ("See the leaflet.<super>12</super> It is free.", "See the leaflet [12]. It is free."),
        ("On the 5<super>th</super> of May.", "On the 5th of May."),
        ("Give O<sub>2</sub> and H<sub>2</sub>O.", "Give O2 and H2O."),
        ("The peak C<sub>max</sub> is low.", "The peak Cmax is low."),
        ("Ca<super>2+</super> is low.", "Ca^2+ is low."),
        ("Take <super>1</super>/<sub>2</sub> tablet.", "Take 1/2 tablet."),
        ("Take 1<super>1</super>/<sub>2</sub> tablets.", "Take 1 1/2 tablets."),
    ],
)
def test_raised_and_lowered(printed: str, wanted: str) -> None:
    assert text_of(printed) == wanted


def test_a_note_at_the_foot_begins_with_its_mark() -> None:
    assert text_of("Within 14<super>2</super> days.", "<super>2</super> Not on Sundays.").endswith(
        "[2] Not on Sundays."
    )


def test_a_small_word_on_the_line_is_neither() -> None:
    assert text_of('Take 14 <font size="7">2-mg</font> tablets.') == "Take 14 2-mg tablets."
