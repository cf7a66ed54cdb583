"""Write the bill of materials (CycloneDX 1.6 JSON) and the list of licences from the lock file, the catalog and what is installed.

Names, versions and hashes come from `requirements.lock` and the model catalog; licences from the metadata of the installed
packages, and where a package states none, from the table below (looked up in its source). Nothing depends on the time of the run.

Usage: python tools/sbom.py            writes docs/sbom.cdx.json and docs/licences.md
       python tools/sbom.py --check    exit code 1 where they are stale
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
SBOM = ROOT / "docs" / "sbom.cdx.json"
LICENCES = ROOT / "docs" / "licences.md"
CATALOG = ROOT / "assistant" / "models" / "catalog.toml"

_PACKAGE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]*?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# Packages whose metadata names no licence, or that are for other systems and so not installed here.
_STATED = {
    "colorama": "BSD-3-Clause",
    "hyperframe": "MIT",
    "jeepney": "MIT",
    "pywin32-ctypes": "BSD-3-Clause",
    "secretstorage": "BSD-3-Clause",
    "sqlcipher3": "Zlib",
    "pystemmer": "MIT AND BSD-3-Clause",
}
_SPELLED = {"Apache 2.0 License": "Apache-2.0", "MIT License": "MIT", "Apache 2.0": "Apache-2.0", "BSD": "BSD-3-Clause"}
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "The Unlicense (Unlicense)": "Unlicense",
    "zlib/libpng License": "Zlib",
}


@dataclass(frozen=True)
class Package:
    """One pinned distribution; `marker` says on which systems it is wanted ("" for all)."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    licence: str


def packages(lock: Path = LOCK) -> list[Package]:
    """The pinned packages of the lock file, and torch, which is pinned by version (docs/decisions/004-lock.md)."""
    found: list[Package] = []
    name = version = marker = ""
    hashes: list[str] = []

    def end() -> None:
        if name:
            found.append(Package(name, version, marker, tuple(sorted(hashes)), licence_of(name)))

    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := _PACKAGE.match(line):
            end()
            name, version, marker = match[1].lower(), match[2], (match[3] or "").strip()
            hashes = []
        hashes += _HASH.findall(line)
    end()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    torch = next(line for line in project["dependencies"] if line.startswith("torch=="))
    found.append(Package("torch", torch.removeprefix("torch=="), "", (), licence_of("torch")))
    return sorted(found, key=lambda package: (package.name, package.version))


def licence_of(name: str) -> str:
    """The SPDX expression that the installed package states; "not installed here" where it is for another system."""
    try:
        data = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return _STATED.get(name, "not installed here")
    if expression := data.get("License-Expression"):
        return str(expression)
    classified = [
        _CLASSIFIERS.get(value.split(" :: ")[-1], value.split(" :: ")[-1])
        for value in data.get_all("Classifier") or []
        if value.startswith("License :: ") and value != "License :: OSI Approved"
    ]
    if classified:
        return " AND ".join(sorted(set(classified)))
    stated = (data.get("License") or "").strip().splitlines()
    return _SPELLED.get(stated[0], stated[0][:60]) if stated else _STATED.get(name, "not stated")


def models() -> list[dict[str, Any]]:
    """The models of the catalog."""
    listed = tomllib.loads(CATALOG.read_text(encoding="utf-8"))["model"]
    return sorted(listed, key=lambda model: str(model["name"]))


def sbom() -> dict[str, Any]:
    """The bill of materials."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    components = [_package(package) for package in packages()] + [_model(model) for model in models()]
    body = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "assistant",
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": "assistant", "dependsOn": [c["bom-ref"] for c in components]}],
    }
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    serial = uuid.UUID(digest[:32], version=4)
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return head | body


def _package(package: Package) -> dict[str, Any]:
    purl = f"pkg:pypi/{package.name}@{package.version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "licenses": [_licence(package.licence)],
        "hashes": [{"alg": "SHA-256", "content": value} for value in package.hashes],
    }
    if package.marker:
        component["properties"] = [{"name": "marker", "value": package.marker}]
        component["scope"] = "optional"
    return component


def _model(model: dict[str, Any]) -> dict[str, Any]:
    files = [
        {
            "type": "file",
            "bom-ref": f"model:{model['name']}/{file['path']}",
            "name": file["path"],
            "hashes": [{"alg": "SHA-256", "content": file["sha256"]}],
        }
        for file in model["files"]
    ]
    source = model.get("source", {})
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{model['name']}",
        "name": model["name"],
        "version": str(source.get("version", "")),
        "description": model["summary"],
        "licenses": [_licence(model["licence"])],
        "properties": [{"name": "package", "value": f"pkg:pypi/{source['package']}@{source['version']}"}]
        if source
        else [],
        "components": files,
    }


def _licence(stated: str) -> dict[str, Any]:
    plain = re.fullmatch(r"[A-Za-z0-9.+-]+", stated)
    if plain and stated != "stated":
        return {"license": {"id": stated}} if stated in _IDS else {"license": {"name": stated}}
    return {"expression": stated} if re.search(r" (?:AND|OR|WITH) ", stated) else {"license": {"name": stated}}


_IDS = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 ISC LGPL-3.0-only GPL-3.0-only MIT MPL-2.0 PSF-2.0 Unlicense Zlib".split()
)


def licences() -> str:
    """The list of licences as Markdown."""
    rows = [f"| {p.name} | {p.version} | {p.licence} |" for p in packages()]
    weights = [f"| {m['name']} | {m['role']} | {m['licence']} |" for m in models()]
    counted: dict[str, int] = {}
    for package in packages():
        counted[package.licence] = counted.get(package.licence, 0) + 1
    most = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return "\n".join(
        [
            "# Licences",
            "",
            "Written by `make sbom` from the lock file, the model catalog and the metadata of the installed packages. The bill of",
            "materials with the hash of every file is `docs/sbom.cdx.json` (CycloneDX 1.6).",
            "",
            "## In short",
            *(f"- {licence}: {count}" for licence, count in most),
            "",
            "## Packages",
            "| package | version | licence |",
            "|---|---|---|",
            *rows,
            "",
            "## Models",
            "| model | role | licence |",
            "|---|---|---|",
            *weights,
            "",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = []
    for path, text in ((SBOM, json.dumps(sbom(), indent=1) + "\n"), (LICENCES, licences())):
        if options.check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(path.name)
        else:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name} is stale: run `make sbom`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
