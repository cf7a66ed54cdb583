from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.config import shipped
from assistant.errors import PolicyError
from assistant.policy.checks import CHECKS
from assistant.policy.model import Policy, list_policies, load_policy
from assistant.types import Principal
from tests.policy.support import HEAD, policy_file


def problem(folder: Path, body: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load_policy(policy_file(folder, body))
    return caught.value


@pytest.mark.parametrize("name", ["base", "customer-service", "healthcare"])
def test_shipped_policies_load_and_enforce(name: str) -> None:
    policy = load_policy(name)
    assert policy.mode == "enforce"
    assert policy.allowed_labels(policy.local_principal())
    used = {(rule.stage, rule.use) for rule in policy.checks}
    for need in (
        ("query", "redaction"),
        ("query", "injection"),
        ("context", "injection"),
        ("context", "answerable"),
        ("answer", "grounding"),
        ("answer", "numbers"),
        ("answer", "fairness"),
        ("answer", "toxicity"),
        ("answer", "redaction"),
        ("training", "redaction"),
    ):
        assert need in used


def test_shipped_policies_are_listed() -> None:
    assert list_policies() == ("base", "customer-service", "healthcare")


def test_the_hash_is_that_of_the_file() -> None:
    import hashlib

    data = (shipped("policies") / "base.yaml").read_bytes()
    assert load_policy("base").ref.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("body", "line", "said", "remedy"),
    [
        ("checks: []\nacess: []\n", 11, "unknown key 'acess', did you mean 'access'?", "known keys"),
        (
            "checks:\n  - {id: a, stage: query, use: injektion, on_fail: block}\n",
            11,
            "did you mean 'injection'",
            "known checks",
        ),
        (
            "checks:\n  - id: a\n    stage: answer\n    use: grounding\n    with:\n      min_suport: 0.5\n    on_fail: drop\n",
            15,
            "unknown key 'checks.0.with.min_suport', did you mean 'min_support'?",
            "min_support",
        ),
        (
            "checks:\n  - {id: a, stage: answer, use: grounding, with: {min_support: 7}, on_fail: drop}\n",
            11,
            "less than or equal to 1",
            "correct the value",
        ),
        (
            "checks:\n  - {id: a, stage: answer, use: scope, on_fail: drop}\n",
            11,
            "cannot run at stage 'answer'",
            "correct",
        ),
        (
            "checks:\n  - {id: a, stage: query, use: scope, on_fail: drop}\n",
            11,
            "means nothing at stage 'query'",
            "correct",
        ),
        ("checks:\n  - {id: a, stage: query, use: scope, on_fail: redact}\n", 11, "finds and cannot mend", "correct"),
        (
            "checks:\n  - {id: a, stage: query, use: scope, labels: [x], on_fail: block}\n",
            11,
            "carries no labels",
            "correct",
        ),
        ("checks:\n  - {id: a, stage: query, use: scope}\n", 11, "'checks.0.on_fail' is missing", "add"),
        (
            "checks:\n  - {id: a, stage: query, use: scope, onfail: block}\n",
            11,
            "onfail', did you mean 'on_fail'",
            "known keys",
        ),
        ("checks: []\nmode: observe\n", 11, "'enforce' or 'monitor'", "correct"),
        ("checks: []\non_error: pass\n", 11, "'block'", "correct"),
        ("checks: []\nanswer: {max_sentences: 2, max_word: 3}\n", 11, "did you mean 'max_words'", "known keys"),
        ("checks: []\nmode: enforce\nmode: monitor\n", 12, "key 'mode' stands twice", "merge"),
        ("checks: &x []\naccess_: *x\n", 11, "alias", "write"),
        ("checks: [\n", 11, "not valid YAML", "syntax"),
    ],
)
def test_mistakes_name_line_and_remedy(tmp_path: Path, body: str, line: int, said: str, remedy: str) -> None:
    found = problem(tmp_path, body)
    assert found.path is not None
    assert found.path.endswith("test.yaml")
    assert found.line in (line, line + 1, line - 1), found
    assert said in found.message
    assert remedy in found.remedy


