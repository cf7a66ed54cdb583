from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.vault import Secret, Vault
from assistant.vault.strength import MIN_CHARACTERS, weakness
from tests.vault.conftest import CHEAP

Choose = Callable[[Vault, Path, str], object]
PLACES: list[Choose] = [
    lambda vault, folder, weak: Vault.create(folder / "new", Secret.passphrase(weak), kdf=CHEAP),
    lambda vault, folder, weak: vault.add_slot(Secret.passphrase(weak), "more", kdf=CHEAP),
    lambda vault, folder, weak: vault.rekey_kek("k1", Secret.passphrase(weak), kdf=CHEAP),
    lambda vault, folder, weak: vault.add_user("ann", weak, ["admin"], kdf=CHEAP),
    lambda vault, folder, weak: vault.set_password("bob", weak, kdf=CHEAP),
]


@pytest.mark.parametrize("choose", PLACES, ids=["create", "add-slot", "rekey", "add-user", "set-password"])
@pytest.mark.parametrize("weak", ["abc", "elevenchars", "a" * 20])
def test_a_weak_secret_is_refused_wherever_it_is_chosen(
    vault: Vault, tmp_path: Path, choose: Choose, weak: str
) -> None:
    vault.add_user("bob", "a password of some length", [], kdf=CHEAP)
    with pytest.raises(UsageError) as caught:
        choose(vault, tmp_path, weak)
    assert weak not in str(caught.value)


def test_length_is_counted_in_the_form_in_which_it_is_kept() -> None:
    assert weakness("caf\u00e9 au lai") and not weakness("caf\u00e9 au lait")
    assert weakness("e\u0301" * 6 + "abcde"), "eleven letters, however they were typed"
    assert not weakness("correct horse battery staple"[:MIN_CHARACTERS])
