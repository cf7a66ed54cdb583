"""The guard is permanent in a process, so every test here runs in its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

HEADER = """
import socket, _socket
from assistant.errors import EgressDenied
from assistant.privacy.egress import attempts, guard_installed, install_guard

def denied(call):
    try:
        call()
    except EgressDenied as error:
        assert "example" not in str(error)
        return True
    except OSError:
        return False
    return False

def tcp(host, port=9):
    with socket.socket() as s:
        s.settimeout(0.2)
        s.connect((host, port))
"""


def run(body: str) -> None:
    code = HEADER + textwrap.dedent(body)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_foreign_hosts_are_denied_by_every_call() -> None:
    run("""
    assert not guard_installed() and attempts() == []
    install_guard(frozenset())
    assert guard_installed()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    raw = _socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    assert denied(lambda: tcp("192.0.2.1"))
    assert denied(lambda: socket.socket().connect_ex(("192.0.2.1", 9)))
    assert denied(lambda: udp.sendto(b"x", ("192.0.2.1", 9)))
    assert denied(lambda: udp.sendto(b"x", 0, ("192.0.2.1", 9)))
    assert denied(lambda: udp.sendmsg([b"x"], [], 0, ("192.0.2.1", 9)))
    assert denied(lambda: raw.connect(("192.0.2.1", 9)))
    assert denied(lambda: raw.sendto(b"x", ("192.0.2.1", 9)))
    assert denied(lambda: six.connect(("2001:db8::1", 9)))
    assert denied(lambda: six.connect(("::ffff:192.0.2.1", 9)))
    assert denied(lambda: socket.getaddrinfo("host.example", 80))
    assert denied(lambda: socket.getaddrinfo(b"host.example", 80))
    assert denied(lambda: socket.gethostbyname("host.example"))
    assert denied(lambda: socket.gethostbyname_ex("host.example"))
    assert denied(lambda: socket.gethostbyaddr("192.0.2.1"))
    assert denied(lambda: socket.getnameinfo(("192.0.2.1", 80), 0))
    assert denied(lambda: socket.create_connection(("host.example", 80), 1))
    assert denied(lambda: socket.getfqdn("host.example"))
    assert denied(lambda: tcp("127.1"))
    assert len(attempts()) == 18, attempts()
    assert all(event.startswith("socket.") for event, _ in attempts())
    """)


def test_a_name_given_to_connect_is_refused_before_it_is_looked_up() -> None:
    # CPython resolves the name before it raises the audit event: only the wrapped method sees it in time.
    run("""
    install_guard(frozenset())
    assert denied(lambda: tcp("host.example"))
    assert denied(lambda: socket.socket().connect_ex(("host.example", 80)))
    assert denied(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("host.example", 53)))
    assert denied(lambda: socket.socket().bind(("host.example", 0)))
    """)


def test_loopback_and_unix_sockets_work() -> None:
    run("""
    import tempfile, pathlib
    install_guard(frozenset())
    for host in ("127.0.0.1", "localhost"):
        with socket.create_server((host, 0)) as server:
            with socket.create_connection((host, server.getsockname()[1]), 5) as client:
                client.sendall(b"x")
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder, "s"))
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path)
            server.listen()
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path)
    a, b = socket.socketpair()
    a.sendmsg([b"x"])
    assert b.recv(1) == b"x"
    with socket.socket() as any_address:
        any_address.bind(("", 0))
    socket.getaddrinfo("0.0.0.0", 80)
    socket.getaddrinfo(None, 80)
    assert attempts() == []
    """)


def test_allowed_hosts_by_name_address_and_network() -> None:
    run("""
    real = _socket.getaddrinfo
    def resolver(host, *rest, **more):
        if host == "llm.internal.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.51.100.7", 80))]
        return real(host, *rest, **more)
    _socket.getaddrinfo = resolver
    install_guard(frozenset({"LLM.internal.example", "10.1.0.0/16", "192.0.2.5"}))
    assert not denied(lambda: tcp("198.51.100.7"))
    assert not denied(lambda: tcp("10.1.2.3"))
    assert not denied(lambda: tcp("192.0.2.5"))
    assert denied(lambda: tcp("198.51.100.8"))
    assert denied(lambda: tcp("10.2.0.1"))
    """)


def test_a_second_call_narrows_and_never_widens() -> None:
    run("""
    install_guard(frozenset({"192.0.2.5", "192.0.2.6"}))
    install_guard(frozenset({"192.0.2.5", "192.0.2.7"}))
    assert not denied(lambda: tcp("192.0.2.5"))
    assert denied(lambda: tcp("192.0.2.6"))
    assert denied(lambda: tcp("192.0.2.7"))
    """)


def test_the_guard_loads_no_third_party_part() -> None:
    run("""
    import sys
    assert not {"spacy", "presidio_analyzer", "torch", "numpy", "pydantic", "requests"} & set(sys.modules)
    """)
