from __future__ import annotations

import pytest
from lxml import etree

from assistant.readers.formula import formula, mathml

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def r(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        (f"<m:f><m:num>{r('3')}</m:num><m:den>{r('4')}</m:den></m:f>", "3/4"),
        (f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('c')}</m:den></m:f>", "(a+b)/c"),
        (f"<m:sSup><m:e>{r('10')}</m:e><m:sup>{r('-6')}</m:sup></m:sSup>", "10^(-6)"),
        (f"<m:sSub><m:e>{r('CO')}</m:e><m:sub>{r('2')}</m:sub></m:sSub>", "CO2"),
        (f"<m:sSub><m:e>{r('5')}</m:e><m:sub>{r('2')}</m:sub></m:sSub>", "5_2"),
        (f"<m:rad><m:deg/><m:e>{r('x')}</m:e></m:rad>", "sqrt(x)"),
        (f"<m:d><m:e>{r('x+1')}</m:e></m:d>", "(x+1)"),
        (
            f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub>{r('i')}</m:sub><m:sup>{r('n')}</m:sup>"
            f"<m:e>{r('x')}</m:e></m:nary>",
            "∑_i^n x",
        ),
    ],
)
def test_formulas_of_office(inside: str, line: str) -> None:
    assert formula(etree.fromstring(f"<m:oMath {M}>{inside}</m:oMath>")) == line


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("<mn>1</mn><mfrac><mn>1</mn><mn>2</mn></mfrac>", "1 1/2"),
        ("<msup><mn>10</mn><mn>9</mn></msup><mo>/</mo><mi>L</mi>", "10^9/L"),
        ("<msub><mi>H</mi><mn>2</mn></msub><mi>O</mi>", "H2O"),
        ("<msqrt><mi>x</mi></msqrt><annotation>\\sqrt x</annotation>", "sqrt(x)"),
    ],
)
def test_formulas_of_pages(inside: str, line: str) -> None:
    assert mathml(etree.fromstring(f"<math>{inside}</math>")) == line


def test_depth_does_not_hurt() -> None:
    deep = f"<m:oMath {M}>" + "<m:d><m:e>" * 100 + r("x") + "</m:e></m:d>" * 100 + "</m:oMath>"
    assert "x" in formula(etree.fromstring(deep))


def test_what_is_a_product_or_a_sum_stands_in_brackets() -> None:
    def over(top: str, bottom: str) -> str:
        return f"<m:f><m:num>{r(top)}</m:num><m:den>{r(bottom)}</m:den></m:f>"

    lines = {
        ("1", "2c"): "1/(2c)",
        ("(a)(b)", "c2"): "((a)(b))/c2",
        ("(a+b)", "10.5"): "(a+b)/10.5",
        ("Dose", "kg"): "Dose/kg",
    }
    for parts, line in lines.items():
        assert formula(etree.fromstring(f"<m:oMath {M}>{over(*parts)}</m:oMath>")) == line
