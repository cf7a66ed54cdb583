from __future__ import annotations

from assistant.charts import markdown
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.records.model import Problem, Term

from .support import AS_OF, OPEN, chart


def test_record_text_cannot_become_markup(rules: Rules) -> None:
    bad = Problem("Condition/x", Term("a | b <script> [x](y)\n# z"), "active")
    shown = markdown.render(summarize(chart(problems=(bad,)), rules, OPEN, AS_OF, {"policy": {}}).as_json())
    assert "<script>" not in shown.replace("\\<script\\>", "") and "\n# z" not in shown and "[x](y)" not in shown
