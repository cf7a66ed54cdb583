"""A slot whose key is on a real PKCS#11 token (SoftHSM), in a process of its own: the library keeps state for a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.vault.token import Token

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((path for path in MODULES if Path(path).exists()), "")
needs_softhsm = pytest.mark.skipif(
    not MODULE or shutil.which("softhsm2-util") is None,
    reason="SoftHSM is not installed (Debian: apt install softhsm2)",
)
PASSPHRASE = "correct horse battery staple"


class Desk:
    """A token and a vault, used through the command line."""

    def __init__(self, folder: Path) -> None:
        (folder / "tokens").mkdir()
        (folder / "softhsm.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
        self.folder = folder
        self.environment = os.environ | {
            "SOFTHSM2_CONF": str(folder / "softhsm.conf"),
            "ASSISTANT_VAULT": str(folder / "vault"),
            "ASSISTANT_PASSPHRASE": PASSPHRASE,
            "ASSISTANT_PKCS11_URI": f"pkcs11:token=ward;object=assistant?module-path={MODULE}",
            "ASSISTANT_PKCS11_PIN": "123456",
        }
        words = ["--init-token", "--free", "--label", "ward", "--so-pin", "12345678", "--pin", "123456"]
        subprocess.run(["softhsm2-util", *words], env=self.environment, check=True, capture_output=True)

    def run(self, *words: str, **changed: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *words],
            env=self.environment | changed,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    pytest.importorskip("pkcs11", reason="the extra `hsm` is not installed")
    made = Desk(tmp_path)
    assert made.run("init")[0] == 0
    assert made.run("vault", "slots", "--add", "pkcs11")[0] == 0
    return made


KEY = ("--key-file", "pkcs11")


@needs_softhsm
def test_the_token_opens_the_vault_and_so_does_the_passphrase(desk: Desk) -> None:
    assert desk.run("vault", "status", *KEY, ASSISTANT_PASSPHRASE="")[0] == 0
    assert desk.run("vault", "status")[0] == 0
    assert "ward" not in (desk.folder / "vault" / "slots.json").read_text()


@needs_softhsm
def test_without_the_token_nothing_opens_and_nothing_takes_its_place(desk: Desk) -> None:
    uri = desk.environment["ASSISTANT_PKCS11_URI"]
    wrong = {
        "refused the PIN": {"ASSISTANT_PKCS11_PIN": "654321"},
        "no PIN": {"ASSISTANT_PKCS11_PIN": ""},
        "not there": {"ASSISTANT_PKCS11_URI": uri.replace("ward", "elsewhere")},
        "has not the key": {"ASSISTANT_PKCS11_URI": uri.replace("object=assistant", "object=other")},
        "cannot be used": {"ASSISTANT_PKCS11_URI": uri.replace(".so", ".missing")},
    }
    for said, change in wrong.items():
        code, out = desk.run("vault", "status", *KEY, **change)
        assert (code, said in out) == (4, True), out
    shutil.move(desk.folder / "tokens", desk.folder / "away")
    assert desk.run("vault", "status", *KEY)[0] == 4


@needs_softhsm
def test_rotation_makes_a_new_key_on_the_token(desk: Desk) -> None:
    before = (desk.folder / "vault" / "slots.json").read_text()
    shutil.copytree(desk.folder / "vault", desk.folder / "older")
    code, out = desk.run("vault", "slots", "--rotate", "k2", *KEY)
    assert code == 0, out
    assert (desk.folder / "vault" / "slots.json").read_text() != before
    assert desk.run("vault", "status", *KEY)[0] == 0
    assert desk.run("vault", "status", *KEY, ASSISTANT_VAULT=str(desk.folder / "older"))[0] == 0, (
        "its key is still there"
    )
    assert desk.run("vault", "rekey", "--full", "--drop-others", *KEY)[0] == 0
    assert desk.run("vault", "status", *KEY)[0] == 0
    assert desk.run("vault", "status")[0] == 4, "the passphrase's slot was dropped"


@needs_softhsm
def test_the_key_on_the_token_cannot_leave_it(desk: Desk) -> None:
    look = (
        "import pkcs11, sys\n"
        "s = pkcs11.lib(sys.argv[1]).get_token(token_label='ward').open(user_pin='123456')\n"
        "k = next(iter(s.get_objects({pkcs11.Attribute.LABEL: 'assistant'})))\n"
        "assert k[pkcs11.Attribute.SENSITIVE] and not k[pkcs11.Attribute.EXTRACTABLE]\n"
    )
    subprocess.run([sys.executable, "-c", look, MODULE], env=desk.environment, check=True)


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:token=a;object=b",
        "pkcs11:token=a;object=b?module-path=libx.so",
        "pkcs11:token=a;object=b?module-path=/x.so&pin-value=1234",
        "pkcs11:object=b?module-path=/x.so",
        "https://example.org",
    ],
)
def test_a_uri_that_would_guess_or_tell_is_refused(uri: str) -> None:
    with pytest.raises(ConfigError):
        Token(uri)
