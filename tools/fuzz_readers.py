"""Fuzz every reader and the policy loader: mutated files, hostile ones, and the rules they must keep.

    python tools/fuzz_readers.py [--seconds 60] [--seed N] [--only .xlsx .eml ...]
    python tools/fuzz_readers.py --atheris .html -max_total_time=120     (coverage-guided, where atheris is installed)

A target may return documents or raise an error of this product, within 10 seconds of CPU time and 2 GiB of memory; anything
else is a finding: it is printed with the seed that repeats it and, with --keep DIR, its bytes are kept. Exit code 1 where
there is one.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from readers import samples  # noqa: E402

from assistant.errors import AssistantError  # noqa: E402
from assistant.policy.model import load_policy  # noqa: E402
from assistant.readers import READERS  # noqa: E402

MEMORY = 2 * 2**30
SECONDS = 10.0
Target = Callable[[bytes], object]


def seeds() -> dict[str, list[bytes]]:
    """Good files of every kind, small, so that mutations stay near what the parsers take."""
    text = b"# Title\n\nSome *words* here.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two\n\n<b>x</b>\n"
    page = (
        b"<html><head><style>.h{display:none}</style><title>T</title></head><body><h1>A</h1><p class=h>x</p>"
        b"<table><tr><th>a</th><th>b</th></tr><tr><td colspan=2>1</td></tr></table><!-- c --></body></html>"
    )
    mail = (
        b"From: A B <a@b.example>\r\nTo: =?utf-8?q?C=C3=A9?= <c@d.example>\r\nSubject: S\r\nDate: Tue, 05 Mar 2024 14:30:00 +0000\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>hi</p>\r\n--x\r\n'
        b'Content-Type: text/csv; name="a.csv"\r\nContent-Transfer-Encoding: base64\r\n\r\nYSxiCjEsMgo=\r\n--x--\r\n'
    )
    fhir = (
        b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","name":[{"family":"F",'
        b'"given":["G"]}],"birthDate":"1970-01-01"}},{"resource":{"resourceType":"Observation","id":"o","subject":{"reference":'
        b'"Patient/p"},"code":{"text":"Glucose"},"valueQuantity":{"value":5.5,"unit":"mmol/L"}}}]}'
    )
    book = samples.xlsx({"A": samples.sheet_rows(["MRN", "Diet"], ["1", "soft"], ["2", "low"])}, styles="<cellXfs/>")
    table = samples.table([["a", "b"], ["1", "2"]])
    return {
        ".txt": [text, "NOTES:\nÄ ö\n".encode("utf-16")],
        ".md": [text, b"---\ntitle: x\n---\n> > 1. a\n\n```\ncode\n```\n"],
        ".html": [page],
        ".pdf": [samples.pdf([["Hello there."], []], outline={0: "One"}, title="T"), samples.looping_pdf()],
        ".docx": [
            samples.docx(samples.paragraph("Head", "H1") + samples.paragraph("Text") + table, styles=samples.STYLES)
        ],
        ".pptx": [samples.pptx(samples.slide("T", "B"), samples.slide("U", "C"))],
        ".xlsx": [book],
        ".epub": [samples.epub({"a.xhtml": page.decode()})],
        ".eml": [mail],
        ".xml": [samples.CCDA],
        ".hl7": [samples.HL7],
        ".csv": [b'name,dose\n"a ""b""",1\nc,2\n', b"sep=;\na;b\n1;2\n"],
        ".tsv": [b"a\tb\n1\t2\n"],
        ".json": [
            fhir,
            b'[{"id":1,"text":"' + b"words " * 20 + b'"},{"id":2,"text":"x"}]',
            b'{"a":{"b":[1,2.5e3,null]}}',
        ],
        ".jsonl": [fhir.replace(b"\n", b"") + b"\n" + fhir, b'{"a":1}\n{"a":2}\n'],
        "policy": [path.read_bytes() for path in sorted((ROOT / "policies").glob("*.yaml"))],
    }


