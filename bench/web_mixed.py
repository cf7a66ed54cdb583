"""Mixed load on `assistant serve` with people who mean harm: are valid visitors refused, is an error a 500, does memory grow?

    python bench/web_mixed.py [--minutes 60] [--visitors 50] [--engine extractive]

Fifty visitors of a site ask with pauses, two admins take documents in and erase them, one batch summarises records in a vault of its
own beside them. Five others try bad tokens, heads that never end, bodies of 80 MB, half characters, and as many questions as they can;
the one with bad tokens shares its address with five visitors. A proxy on this machine gives every one its address, the limits are
those that the server has by itself. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant.config import shipped  # noqa: E402 - the path comes first
from assistant.frontends.web.tokens import mint  # noqa: E402
from bench.web_load import ORIGIN, PASSPHRASE, Tally, memory, one, prepare, quantile, start  # noqa: E402

PASSWORD = "ladder mitten orchard quiet"
# Behind one router: five visitors and who tries tokens.
SHARED = "203.0.113.200"
_HUGE = 80 * 2**20
# The question of a person, and the time to read an answer.
_PAUSE_S = 30.0


@dataclass
class Seen:
    """What the others did and were told: status codes by who asked, and what is never right."""

    codes: dict[str, Counter[str]] = field(default_factory=dict)
    admins: Counter[str] = field(default_factory=Counter)
    upload_s: list[float] = field(default_factory=list)
    batches: Counter[str] = field(default_factory=Counter)

    def note(self, who: str, what: object) -> None:
        """Count one reply."""
        self.codes.setdefault(who, Counter())[str(what)] += 1


def site_token(secret: str, session: str, address: str) -> dict[str, str]:
    """The headers of somebody with a token of the site."""
    token = mint("load", secret, ORIGIN, session=session)
    return {"Authorization": f"Bearer {token}", "Origin": ORIGIN, "X-Forwarded-For": address}


async def visitor(n: int, base: str, secret: str, until: float, tally: Tally) -> None:
    """One visitor: a question, some reading, the next one."""
    address = SHARED if n < 5 else f"198.51.{n // 200}.{n % 200 + 1}"
    async with httpx.AsyncClient(base_url=base, timeout=300) as client:
        asked = 0
        while time.monotonic() < until:
            await asyncio.sleep(random.random() * _PAUSE_S)
            headers = site_token(secret, f"mixed-visitor-{n:03d}-session", address)
            await one(client, headers, 1_000_000 + n * 1000 + asked % 1000, tally)
            asked += 1


async def admin(name: str, base: str, until: float, seen: Seen) -> None:
    """One admin: takes a document in, now and then a long one, and erases an older one."""
    headers = {"X-Forwarded-For": f"192.0.2.{10 + len(name)}"}
    kept: list[str] = []
    async with httpx.AsyncClient(base_url=base, timeout=600, headers=headers) as client:
        login = await client.post("/admin/api/login", json={"name": name, "password": PASSWORD})
        seen.admins[f"login {login.status_code}"] += 1
        client.headers["X-CSRF-Token"] = login.json()["csrf"]
        count = 0
        while time.monotonic() < until:
            count += 1
            body = _document(name, count, 400 if count % 10 == 0 else 12)
            began = time.monotonic()
            path = "/admin/api/documents?label=public&collection=mixed"
            sent = await client.post(path, content=body, headers={"X-Filename": f"{name}-{count}.md"})
            seen.admins[f"upload {sent.status_code}"] += 1
            seen.upload_s.append(time.monotonic() - began)
            listed = await client.get("/admin/api/documents")
            kept = [d["id"] for d in listed.json()["documents"] if d["collection"] == "mixed" and name in d["source"]]
            if len(kept) > 20:
                gone = await client.delete(f"/admin/api/documents/{kept[-1]}")
                seen.admins[f"erase {gone.status_code}"] += 1
            await asyncio.sleep(5 + random.random() * 10)


def _document(name: str, count: int, parts: int) -> bytes:
    lines = (
        f"Lamp {name}{count} part {n} has a bulb of {n % 40 + 3} watts. It is cleaned with a dry cloth and never with water."
        for n in range(parts)
    )
    return ("# Lamps\n\n" + "\n\n".join(lines)).encode()


async def bad_tokens(base: str, until: float, seen: Seen) -> None:
    """Tries tokens, from an address that visitors have too."""
    headers = {"Authorization": "Bearer x.y.z", "Origin": ORIGIN, "X-Forwarded-For": SHARED}
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                seen.note("bad tokens", (await client.post("/widget/v1/ask", json={}, headers=headers)).status_code)
            await asyncio.sleep(0.2)


async def slow_heads(base: str, until: float, seen: Seen) -> None:
    """Holds a hundred connections whose heads never end."""
    port = int(base.rsplit(":", 1)[1])
    while time.monotonic() < until:
        held = []
        for _ in range(100):
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: local")
                held.append((reader, writer))
        began = time.monotonic()
        for reader, writer in held:
            try:
                end = await asyncio.wait_for(reader.read(), 60)
                seen.note("slow heads", "closed" if not end else "answered")
            except (TimeoutError, OSError) as error:
                seen.note("slow heads", "reset" if isinstance(error, OSError) else "held for 60 s")
            writer.close()
        seen.note("slow heads", f"rounds closed in {'15 s' if time.monotonic() - began < 15 else 'longer'}")


async def huge_bodies(base: str, secret: str, until: float, seen: Seen) -> None:
    """Sends bodies of 80 MB, with and without saying their length, with a valid token and none."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(_HUGE // 2**16):
            yield b"x" * 2**16

    async with httpx.AsyncClient(base_url=base, timeout=120) as client:
        while time.monotonic() < until:
            headers = {
                **site_token(secret, "mixed-huge-body-session", "203.0.113.9"),
                "Content-Type": "application/json",
            }
            for path in ("/widget/v1/ask", "/admin/api/login"):
                for body in (pieces(), b"[" * 2**21):
                    try:
                        seen.note("huge bodies", (await client.post(path, content=body, headers=headers)).status_code)
                    except httpx.HTTPError:
                        seen.note("huge bodies", "closed")
            await asyncio.sleep(5)


