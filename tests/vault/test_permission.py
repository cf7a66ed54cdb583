"""A folder or file that may not be written: an error with a remedy, nothing lost, nothing half written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import VaultError
from assistant.vault import Vault, backup

from .conftest import CHEAP, PASSPHRASE, put, secret

AS_NOBODY = f"""
import os, sys
from pathlib import Path
from assistant.errors import AssistantError
from assistant.vault import KdfCost, Secret, Vault, backup
str(AssistantError("loads what is needed to say so", path="x"))  # the interpreter's own files may be out of reach afterwards
os.setgid(65534); os.setuid(65534)
secret = Secret.passphrase({PASSPHRASE!r})
folder, what = Path(sys.argv[1]), sys.argv[2]
try:
    if what == "open":
        Vault.open(folder, secret)
    else:
        Vault.create(folder / "new", secret, kdf=KdfCost(64, 1, 1))
except AssistantError as error:
    print(type(error).__name__, error)
    sys.exit(0 if error.remedy else 8)
sys.exit(9)
"""


def as_nobody(folder: Path, what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(folder), what], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
def test_another_user_can_neither_open_nor_make_a_vault_there(folder: Path) -> None:
    for place in (folder.parent, folder.parent.parent, folder.parent.parent.parent):
        place.chmod(place.stat().st_mode | 0o055)
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        put(vault, "Kept.", title="kept")
    assert folder.stat().st_mode & 0o077 == 0
    for what in ("open", "make"):
        done = as_nobody(folder, what)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "VaultError" in done.stdout and "Permission denied" in done.stdout and "Remedy" in done.stdout
    with Vault.open(folder, secret()) as vault:
        assert [info.title for info in vault.documents()] == ["kept"]


def test_a_backup_to_where_nothing_can_be_written_is_refused(vault: Vault, tmp_path: Path) -> None:
    put(vault, "Kept.")
    for target in (tmp_path / "no" / "such" / "x.backup", Path("/proc/x.backup")):
        with pytest.raises(VaultError) as caught:
            backup(vault, target)
        assert caught.value.remedy
    assert vault.integrity() == []
