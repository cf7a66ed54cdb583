"""The judge of strace logs sees what leaves the machine or the vault, and nothing else."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
VAULT = Path("/site/vault")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("strace_check", ROOT / "tools" / "strace_check.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "line",
    [
        '12 openat(AT_FDCWD, "/site/home/.cache/x", O_WRONLY|O_CREAT|O_CLOEXEC, 0600) = 3',
        '12 openat(AT_FDCWD, "/tmp/tmpabc", O_RDWR|O_CREAT|O_EXCL, 0600) = 3',
        '12 openat(AT_FDCWD, "notes.txt", O_WRONLY|O_TRUNC) = 3',
        '12 openat(AT_FDCWD, "/dev/shm/sem.x", O_RDWR|O_CREAT, 0600) = 4',
        '12 creat("/site/home/y", 0600) = 3',
        '12 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = 0',
        '12 connect(3, {sa_family=AF_INET6, sin6_port=htons(53), inet_pton(AF_INET6, "2606:4700::1111", &sin6_addr)}, 28) = -1 ENETUNREACH',
        '12 sendto(4, "..", 40, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16) = 40',
        '12 bind(3, {sa_family=AF_INET, sin_port=htons(8000), sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
        "12 socket(AF_PACKET, SOCK_RAW, 768) = 3",
    ],
)
def test_a_way_out_is_found(tool: ModuleType, line: str) -> None:
    assert len(tool.judge([line], [VAULT], Counter())) == 1


@pytest.mark.parametrize(
    "line",
    [
        '12 openat(AT_FDCWD, "/site/vault/vault.db", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 3',
        '12 openat(AT_FDCWD, "/usr/lib/libc.so.6", O_RDONLY|O_CLOEXEC) = 3',
        '12 openat(AT_FDCWD, "/site/refused", O_WRONLY|O_CREAT, 0600) = -1 EACCES (Permission denied)',
        '12 openat(AT_FDCWD, "/dev/null", O_RDWR) = 3',
        '12 openat(AT_FDCWD, "/dev/pts/0", O_RDWR|O_NONBLOCK) = 3',
        '12 connect(3, {sa_family=AF_UNIX, sun_path="/run/x.sock"}, 110) = 0',
        '12 connect(3, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
        "12 socket(AF_INET6, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3",
        "12 bind(3, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 0",
    ],
)
def test_what_stays_is_let_through(tool: ModuleType, line: str) -> None:
    seen: Counter[str] = Counter()
    assert tool.judge([line], [VAULT], seen) == []
    assert sum(seen.values()) > 0