def hostile() -> dict[str, list[bytes]]:
    """Files made to hurt: bombs, entities, depth, giant numbers, cycles."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l11;</x>'.encode()
    thief = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    deep_xml = b"<a>" * 200_000
    deep_json = b'{"a":[' * 100_000
    giant = b'{"a": ' + b"9" * 2_000_000 + b', "b": 1e999999999, "c": -0.' + b"1" * 100_000 + b"}"
    anchors = b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n".encode() for n in range(1, 12)
    )
    zeros = b"\0" * 150_000_000
    parts = {
        ".docx": "word/document.xml", ".pptx": "ppt/slides/slide1.xml", ".xlsx": "xl/workbook.xml",
        ".epub": "META-INF/container.xml",
    }  # fmt: skip
    found: dict[str, list[bytes]] = {
        ending: [
            samples.archive({part: zeros}),
            samples.archive({part: bomb}),
            samples.archive({part: thief}),
            samples.archive({part: deep_xml}),
            samples.archive({f"{n}": "" for n in range(30_000)}),
        ]
        for ending, part in parts.items()
    }
    found[".xlsx"].append(_big_sheet())
    found[".xlsx"].append(
        samples.xlsx({"A": '<sheetData><row r="9999999"><c r="ZZZ9999999"><v>1e308</v></c></row></sheetData>'})
    )
    found[".xml"] = [bomb, thief, deep_xml, b"<ClinicalDocument>" + b"<component>" * 100_000]
    found[".html"] = [
        b"<div>" * 300_000,
        b"<table><tr><td>" * 50_000,
        b"<p style='" + b"color:" * 500_000,
        bomb,
        b"&#" * 500_000,
    ]
    found[".json"] = [deep_json, giant, b'"' + b"\\u0041" * 300_000 + b'"', b"[" * 3_000_000]
    found[".jsonl"] = [deep_json + b"\n", giant + b"\n"]
    found[".md"] = [b"> " * 200_000, b"[" * 200_000, b"*a " * 200_000, b"- " * 100_000, b"`" * 300_000, b"|" * 200_000]
    found[".txt"] = [b"\n" * 5_000_000, b"A" * 10_000_000, b"=\n" * 2_000_000]
    found[".csv"] = [b'"' * 1_000_000, b"," * 3_000_000, b'a,b\n"' + b"x" * 5_000_000]
    found[".tsv"] = [b"\t" * 3_000_000]
    found[".hl7"] = [b"MSH|^~\\&|" + b"~" * 3_000_000, b"MSH|^~\\&|\rOBX|1|TX|a||" + b"\\" * 1_000_000, samples.HL7 * 3000,
                     b"MSH|^~\\&|\rPID|||" + b"1^2^3^4^MR~" * 100_000]  # fmt: skip
    found[".eml"] = _mails()
    found[".pdf"] = [samples.looping_pdf(), b"%PDF-1.7\n" + b"1 0 obj\n<<" * 100_000, b"%PDF-1.4\n" + b"[" * 500_000]
    found["policy"] = [anchors, b"a: &a [*a]\n", b"{" * 100_000, b"a: " + b"9" * 100_000, b"? " * 50_000, b"x: !!python/object:os.system\n",
                       b"- " * 100_000, b"<<: " * 1000]  # fmt: skip
    return found


def _big_sheet() -> bytes:
    """A sheet of small cells that packs well: one million of them in a few hundred kilobytes."""
    row = "<row>" + "<c><v>1</v></c>" * 1000 + "</row>"
    return samples.xlsx({"A": f"<sheetData>{row * 1000}</sheetData>"})


def _mails() -> list[bytes]:
    head = b"From: a@b.example\nSubject: s\n"
    nested = head + b"\nend"
    for n in range(300):
        nested = (
            head + b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) + nested + b"\n--b%d--\n" % n
        )
    return [
        nested,
        head + b"To: " + b'"x' * 200_000 + b"\n\nhi",
        head + b"To: " + b"((((" * 200_000 + b"\n\nhi",
        b"Subject: " + b"=?utf-8?q?=41?= " * 200_000 + b"\n\nhi",
        head + b"Content-Type: text/plain; " + b"a*0*=x;" * 100_000 + b"\n\nhi",
        head + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 50_000,
        b"A: b\n" * 500_000,
        b"From: " + b"<" * 500_000,
    ]  # fmt: skip


def targets() -> dict[str, Target]:
    """What is called with the bytes."""

    def reader(ending: str) -> Target:
        return lambda data: READERS[ending](data, f"fuzz{ending}")

    def policy(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "fuzz.yaml"
            path.write_bytes(data)
            return load_policy(path)

    found: dict[str, Target] = {ending: reader(ending) for ending in seeds() if ending != "policy"}
    return {**found, "policy": policy}


def mutate(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    """A few random edits; inside archives the edits are made to a member and the archive is closed again."""
    if data.startswith(b"PK") and rng.random() < 0.8:
        return _mutate_member(data, rng)
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(found) + 1)
        kind = rng.randrange(8)
        if kind == 0 and found:
            found[at % len(found)] = rng.randrange(256)
        elif kind == 1:
            found[at:at] = rng.randbytes(rng.randrange(1, 9))
        elif kind == 2:
            del found[at : at + rng.randrange(1, 40)]
        elif kind == 3:
            piece = found[at : at + rng.randrange(1, 60)]
            found[at:at] = piece * rng.choice((1, 2, 50, 1000))
        elif kind == 4:
            found[at:at] = rng.choice(_DICTIONARY)
        elif kind == 5:
            other = rng.choice(others)
            start = rng.randrange(len(other) + 1)
            found[at:at] = other[start : start + rng.randrange(1, 200)]
        elif kind == 6:
            del found[at:]
        else:
            end = min(len(found), at + rng.randrange(1, 20))
            found[at:end] = bytes(byte ^ (1 << rng.randrange(8)) for byte in found[at:end])
    return bytes(found[: 2**20])


_DICTIONARY = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&lt;", b"&x;", b"99999999999999999999", b"-1", b"1e999",
    b"\xed\xa0\x80", b"\\u0000", b"\\ud800", b"null", b"{}", b"[]", b'""', b"~", b"^", b"|", b"\\X41\\", b"\\.br\\", b"=?utf-8?b?", b"?=",
    b'rowspan="99999"', b'colspan="0"', b'r="A0"', b"<table>", b"<tr>", b"</td>", b"\r", b"\n\n", b"\t", b"&anchor *anchor", b"!!binary ",
)  # fmt: skip


def _mutate_member(data: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    name = rng.choice(list(members))
    members[name] = mutate(members[name], rng, list(members.values()))
    if rng.random() < 0.05:
        members.pop(rng.choice(list(members)))
    return samples.archive(members)


def attempt(call: Target, data: bytes) -> tuple[str, str]:
    """How a call ended, and what was wrong with that, '' where nothing was."""
    started = time.process_time()
    try:
        call(data)
        ended = "read"
    except AssistantError:
        ended = "refused"
    except BaseException as error:  # noqa: BLE001 - anything else is what is looked for
        return "crashed", f"{type(error).__name__}"
    spent = time.process_time() - started
    return ended, f"took {spent:.1f} s" if spent > SECONDS else ""


def fuzz(
    kind: str, call: Target, corpus: list[bytes], attacks: list[bytes], seconds: float, seed: int, keep: Path | None
) -> int:
    """Run hostile files once, then mutations until the time is up; the number of findings."""
    rng = random.Random(f"{seed}{kind}")
    ends: Counter[str] = Counter()
    findings: list[str] = []
    slowest = 0.0
    deadline = time.monotonic() + seconds

    def one(name: str, data: bytes) -> None:
        nonlocal slowest
        before = time.process_time()
        ended, wrong = attempt(call, data)
        slowest = max(slowest, time.process_time() - before)
        ends[ended] += 1
        if wrong:
            findings.append(f"{name}: {wrong}")
            if keep is not None:
                (keep / f"{kind.strip('.')}-{name}".replace(" ", "")).write_bytes(data)

    for n, data in enumerate(attacks):
        one(f"hostile {n}", data)
    number = 0
    while time.monotonic() < deadline:
        one(f"seed {seed} number {number}", mutate(rng.choice(corpus), rng, corpus))
        number += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{kind:8} {sum(ends.values()):8} runs: {ends['read']} read, {ends['refused']} refused; slowest {slowest:.2f} s, "
        f"peak so far {peak:.0f} MiB, {len(findings)} findings",
        flush=True,
    )
    for finding in findings[:10]:
        print(f"    {finding}", flush=True)
    return len(findings)


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _guided(kind: str, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports():
        import assistant.readers.registry  # noqa: F401
    call = targets()[kind]

    def run(data: bytes) -> None:
        try:
            call(data)
        except AssistantError:
            return

    with tempfile.TemporaryDirectory() as folder:
        for n, data in enumerate(seeds()[kind]):
            (Path(folder) / f"{n}").write_bytes(data)
        atheris.Setup([sys.argv[0], folder, "-timeout=10", "-rss_limit_mb=2048", *arguments], run)
        atheris.Fuzz()


def main() -> int:
    """Fuzz what was asked for; 1 where something was found."""
    if len(sys.argv) > 2 and sys.argv[1] == "--atheris":
        _guided(sys.argv[2], sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--keep", type=Path, default=None)
    given = parser.parse_args()
    _confine()
    corpus, attacks, calls = seeds(), hostile(), targets()
    wanted = given.only or list(calls)
    found = sum(
        fuzz(kind, calls[kind], corpus[kind], attacks.get(kind, []), given.seconds, given.seed, given.keep)
        for kind in wanted
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