def test_a_misspelt_parameter_is_found_on_its_own_line(tmp_path: Path) -> None:
    body = "checks:\n  - id: a\n    stage: answer\n    use: grounding\n    with:\n      min_suport: 0.5\n    on_fail: drop\n"
    path = policy_file(tmp_path, body)
    line = 1 + path.read_text().splitlines().index("      min_suport: 0.5")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert caught.value.line == line


def test_check_ids_are_distinct(tmp_path: Path) -> None:
    rule = "{id: a, stage: query, use: scope, on_fail: block}"
    assert "stands twice" in problem(tmp_path, f"checks: [{rule}, {rule}]\n").message


def test_a_missing_policy_names_the_shipped_ones() -> None:
    with pytest.raises(PolicyError, match="healthcare"):
        load_policy("helthcare")


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[" * 100_000, b"a: " * 50_000, b"!!python/object:os.system x", b"- 1\n"]
)
def test_broken_files_are_policy_errors(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    with pytest.raises(PolicyError):
        load_policy(path)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: (HEAD + t).encode("utf-8", "surrogatepass")))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_load_or_are_a_policy_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    try:
        assert isinstance(load_policy(path), Policy)
    except PolicyError:
        pass


def test_every_check_has_strict_parameters_with_defaults() -> None:
    for name, spec in CHECKS.items():
        assert spec.params.model_config.get("extra") == "forbid", name
        assert spec.params.model_config.get("frozen") is True, name
        spec.params()
        assert spec.grains, name


class TestAccess:
    def rules(self, folder: Path, access: str) -> Policy:
        path = folder / "p.yaml"
        head = "schema: 1\nid: t\nversion: '1'\nrefusal: no\nchecks: []\naccess:\n"
        path.write_text(head.replace("refusal: no", "refusal: 'no'") + access)
        return load_policy(path)

    @pytest.mark.parametrize(
        ("roles", "labels", "seen"),
        [
            ("", "public", False),
            ("clinician", "", False),
            ("clinician", "public", True),
            ("clinician", "clinical public", True),
            ("clinician", "unknown", False),
            ("clinician", "public unknown", False),
            ("clinician", "clinical psychotherapy", False),
            ("clinician psychiatry", "clinical psychotherapy", True),
            ("psychiatry", "psychotherapy", False),
            ("psychiatry", "clinical", False),
            ("visitor", "public", False),
        ],
    )
    def test_the_policy_of_the_design(self, tmp_path: Path, roles: str, labels: str, seen: bool) -> None:
        policy = self.rules(
            tmp_path,
            "  - {effect: permit, roles: [clinician], labels: [clinical, public]}\n"
            "  - {effect: forbid, labels: [psychotherapy], unless_roles: [psychiatry]}\n",
        )
        assert policy.may_see(Principal("x", frozenset(roles.split())), frozenset(labels.split())) is seen

    def test_a_forbid_wins_in_any_order_and_for_its_roles_only(self, tmp_path: Path) -> None:
        rules = ("  - {effect: permit, labels: [a]}\n", "  - {effect: forbid, roles: [guest], labels: [a]}\n")
        for order in (rules, rules[::-1]):
            policy = self.rules(tmp_path, "".join(order))
            assert policy.may_see(Principal("x", frozenset({"staff"})), frozenset({"a"}))
            assert not policy.may_see(Principal("x", frozenset({"staff", "guest"})), frozenset({"a"}))

    def test_everybody_means_everybody_with_a_role(self, tmp_path: Path) -> None:
        policy = self.rules(tmp_path, "  - {effect: permit, labels: [a]}\n")
        assert not policy.may_see(Principal("x"), frozenset({"a"}))