async def half_characters(base: str, secret: str, until: float, seen: Seen) -> None:
    """Sends half a character, broken UTF-8 and deep nesting where text is expected, with a valid token."""
    bodies = (
        b'{"question": "\\ud800"}',
        b'{"question": "\xff\xfe\xc0"}',
        b'{"question": ' + b"[" * 5000 + b"}",
        b"\x00" * 100,
    )
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        while time.monotonic() < until:
            headers = {
                **site_token(secret, "mixed-half-char-session", "203.0.113.8"),
                "Content-Type": "application/json",
            }
            for body in bodies:
                with suppress(httpx.HTTPError):
                    seen.note(
                        "half characters",
                        (await client.post("/widget/v1/ask", content=body, headers=headers)).status_code,
                    )
            await asyncio.sleep(2)


async def flood(base: str, secret: str, until: float, seen: Seen) -> None:
    """Asks with a valid token as often as it can: ten questions at once, again and again."""
    async with httpx.AsyncClient(base_url=base, timeout=120) as client:

        async def ask() -> None:
            headers = site_token(secret, "mixed-flood-asker-session", "203.0.113.7")
            with suppress(httpx.HTTPError):
                asked = await client.post(
                    "/widget/v1/ask", json={"question": "When does a gift card expire?"}, headers=headers
                )
                seen.note("flood", asked.status_code)

        while time.monotonic() < until:
            await asyncio.gather(*(ask() for _ in range(10)))
            await asyncio.sleep(0.5)


