from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import ReaderError
from assistant.readers import READERS, read_file
from assistant.readers.registry import LIMITS, guarded, reader_version
from assistant.readers.text import read_text
from assistant.records import security
from readers.samples import STYLES, W, docx, paragraph, pdf, pptx, slide, table

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "readers.md"
GOOD = {
    ".txt": b"HISTORY\nPain since Monday. No fever.\n",
    ".md": b"# T\n\nSource: X\n\n## A\n\nOne *two*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    ".html": b"<h1>T</h1><p>One <b>two</b></p><table><tr><td>a</td><td>b</td></tr></table>",
    ".csv": b"name,dose\nAnn,5\nBob,6\n",
    ".tsv": b"name\tdose\nAnn\t5\n",
    ".json": b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "p", "gender": "male"}}]}',
    ".jsonl": b'{"a": 1, "b": [1, {"c": "x"}]}\n{"a": 2}\n',
    ".pdf": pdf([["One line of text.", "Another (with) marks."]], outline={0: "A"}, title="T"),
    ".docx": docx(paragraph("T", "H1") + paragraph("Text.") + table([["a", "b"], ["1", "2"]]), styles=STYLES),
    ".pptx": pptx(slide("T", "Body.")),
}


@pytest.mark.parametrize("ending", sorted(GOOD))
def test_the_samples_read(ending: str) -> None:
    for document in READERS[ending](GOOD[ending], f"a{ending}"):
        assert document.text.strip()
        ends = [0]
        for section in document.sections:
            assert ends[-1] <= section.start < section.end <= len(document.text)
            ends.append(section.end)


def _check(ending: str, data: bytes) -> None:
    try:
        documents = READERS[ending](data, "fuzz" + ending)
    except ReaderError as error:
        assert error.message
        assert error.remedy
    else:
        for document in documents:
            document.text.encode("utf-8")
            document.title.encode("utf-8")
            assert all(0 <= s.start < s.end <= len(document.text) for s in document.sections)


@pytest.mark.parametrize("ending", sorted(READERS))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=400))
def test_any_bytes_end_in_documents_or_a_reader_error(ending: str, data: bytes) -> None:
    _check(ending, data)


@pytest.mark.parametrize("ending", sorted(GOOD))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_damaged_files_end_in_documents_or_a_reader_error(ending: str, draw: st.DataObject) -> None:
    data = bytearray(GOOD[ending])
    for _ in range(draw.draw(st.integers(1, 6))):
        at = draw.draw(st.integers(0, len(data) - 1))
        kind = draw.draw(st.sampled_from("flip cut double drop".split()))
        if kind == "flip":
            data[at] = draw.draw(st.integers(0, 255))
        elif kind == "cut" and at > 10:
            del data[at:]
        elif kind == "double":
            data[at:at] = data[max(0, at - 50) : at]
        else:
            del data[at : at + draw.draw(st.integers(1, 20))]
        if not data:
            break
    _check(ending, bytes(data))


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    "resourceType id entry resource subject reference code coding text period name value".split()
                ),
                inner | st.sampled_from(["Bundle", "Patient", "Condition", "Observation", "Patient/p"]),
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_ends_in_documents_or_a_reader_error(value: object) -> None:
    import json

    _check(".json", json.dumps(value).encode())
    _check(".jsonl", json.dumps(value).encode())


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        "Condition MedicationRequest Observation Encounter DiagnosticReport Patient CarePlan DocumentReference Claim".split()
    ),
    st.dictionaries(
        st.sampled_from(
            "code subject status period effectiveDateTime valueQuantity component referenceRange dosageInstruction content "
            "category activity result name identifier telecom address note total item onsetAge type class".split()
        ),
        st.sampled_from(
            [None, 1, "x", [], {}, [None], [[]], [{}], {"text": 5}, {"coding": "x"}, {"coding": [3]}, {"value": {}}]
        ),
    ),
)
def test_wrongly_shaped_resources_are_read_or_refused(kind: str, fields: dict[str, object]) -> None:
    import json

    _check(".json", json.dumps({"resourceType": kind, "id": "x", **fields}).encode())


