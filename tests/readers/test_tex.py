from __future__ import annotations

import pytest

from assistant.readers.text import read_markdown
from assistant.types import LossKind


def read(text: str) -> tuple[str, list[LossKind]]:
    (document,) = read_markdown(f"# Doses\n\n{text}\n".encode(), "a.md")
    return document.text.removeprefix("# Doses\n\n"), [loss.kind for loss in document.losses]


@pytest.mark.parametrize(
    "formula",
    [
        r"$\frac{1}{2}$",
        r"$5\,\mathrm{mg/kg}$",
        r"$x_{a_1} \leq 10^{9}$",
        r"\(\frac{a}{b}\)",
        r"$$\text{CrCl} = \frac{(140 - age) \times weight}{72 \times SCr}$$",
    ],
)
def test_a_formula_is_kept_letter_by_letter_and_told(formula: str) -> None:
    assert read(f"Give {formula} daily.") == (f"Give {formula} daily.", [LossKind.UNREAD])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("It costs $5 and $10 a month.", "It costs $5 and $10 a month."),
        ("Pay $5 for *two* or $9.", "Pay $5 for two or $9."),
        (r"Cost \$5, path C:\\new.", r"Cost $5, path C:\new."),
        ("Code `$x^{2}$` stays.", "Code $x^{2}$ stays."),
        # A dollar before a blank begins no formula, and one before a digit ends none.
        (r"Prices in $ are \$5 or $6.", "Prices in $ are $5 or $6."),
    ],
)
def test_prices_and_code_are_no_formulas(written: str, shown: str) -> None:
    assert read(written) == (shown, [])
