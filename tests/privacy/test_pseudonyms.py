"""Pseudonyms kept in a real vault: the same after a restart, reversible with it, and never an original of somebody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.packs.pack import load_pack
from assistant.privacy.leak import leaks
from assistant.privacy.pseudonyms import MemoryMap, gender_of, name_parts, origin_of, restore, split_title
from assistant.privacy.redact import build_redactor
from assistant.vault import KdfCost, Secret, Vault

SECRET = Secret.passphrase("correct horse battery staple")
NOTE = "Patient: Amara Okonkwo, MRN: 6103355, phone (415) 555-2671. Okonkwo slept well. Seen 2024-03-01."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Vault.create(tmp_path / "v", SECRET, kdf=KdfCost(memory_kib=64, iterations=1, lanes=1)).close()
    return tmp_path / "v"


def test_kept_in_the_vault(models: Path, folder: Path) -> None:
    pack = load_pack("healthcare")
    vault = Vault.open(folder, SECRET)
    redactor = build_redactor(pack, vault=vault)
    once = redactor.redact(NOTE, scope="patient-1")[0]
    assert not leaks(once, vault)
    assert [s.entity for s in leaks("It was Amara Okonkwo.", vault)]
    vault.close()

    vault = Vault.open(folder, SECRET)
    again = build_redactor(pack, vault=vault)
    assert again.redact(NOTE, scope="patient-1")[0] == once
    assert again.redact(NOTE, scope="patient-2")[0] != once
    text = restore(once, vault, "patient-1")
    assert "Amara Okonkwo" in text and "6103355" in text and "(415) 555-2671" in text and text.count("Okonkwo") == 2
    vault.close()


def test_no_surrogate_is_anybodys_original(models: Path, folder: Path) -> None:
    vault = Vault.open(folder, SECRET)
    redactor = build_redactor(load_pack("healthcare"), vault=vault)
    names = [
        "Amara Okonkwo",
        "James Harris",
        "Wei Zhang",
        "María García López",
        "Priya Patel",
        "Hans Müller",
        "Fatima Haddad",
    ]
    given_out = [redactor.redact(f"Patient: {n}, MRN: 61033{i:02d}.", scope=f"p{i}")[0] for i, n in enumerate(names)]
    assert len(given_out) == len(names)
    for text in given_out:
        assert not leaks(text, vault) and not any(re.search(rf"\b{n}\b", text) for n in names)
    assert len(set(given_out)) == len(names)
    vault.close()


def test_gender_origin_and_parts() -> None:
    assert gender_of("Mrs. Harris") == "f" and gender_of("James Harris") == "m" and gender_of("Casey Harris") == ""
    assert origin_of("Wei Zhang") == "chinese" and origin_of("Nobody Atall") == "english"
    assert name_parts("Dr. Ludwig van der Meer, MD") == ["Ludwig", "Meer"]
    assert split_title("Prof. Ada Byron") == ("Prof. ", "Ada Byron")


def test_originals_come_back_as_they_were_written(models: Path, folder: Path) -> None:
    vault = Vault.open(folder, SECRET)
    redactor = build_redactor(load_pack("healthcare"), vault=vault)
    note = "Patient: Fiona McAllister-van Dyke, e-mail Fiona.MC@Example.org, MRN: AB61033C."
    hidden = redactor.redact(note, scope="p")[0]
    assert "McAllister" not in hidden
    assert restore(hidden, vault, "p") == note
    vault.close()


def test_a_question_outside_a_conversation_leaves_nothing_in_the_vault(models: Path, folder: Path) -> None:
    vault = Vault.open(folder, SECRET)
    redactor = build_redactor(load_pack("healthcare"), vault=vault)
    once = redactor.redact(NOTE)[0]
    assert redactor.redact(NOTE)[0] == once and "Okonkwo" not in once
    assert redactor.is_surrogate(redactor.pairs("")[0][2], "")
    assert list(vault.originals()) == []
    assert vault.scan(b"amara okonkwo") == 0
    vault.close()


def test_a_rare_surname_alone_is_a_leak_and_a_common_one_is_not(models: Path, folder: Path) -> None:
    vault = Vault.open(folder, SECRET)
    redactor = build_redactor(load_pack("healthcare"), vault=vault)
    redactor.redact("Patient: Zorquil Wenquoani, MRN: 6103355. Patient: James Smith, MRN: 6103356.", scope="p")
    assert [s.entity for s in leaks("Then Wenquoani's sister called.", vault)] == ["LEAK"]
    assert leaks("The Smith criteria, and Parkinson disease.", vault) == []
    assert [s.entity for s in leaks("It is 610 33 55.", vault)] == ["LEAK"]
    vault.close()


def test_a_map_with_a_key_repeats_itself_and_one_without_does_not() -> None:
    def seeds(made: MemoryMap, scopes: tuple[str, str]) -> list[bytes]:
        return [made.seed("PERSON", "Ann Lee", scope) for scope in (*scopes, scopes[0])]

    first, again = (seeds(MemoryMap(b"documents"), scopes) for scopes in (("a1", "b2"), ("c3", "d4")))
    assert first == again, "scopes count by which comes first, not by their names"
    assert first[0] == first[2] != first[1]
    assert seeds(MemoryMap(b"others"), ("a1", "b2")) != first
    assert seeds(MemoryMap(), ("a1", "b2")) != seeds(MemoryMap(), ("a1", "b2"))
