"""Judge strace logs: no socket beyond this machine, and no file written outside the allowed folders and the terminal.

Usage: python tools/strace_check.py --allow DIR [--allow DIR ..] [--scratch DIR] LOG ..
`--allow` is the vault folder. `--scratch` is the throw-away HOME, temp and run-time folder of the session: a file written there
is a finding too, a Unix socket in it is not. Prints one JSON object; exit code 1 where anything was found.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import re
import sys
from collections import Counter
from pathlib import Path

# strace -f: "1234  openat(AT_FDCWD, "/path", O_WRONLY|O_CREAT, 0600) = 3"
_OPEN = re.compile(r'\b(?:openat|open|creat)\((?:AT_FDCWD|\d+(?:<[^>]*>)?)?,? ?"((?:[^"\\]|\\.)*)"(?:, ([A-Z_|0-9]+))?')
_FAILED = re.compile(r"= -1 E")
_CALL = re.compile(r"\b(socket|connect|bind|sendto|sendmsg|sendmmsg|listen|accept4?)\(")
_FAMILY = re.compile(r"\bAF_(INET6?|UNIX|LOCAL|NETLINK|PACKET|VSOCK|BLUETOOTH|ALG)\b")
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_WRITES = frozenset({"O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"})
# The terminal, devices that keep nothing, and the process's own control files.
_HARMLESS = re.compile(
    r"/dev/(?:null|tty|pts/\d+|urandom|random|zero)|/proc/(?:self|\d+)/(?:task/\d+/)?(?:comm|oom_score_adj|mem|clear_refs)"
)
_SEMAPHORE = re.compile(r"/dev/shm/(?:sem\.)?[A-Za-z0-9_.-]+")
_LOCAL_FAMILIES = frozenset({"UNIX", "LOCAL", "NETLINK"})


def judge(lines: list[str], allowed: list[Path], seen: Counter[str]) -> list[str]:
    """Findings of one log; `seen` counts what was looked at."""
    found: list[str] = []
    for line in lines:
        if match := _OPEN.search(line):
            seen["opened"] += 1
            flags = set((match[2] or "").split("|")) | ({"O_CREAT"} if "creat(" in match[0] else set())
            if flags & _WRITES and not _FAILED.search(line):
                seen["opened for writing"] += 1
                if not _may_write(match[1], allowed):
                    found.append(f"written outside: {match[1]}")
        elif match := _CALL.search(line):
            seen["network calls"] += 1
            found += _network(line, match[1])
    return found


def _may_write(path: str, allowed: list[Path]) -> bool:
    if _HARMLESS.fullmatch(path) or path == ".":
        return True
    place = Path(path)
    # Relative names are opened against a folder handle; those of the vault name it first.
    return any(place.is_relative_to(folder) for folder in allowed)


def _network(line: str, call: str) -> list[str]:
    family = _FAMILY.search(line)
    if family is None or family[1] in _LOCAL_FAMILIES:
        return []
    address = _ADDRESS.search(line)
    if address is None:
        # A socket that is made and goes nowhere reaches nobody; where it goes shows in connect, bind or sendto.
        return [] if call == "socket" and family[1] in ("INET", "INET6") else [f"network: {call} AF_{family[1]}"]
    where = ipaddress.ip_address(address[1] or address[2])
    if where.is_loopback or (call == "bind" and where.is_loopback):
        return []
    return [f"network: {call} to {where}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--allow", type=Path, action="append", default=[])
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("logs", type=Path, nargs="+")
    options = parser.parse_args()
    seen: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for log in options.logs:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        for finding in judge(lines, options.allow, seen):
            found[f"{log.name}: {finding}"] += 1
    print(json.dumps({"logs": len(options.logs), **seen, "findings": dict(found)}, indent=1))
    return 1 if found or not seen["opened"] else 0


if __name__ == "__main__":
    sys.exit(main())