async def batch(assistant: list[str], folder: Path, until: float, seen: Seen) -> None:
    """One batch after the other over the sample records, in a vault of its own."""
    env = {**os.environ, "ASSISTANT_HOME": str(folder / "batch"), "ASSISTANT_PASSPHRASE": PASSPHRASE}
    records = shipped("domains") / "healthcare" / "fhir"
    await asyncio.to_thread(
        subprocess.run, [*assistant, "init", "--domain", "healthcare"], env=env, check=True, capture_output=True
    )
    command = [*assistant, "batch", "summarize", str(records), "--out", str(folder / "out"), "--jobs", "1", "--fresh"]
    while time.monotonic() < until:
        running = await asyncio.create_subprocess_exec(
            *command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        seen.batches[f"exit {await running.wait()}"] += 1
        await asyncio.sleep(5)


async def drive(args: argparse.Namespace, base: str, secret: str, pid: int, folder: Path) -> dict[str, Any]:
    """All of them at once."""
    assistant = [sys.executable, "-m", "assistant"]
    tally, seen, samples = Tally(), Seen(), list[float]()
    until = time.monotonic() + args.minutes * 60
    await asyncio.gather(
        memory(pid, until, samples),
        *(visitor(n, base, secret, until, tally) for n in range(args.visitors)),
        admin("ann", base, until, seen),
        admin("beth", base, until, seen),
        batch(assistant, folder, until, seen),
        bad_tokens(base, until, seen),
        slow_heads(base, until, seen),
        huge_bodies(base, secret, until, seen),
        half_characters(base, secret, until, seen),
        flood(base, secret, until, seen),
    )
    third = max(1, len(samples) // 3)
    refused = sum(n for what, n in tally.outcomes.items() if what.startswith("http "))
    return {
        "minutes": args.minutes,
        "visitors": args.visitors,
        "engine": args.engine,
        "questions": sum(tally.outcomes.values()),
        "outcomes": dict(tally.outcomes),
        "valid_visitors_refused": refused,
        "errors_of_visitors": dict(tally.errors),
        "leaks": tally.leaks,
        "server_errors": sum(n for codes in seen.codes.values() for code, n in codes.items() if code.startswith("5")),
        "answer_s": {"p50": quantile(tally.answer_s, 0.5), "p95": quantile(tally.answer_s, 0.95)},
        "with_waiting_s": {"p50": quantile(tally.total_s, 0.5), "p95": quantile(tally.total_s, 0.95)},
        "admins": dict(seen.admins),
        "upload_s": {"p50": quantile(seen.upload_s, 0.5), "p95": quantile(seen.upload_s, 0.95)},
        "batches": dict(seen.batches),
        "bad_actors": {who: dict(codes) for who, codes in seen.codes.items()},
        "memory_mib": {
            "first_third": round(statistics.mean(samples[:third])),
            "middle_third": round(statistics.mean(samples[third : 2 * third] or samples)),
            "last_third": round(statistics.mean(samples[-third:])),
            "max": round(max(samples)),
        },
        "load_average": [round(load, 1) for load in os.getloadavg()],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--engine", default="extractive")
    args = parser.parse_args()
    args.max_waiting, args.workers = 64, 1
    random.seed(7)
    assistant = [sys.executable, "-m", "assistant"]
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="assistant-mixed-") as folder:
        env, secret = prepare(Path(folder), assistant)
        for n, name in enumerate(("ann", "beth")):
            made = {**env, "ASSISTANT_NEW_PASSWORD": PASSWORD, "ASSISTANT_PASSWORD": PASSWORD}
            by = ["--user", "ann"] if n else []
            subprocess.run(
                [*assistant, "users", "add", name, "--role", "admin", *by], env=made, check=True, capture_output=True
            )
        process, base = start(env, assistant, args, ["--trust-proxy"])
        try:
            told = asyncio.run(drive(args, base, secret, process.pid, Path(folder)))
        finally:
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            code = process.wait(60)
        told["stopped"] = {"exit": code, "seconds": round(time.monotonic() - began, 1)}
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
