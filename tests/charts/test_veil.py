from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.charts.veil import Veil
from assistant.policy.sections import Records
from assistant.records.model import Code, Problem, Term
from assistant.types import Span

from .support import AS_OF, chart


class Names:
    """A redactor that knows one name."""

    def find(self, text: str, entities: frozenset[str] | None = None) -> list[Span]:
        at = text.find("Osei")
        return [Span("PERSON", at, at + 4)] if at >= 0 else []

    def apply(self, text: str, spans: Any, operator: str, scope: str = "") -> Any:
        raise AssertionError


def test_the_veil_hides_names_and_days_but_no_term(rules: Rules) -> None:
    veil = Veil(Records(), Names())  # type: ignore[arg-type]
    named = Problem("Condition/x", Term("Told Mei Lund and Osei to rest"), "active", "2015-06-07")
    coded = Problem("Condition/y", Term("Lund syndrome", (Code("s", "1", "Lund syndrome"),), True), "active")
    text = str(summarize(chart(problems=(named, coded)), rules, veil, AS_OF, {}).as_json())
    assert "Told <PERSON> and <PERSON> to rest" in text and "Lund syndrome" in text
    assert "Mei" not in text and "2015-06" not in text and "'2015'" in text and "1950" not in text


def test_shipped_policies_say_what_records_show(tmp_path: Path) -> None:
    from assistant.errors import PolicyError
    from assistant.policy.model import load_policy

    shown = {name: load_policy(name).records for name in ("base", "healthcare", "customer-service")}
    assert {n: (r.identifiers, r.dates) for n, r in shown.items()} == {
        "base": ("mask", "year"), "healthcare": ("show", "show"), "customer-service": ("mask", "year"),
    }  # fmt: skip
    path = load_policy("base").path
    assert path is not None
    wrong = tmp_path / "p.yaml"
    wrong.write_text(path.read_text().replace("identifiers: mask", "identifier: mask"))
    with pytest.raises(PolicyError, match=r"records\.identifier"):
        load_policy(wrong)
