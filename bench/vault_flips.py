"""Flip bytes and cut lengths across every file of a vault, its backup and the model store; each must end in IntegrityError.

The files `attempts`, `lock` and `vault.db-shm` hold nothing that is kept and are left out; `erased` is judged by the
full check. Model files (where the store is filled) are changed in a copy of the store that links the untouched ones. A
sample goes through the command line, whose exit code must be 5 with a message that names the file and a remedy.
Prints how many were noticed, by file. Usage: python bench/vault_flips.py [--changes 2000] [--seed 1] [--cli 40]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

from assistant.config import model_store
from assistant.errors import ExitCode, IntegrityError
from assistant.models.catalog import ModelEntry, load_catalog, states, verify_entry
from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault, backup, verify

PASSPHRASE = "correct horse battery staple"
SECRET = Secret.passphrase(PASSPHRASE)
FILES = ("vault.db", "slots.json", "mark", "erased", "vault.backup")


def fill(folder: Path) -> None:
    with Vault.create(folder / "v", SECRET, kdf=KdfCost(64, 1, 1)) as vault:
        for i in range(120):
            text = f"Document {i} speaks of fever, cough, rash and rest. " * 30
            chunks = [Chunk(text[at : at + 300], at, min(at + 300, len(text))) for at in range(0, len(text), 300)]
            document = Document(f"D{i}", text, f"{i}.txt", labels=frozenset({f"l{i % 3}"}))
            vault.put_document(document, chunks, np.ones((len(chunks), 64), np.float32), content_hmac="x")
            vault.audit.append("ingest", {"n": i})
        vault.delete_document(vault.documents()[0].id)
        backup(vault, folder / "v" / "vault.backup")


def noticed(folder: Path, name: str) -> bool:
    """What `vault status --verify` or a restore would say."""
    try:
        if name == "vault.backup":
            verify(folder / name, SECRET)
            return False
        with Vault.open(folder, SECRET) as vault:
            return bool(vault.integrity())
    except IntegrityError:
        return True


def by_command(*arguments: str, vault: Path | None = None, models: Path | None = None) -> tuple[int, str]:
    """Exit code and message of the command line, in this process."""
    from assistant.frontends.cli import run

    os.environ["ASSISTANT_PASSPHRASE"] = PASSPHRASE
    os.environ |= {"ASSISTANT_VAULT": str(vault)} if vault else {}
    os.environ |= {"ASSISTANT_MODELS": str(models)} if models else {}
    heard = io.StringIO()
    with redirect_stdout(heard):
        code = run([*arguments, "--json"])
    return code, heard.getvalue()


def model_files(store: Path) -> list[tuple[ModelEntry, Path]]:
    """The files of the models that are whole in the store."""
    found = []
    for state in states(store):
        if state.verified:
            entry = load_catalog(store).get(state.entry.name)
            root = Path(entry.path) if entry.is_folder else Path()
            found += [(entry, root / file.path) for file in entry.files]
    return found


def flip_models(rng: random.Random, changes: int, cli: int, base: Path) -> tuple[Counter[str], list[str], int]:
    """Change model files one at a time: how often each, what was missed, and how many went through the command line."""
    store = model_store()
    files = model_files(store)
    tried: Counter[str] = Counter()
    missed: list[str] = []
    for number in range(changes if files else 0):
        chosen = rng.choice(sorted({entry.name for entry, _ in files}))
        entry, name = rng.choice([pair for pair in files if pair[0].name == chosen])
        copy = base / f"models-{number}"
        for _, other in files:
            (copy / other).parent.mkdir(parents=True, exist_ok=True)
            if other != name:
                os.link(store / other, copy / other) if same_disk(store, copy) else shutil.copy(
                    store / other, copy / other
                )
        damage(rng, store / name, copy / name)
        tried[f"models/{entry.name}"] += 1
        try:
            if number < cli:
                code, said = by_command("models", "verify", entry.name, models=copy)
                noticed = code == ExitCode.INTEGRITY and "changed" in said
            else:
                verify_entry(entry, copy)
                noticed = False
        except IntegrityError as error:
            noticed = bool(error.remedy) and error.exit_code == ExitCode.INTEGRITY
        if not noticed:
            missed.append(str(name))
        shutil.rmtree(copy)
    os.environ["ASSISTANT_MODELS"] = str(store)
    return tried, missed, min(cli, sum(tried.values()))


def same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def damage(rng: random.Random, source: Path, target: Path) -> None:
    """A copy of a file with one bit changed, or cut short."""
    shutil.copy(source, target)
    target.chmod(0o600)
    size = target.stat().st_size
    at = rng.randrange(size)
    with target.open("r+b") as file:
        if rng.random() < 0.15:
            file.truncate(at)
            return
        file.seek(at)
        value = file.read(1)[0] ^ (1 << rng.randrange(8))
        file.seek(at)
        file.write(bytes([value]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=int, default=200, help="how many of the changes are made to model files")
    parser.add_argument("--cli", type=int, default=40, help="how many of each kind go through the command line")
    options = parser.parse_args()
    rng, start = random.Random(options.seed), time.perf_counter()
    tried: Counter[str] = Counter()
    missed: list[tuple[str, str, int]] = []
    with tempfile.TemporaryDirectory() as base:
        fill(Path(base))
        good, folder = Path(base) / "v", Path(base) / "w"
        models, missed_models, through_cli = flip_models(rng, options.models, options.cli, Path(base))
        left = options.changes - sum(models.values())
        for number in range(left):
            name = rng.choices(FILES, weights=(60, 12, 6, 2, 20))[0]
            data = bytearray((good / name).read_bytes())
            at, cut = rng.randrange(len(data)), rng.random() < 0.15
            if cut:
                del data[at:]
            else:
                data[at] ^= 1 << rng.randrange(8)
            shutil.copytree(good, folder)
            (folder / name).write_bytes(data)
            tried[name] += 1
            # An erasure list in which the last line merely lacks its line end, or that opening has put right, is whole.
            if number < options.cli and name in ("vault.db", "slots.json", "mark"):
                code, said = by_command("vault", "status", "--verify", vault=folder)
                through_cli += 1
                if code != ExitCode.INTEGRITY or '"remedy": ""' in said:
                    missed.append((name, "exit code", code))
            elif not noticed(folder, name) and not (name == "erased" and mended(folder)):
                missed.append((name, "cut" if cut else "flip", at))
            shutil.rmtree(folder)
    seconds = round(time.perf_counter() - start, 1)
    result = {
        "changes": options.changes,
        "tried": tried + models,
        "missed": [*missed, *missed_models],
        "through_the_command_line": through_cli,
        "seconds": seconds,
    }
    print(json.dumps(result))


def mended(folder: Path) -> bool:
    with Vault.open(folder, SECRET) as vault:
        return not vault.integrity() and vault.status().erased >= 1


if __name__ == "__main__":
    main()