_NODES = st.recursive(
    st.sampled_from(
        ["<w:t>word</w:t>", "<w:br/>", "<w:delText>x</w:delText>", "<w:pStyle w:val='H1'/>", "<a:t>drawn</a:t>", "tail"]
    ),
    lambda inner: st.tuples(
        st.sampled_from(
            "w:p w:r w:pPr w:rPr w:tbl w:tr w:tc w:sdt w:ins w:del w:vanish a:p p:sp p:ph a:tbl a:tr a:tc".split()
        ),
        st.lists(inner, max_size=4),
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_NODES, max_size=5).map("".join))
def test_any_tree_of_office_elements_is_read_or_refused(body: str) -> None:
    names = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    _check(".docx", docx(f"<w:sdt {names}>{body}</w:sdt>", styles=STYLES))
    _check(".pptx", pptx(f"<p:sld {names} {W}>{body}</p:sld>"))


def test_a_reader_that_raises_anything_says_nothing_of_the_file() -> None:
    def broken(data: bytes, source: str) -> list[object]:
        raise ValueError(f"could not parse {data!r}")

    with pytest.raises(ReaderError) as caught:
        guarded(broken)(b"SECRET", "a.txt")  # type: ignore[arg-type]
    assert "SECRET" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert caught.value.remedy


# ---------------------------------------------------------------- files on disk


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.touch()
    with pytest.raises(ReaderError, match="empty"):
        read_file(path)


def test_a_file_over_its_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(ReaderError, match=r"too large: 200\.0 MiB, the limit is 64\.0 MiB") as caught:
        read_file(path)
    assert "limit" in caught.value.remedy
    with pytest.raises(ReaderError, match="too large"):
        read_file(_write(tmp_path / "a.txt", b"x" * 11), limit_bytes=10)
    assert read_file(_write(tmp_path / "a.txt", b"x" * 10), limit_bytes=10)


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_name_with_a_newline_stays_on_one_line(tmp_path: Path) -> None:
    path = _write(tmp_path / "two\nlines.txt", b"\x89PNG....")
    with pytest.raises(ReaderError) as caught:
        read_file(path)
    assert "\n" not in str(caught.value)
    (document,) = read_file(_write(tmp_path / "my\nnotes.txt", b"Hello."))
    assert document.title == "my notes"
    assert "\n" in document.source


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.txt")
    try:
        Path(name).write_bytes(b"Hello.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (document,) = read_file(Path(name))
    document.source.encode("utf-8")


def test_special_files_and_links(tmp_path: Path) -> None:
    pipe, loop, folder, lost = (tmp_path / n for n in ("p.txt", "l.txt", "d.txt", "n.txt"))
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    folder.mkdir()
    for path, words in ((pipe, "regular"), (loop, "link"), (folder, "folder|regular"), (lost, "not exist")):
        with pytest.raises(ReaderError, match=words):
            read_file(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_no_permission(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.txt", b"Hello.")
    path.chmod(0)
    with pytest.raises(ReaderError, match="permission"):
        read_file(path)


def test_an_unknown_kind_says_what_to_do(tmp_path: Path) -> None:
    for name, remedy in (("a.doc", "DOCX"), ("a.png", "OCR"), ("a.xyz", "convert"), ("README", "convert")):
        with pytest.raises(ReaderError) as caught:
            read_file(_write(tmp_path / name, b"x"))
        assert remedy in caught.value.remedy


def test_every_limit_belongs_to_a_reader() -> None:
    assert set(LIMITS) <= set(READERS)


# ---------------------------------------------------------------- what is easily forgotten with a new reader


@pytest.mark.parametrize("ending", sorted(READERS))
def test_no_reader_lets_anything_but_a_reader_error_out(ending: str) -> None:
    code = getattr(READERS[ending], "__code__", None)
    assert code is guarded(read_text).__code__, f"put guarded(...) around the reader of {ending} in readers/registry.py"


@pytest.mark.parametrize("ending", sorted(READERS))
def test_the_guide_tells_of_every_ending(ending: str) -> None:
    rows = [line.split("|")[1] for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = {word.strip("`") for row in rows for word in row.split()}
    assert ending in named, f"add a row for {ending} to the table of docs/readers.md, or the ending to a row"


def test_another_version_or_other_labels_are_another_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    before = reader_version()
    monkeypatch.setitem(security.SECURITY_LABELS, "CEL", "restricted")  # type: ignore[arg-type]
    labelled = reader_version()
    monkeypatch.setattr("assistant.readers.registry.VERSION", "next")
    assert len({before, labelled, reader_version()}) == 3
