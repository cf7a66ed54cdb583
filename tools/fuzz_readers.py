"""What `bench/fuzz.py` and the tests fuzz: targets, good files to begin with, hostile ones, and mutations.

A target may return documents or raise an error of this product, within 10 seconds of CPU time and 2 GiB of memory.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from readers import samples  # noqa: E402

from assistant.errors import AssistantError  # noqa: E402
from assistant.policy.model import load_policy  # noqa: E402
from assistant.readers import READERS  # noqa: E402

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
        **_chart_seeds(fhir),
        "policy": [path.read_bytes() for path in sorted((ROOT / "policies").glob("*.yaml"))],
    }


def _chart_seeds(fhir: bytes) -> dict[str, list[bytes]]:
    sys.path.append(str(ROOT / "tools"))
    from patient_variants import untidy_bundles

    bundles = [json.dumps(json.loads(text)).encode() for _, text in untidy_bundles(4, 7)]
    stream = b"person,time,sign,value,unit\n" + b"".join(
        b"p,2026-01-%02dT08:00:00Z,heart rate,%d,/min\n" % (day, 70 + 9 * (day > 10)) for day in range(1, 14)
    )
    observation = (
        b'{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"code":"8867-4"}]},"subject":'
        b'{"reference":"Patient/p"},"effectiveDateTime":"2026-01-01T08:00:00Z","valueQuantity":{"value":141,"unit":"/min"}}\n'
    )
    schema = b"""schema: 1
fields:
  - {name: hba1c, from: results, codes: ["4548-4"], give: value}
  - {name: pills, from: medications, match: [warfarin], status: [active], take: all}
  - {name: warranty, ask: "How long is the warranty?"}
"""
    return {
        "chart.fhir": [fhir, *bundles],
        "chart.hl7": [samples.HL7],
        "chart.ccda": [samples.CCDA],
        "chart.notes": [b'patient_id,date,note\n7,2026-01-02,"Allergies: NKDA\nMedications:\n- Metformin 500 mg\n"\n'],
        "vitals": [
            stream,
            observation * 3,
            b'{"person":"p","time":"2026-01-01","sign":"hr","value":150,"unit":"bpm"}\n',
        ],
        "schema": [schema],
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
    zeros = b"\0" * 150_000_000  # over the limit of a member; a seventh of it is over that of the ratio only
    crowd = samples.archive({f"{n}": "" for n in range(30_000)})
    parts = {
        ".docx": "word/document.xml", ".pptx": "ppt/slides/slide1.xml", ".xlsx": "xl/workbook.xml",
        ".epub": "META-INF/container.xml",
    }  # fmt: skip
    found: dict[str, list[bytes]] = {
        ending: [
            samples.archive({part: zeros if ending == ".docx" else zeros[:20_000_000]}),
            samples.archive({part: bomb}),
            samples.archive({part: thief}),
            samples.archive({part: deep_xml}),
            crowd,
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
    same = {"chart.fhir": ".json", "chart.hl7": ".hl7", "chart.ccda": ".xml", "chart.notes": ".csv", "schema": "policy"}
    found["vitals"] = [b"person,time,sign,value,unit\n" + b'p,"' + b"x" * 5_000_000, *found[".jsonl"], *found[".csv"]]
    return {**found, **{kind: found[ending] for kind, ending in same.items()}}


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


def _charts() -> dict[str, Target]:
    """Records to summaries as `batch` makes them, streams as `watch` reads them, schemas as `extract` does."""
    from assistant.charts.fields import load_fields
    from assistant.charts.rules import load_rules
    from assistant.charts.summary import summarize
    from assistant.charts.veil import Veil
    from assistant.monitor.alerts import Monitor
    from assistant.monitor.vitals import VitalsReader
    from assistant.packs.pack import load_pack
    from assistant.records.sources import FORMATS

    rules = load_rules(load_pack("healthcare"))
    veil = Veil(load_policy("healthcare").records, None)

    def chart(kind: str, name: str) -> Target:
        def run(data: bytes) -> object:
            made = []
            for split in FORMATS[kind].split(data, name)[:20]:
                found = FORMATS[kind].chart(split.patient_id, [split.payload])
                made.append(json.dumps(summarize(found, rules, veil, date(2026, 11, 1), {}).as_json()).encode())
            return made

        return run

    def vitals(data: bytes) -> object:
        reader, monitor = VitalsReader(rules.thresholds), Monitor(rules, most_people=100)
        lines = data.decode("utf-8", "replace").splitlines(keepends=True)
        return [json.dumps(alert.as_flag()) for sample in reader.read(lines) for alert in monitor.observe(sample)]

    return {
        "chart.fhir": chart("fhir", "fuzz.json"), "chart.hl7": chart("hl7", "fuzz.hl7"),
        "chart.ccda": chart("ccda", "fuzz.xml"), "chart.notes": chart("notes", "fuzz.csv"),
        "vitals": vitals, "schema": _from_file(load_fields),
    }  # fmt: skip


def _from_file(load: Callable[[Path], object]) -> Target:
    def run(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "fuzz.yaml"
            path.write_bytes(data)
            return load(path)

    return run


def targets() -> dict[str, Target]:
    """What is called with the bytes."""

    def reader(ending: str) -> Target:
        return lambda data: READERS[ending](data, f"fuzz{ending}")

    found: dict[str, Target] = {ending: reader(ending) for ending in seeds() if ending in READERS}
    return {**found, **_charts(), "policy": _from_file(load_policy)}


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
            found[at:at] = rng.choice(WORDS)
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


WORDS = (
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
