"""Users at the command line: who may come in, what each sees, and what stands in the audit record."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.frontends.cli import run
from assistant.vault import KdfCost, Secret, Vault
from assistant.vault import users as users_module

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from assistant.types import Chunk, Document

    made = tmp_path / "vault"
    for name in ("ASSISTANT_USER", "ASSISTANT_PASSWORD", "ASSISTANT_NEW_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("ASSISTANT_VAULT", str(made))
    monkeypatch.setattr(users_module.Users.add_user, "__kwdefaults__", {"kdf": CHEAP})
    monkeypatch.setattr(users_module.Users.set_password, "__kwdefaults__", {"kdf": CHEAP})
    with Vault.create(made, Secret.passphrase(PASSPHRASE), kdf=CHEAP) as vault:
        vault.put("policy", "healthcare")
        for label in ("public", "clinical", "psychotherapy"):
            text = f"A text for {label}."
            document = Document(label, text, f"{label}.md", labels=frozenset({label}))
            vault.put_document(document, [Chunk(text, 0, len(text))], None, content_hmac="", collection=label)
    return made


def say(monkeypatch: pytest.MonkeyPatch, *, password: str = "", new: str = "") -> None:
    for name, value in (("ASSISTANT_PASSWORD", password), ("ASSISTANT_NEW_PASSWORD", new)):
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(["docs", "list", "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_users_come_in_with_their_own_roles_and_nobody_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = listed(capsys)
    assert code == 0 and len(found["documents"]) == 2, "without users: the local roles of the policy"
    assert run(["docs", "list", "--user", "ann"]) == 2

    say(monkeypatch, new="ann's own words")
    assert run(["users", "add", "ann", "--role", "nurse"]) == 2, "the first user must be an admin"
    assert run(["users", "add", "ann", "--role", "admin"]) == 0
    say(monkeypatch, new="bob's own words")
    assert run(["users", "add", "bob", "--role", "clinician"]) == 4, "nobody logged in"
    say(monkeypatch, password="ann's own words", new="bob's own words")
    assert run(["users", "add", "bob", "--role", "surgeon", "--user", "ann"]) == 2, "no such role in the policy"
    assert run(["users", "add", "bob", "--role", "clinician", "--user", "ann"]) == 0
    say(monkeypatch, password="ann's own words", new="eve's own words")
    assert run(["users", "add", "eve", "--role", "psychiatry", "--user", "ann"]) == 0
    say(monkeypatch, password="bob's own words", new="x")
    assert run(["users", "add", "mallory", "--role", "admin", "--user", "bob"]) == 3, "a clinician manages nobody"

    assert listed(capsys)[0] == 4, "a vault with users asks who it is"
    assert {d["title"] for d in listed(capsys, "--user", "bob")[1]["documents"]} == {"public", "clinical"}
    say(monkeypatch, password="eve's own words")
    assert {d["title"] for d in listed(capsys, "--user", "eve")[1]["documents"]} == {
        "public", "clinical", "psychotherapy",
    }  # fmt: skip
    code, found = listed(capsys, "--user", "eve", "--collection", "psychotherapy")
    assert [d["collection"] for d in found["documents"]] == ["psychotherapy"]
    say(monkeypatch, password="ann's own words")
    found = listed(capsys, "--user", "ann")[1]["documents"]
    assert {d["title"] for d in found} == {"public", ""}, "an admin counts and erases charts, and reads none"
    code, found = listed(capsys, "--user", "ann", "--role", "clinician")
    assert code == 3, "--role narrows, it never widens"

    with Vault.open(folder, Secret.passphrase(PASSPHRASE)) as vault:
        kinds = [record.kind for record in vault.audit.records()]
        assert kinds.count("user.add") == 3
        assert kinds.count("login") > 5
        assert "words" not in json.dumps([dict(record.record) for record in vault.audit.records()])


def test_failures_lock_out_and_an_admin_unlocks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, new="ann's own words")
    run(["users", "add", "ann", "--role", "admin"])
    say(monkeypatch, password="ann's own words", new="bob's own words")
    run(["users", "add", "bob", "--role", "clinician", "--user", "ann"])
    say(monkeypatch, password="wrong")
    # The wait begins at 1 s, which a busy machine spends on the next command.
    began = time.time()
    monkeypatch.setattr(users_module.time, "time", lambda: began)
    for _ in range(6):
        assert run(["docs", "list", "--user", "bob"]) == 4
    say(monkeypatch, password="bob's own words")
    assert run(["docs", "list", "--user", "bob"]) == 4, "locked out: the right password must wait too"
    assert "wait" in capsys.readouterr().err
    assert run(["users", "unlock", "bob", "--user", "bob"]) != 0
    say(monkeypatch, password="ann's own words")
    assert run(["users", "unlock", "bob", "--user", "ann"]) == 0
    say(monkeypatch, password="bob's own words", new="bob's newer words")
    assert run(["users", "passwd", "bob"]) == 0
    assert run(["docs", "list", "--user", "bob"]) == 4
    say(monkeypatch, password="bob's newer words")
    assert run(["docs", "list", "--user", "bob"]) == 0
    assert run(["users", "passwd", "ann", "--user", "bob"]) == 3
    say(monkeypatch, password="ann's own words")
    assert run(["users", "remove", "ann", "--user", "ann"]) == 2, "the last admin stays"
    assert run(["users", "roles", "bob", "--role", "admin", "--role", "clinician", "--user", "ann"]) == 0
    assert run(["users", "remove", "ann", "--user", "ann"]) == 0
    capsys.readouterr()
    assert run(["users", "list", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["users"]
    assert [(u["name"], u["roles"], u["locked"]) for u in shown] == [("bob", ["admin", "clinician"], False)]


def test_a_password_is_never_an_argument(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["users", "add", "ann", "--role", "admin", "--password", "x"]) == 2
    assert run(["users", "add", "ann", "--role", "admin"]) == 4, "no terminal to ask on"


def test_originals_come_back_for_the_named_role_only_and_each_time_is_audited(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.types import Chunk, Document

    text = "Eve Moss was seen."
    with Vault.open(folder, Secret.passphrase(PASSPHRASE)) as vault:
        vault.pseudonym("PERSON", "Ann McLee", "patient-7", lambda taken: "Eve Moss")
        note = Document("note", text, "note.txt", labels=frozenset({"clinical"}))
        document_id = vault.put_document(note, [Chunk(text, 0, len(text))], None, content_hmac="", scope="patient-7")
    say(monkeypatch, new="pat's own words")
    assert run(["users", "add", "pat", "--role", "admin", "--role", "privacy-officer"]) == 0
    say(monkeypatch, password="pat's own words", new="bob's own words")
    assert run(["users", "add", "bob", "--role", "clinician", "--user", "pat"]) == 0
    capsys.readouterr()
    assert run(["docs", "show", document_id, "--user", "pat"]) == 0
    assert capsys.readouterr().out.strip() == text
    assert run(["docs", "show", document_id, "--restore", "--user", "pat"]) == 0
    assert capsys.readouterr().out.strip() == "Ann McLee was seen."
    say(monkeypatch, password="bob's own words")
    assert run(["docs", "show", document_id, "--restore", "--user", "bob"]) == 3
    assert "McLee" not in capsys.readouterr().out
    with Vault.open(folder, Secret.passphrase(PASSPHRASE)) as vault:
        kinds = [record.kind for record in vault.audit.records()]
    assert kinds.count("restore") == 1
    assert kinds.count("restore.denied") == 1
