"""Loading packs: what is right loads, what is wrong is named with file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import ExitCode, PackError
from assistant.packs.pack import Pack, domains_root, list_packs, load_pack, load_recognizers

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the healthcare pack without most of its documents."""
    target = tmp_path / "pack"
    source = domains_root() / "healthcare"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("documents", "fhir"))
    for name in ("public", "clinical/guidelines", "clinical/reference", "clinical/patients", "psychotherapy"):
        (target / "documents" / name).mkdir(parents=True)
        (target / "documents" / name / "a.md").write_text("# A\n\nText.\n")
    (target / "fhir").mkdir()
    return target


def edit(pack: Path, name: str, old: str, new: str) -> int:
    """Replace `old` (once) by `new` in a file of the pack and return the line on which it stands."""
    text = (pack / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    (pack / name).write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problem(pack: Path) -> PackError:
    """The error that loading raises."""
    with pytest.raises(PackError) as caught:
        load_pack(pack)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.remedy
    return caught.value


def test_both_packs_are_shipped() -> None:
    assert list_packs() == ("customer-service", "healthcare")


@pytest.mark.parametrize("name", ["customer-service", "healthcare"])
def test_a_pack_loads_by_name_folder_and_file(name: str) -> None:
    root = domains_root() / name
    by_name, by_folder, by_file = load_pack(name), load_pack(root), load_pack(str(root / "pack.yaml"))
    assert by_name.id == by_folder.id == by_file.id == name
    assert by_name.documents == by_folder.documents == by_file.documents


@pytest.mark.parametrize("name", ["customer-service", "healthcare"])
def test_a_pack_is_complete(name: str) -> None:
    pack = load_pack(name)
    assert pack.policy == name
    assert pack.roles
    assert len(pack.scope.inside) >= 15
    assert len(pack.scope.outside) >= 15
    assert len(pack.recognizers) >= 10
    assert all(path.is_file() for path in pack.evaluation)
    assert all(labels for _, labels in pack.documents)


def test_labels_come_from_the_folder() -> None:
    pack = load_pack("healthcare")
    labels = {path.name: labels for path, labels in pack.documents}
    assert labels["visiting-hours.md"] == {"public"}
    assert labels["warfarin.md"] == {"internal"}
    assert labels["session-note-marchetti.md"] == {"psychotherapy"}
    assert labels["patient-001.json"] == {"clinical"}
    assert pack.labels == {"public", "internal", "clinical", "psychotherapy"}


def test_prompts_insert_each_part_once_and_leave_braces_alone() -> None:
    prompts = load_pack("healthcare").prompts
    text = prompts.user([(1, "Braces {question} and {n}."), (2, "B.")], "What is {sources}?")
    assert text.startswith("Source [1]: Braces {question} and {n}.\nSource [2]: B.\n\nQuestion: What is {sources}?\n")


def test_examples_cite_sources_that_exist() -> None:
    for name in list_packs():
        prompts = load_pack(name).prompts
        pairs = prompts.pairs()
        assert len(pairs) == len(prompts.examples)
        for example in prompts.examples:
            cited = {n for n in range(1, 10) if f"[{n}]" in example.answer}
            assert cited <= set(range(1, len(example.sources) + 1))
            assert cited or "do not say" in example.answer


def test_prompts_are_short_enough_for_a_small_model() -> None:
    for name in list_packs():
        prompts = load_pack(name).prompts
        assert len(prompts.system.split()) <= 50
        assert sum(len(text.split()) for pair in prompts.pairs() for text in pair) <= 150


# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("pack.yaml", "title: Healthcare", "titel: Healthcare", "unknown key 'titel'"),
        ("pack.yaml", 'version: "2026.1"', "version: 2026.1", "'version'"),
        ("pack.yaml", "policy: healthcare", "policy: Health Care", "'policy'"),
        ("pack.yaml", "topics_out:", "topics_oui:", "unknown key 'scope.topics_oui'"),
        ("pack.yaml", "{folder: documents/public, labels: [public]}", "{folder: documents/public, labels: []}", "labels"),
        ("pack.yaml", "folder: documents/public,", "folder: documents/pubic,", "folder 'documents/pubic' is missing"),
        ("pack.yaml", "folder: documents/public,", "folder: ../secrets,", "relative path inside the pack"),
        ("pack.yaml", "lexicon: lexicon.yaml", "lexicon: lexicom.yaml", "file 'lexicom.yaml' is missing"),
        ("pack.yaml", "language: en", "language: en\nlanguage: de", "key 'language' stands twice"),
        ("pack.yaml", "phone: 555-0130", "phone: call us", "'contact.phone'"),
        ("pack.yaml", "phone: 555-0130", "form: http://www.example.org/", "'contact.form'"),
        ("pack.yaml", "phone: 555-0130", "mail: a@b, c@d", "'contact.mail'"),
        ("lexicon.yaml", "blocked_terms:", "blocked_term:", "unknown key 'blocked_term'"),
        ("lexicon.yaml", "  ABG: [arterial blood gas]", "  12: [nitric oxide]", "'abbreviations"),
        ("lexicon.yaml", "  ABG: [arterial blood gas]", "  ABG: arterial blood gas", "'abbreviations.ABG'"),
        ("lexicon.yaml", "- [anaemia, anemia]", "- [anaemia]", "'synonyms."),
        ("lexicon.yaml", "  - name: thicker skin\n    regex: '", "  - name: thicker skin\n    regex: '(", "generalizations"),
        ("recognizers.yaml", "entity: NPI\n", "entity: npi\n", "entity"),
        ("recognizers.yaml", "checksum: nhs", "checksum: nsh", "checksum"),
        ("recognizers.yaml", "{name: prefix, score: 0.9, regex: \"(?<![\\\\w-])MRN", "{name: p, score: 9, regex: \"(?<![\\\\w-])MRN",
         "score"),
        ("recognizers.yaml", "entity: DEA\n", "entity: NPI\n", "entity NPI stands twice"),
        ("prompts/answer.yaml", 'source: "Source [{n}]: {text}"', 'source: "Source [{n}]: text"', "'source' needs {text} once"),
        ("prompts/answer.yaml", 'source: "Source [{n}]: {text}"', 'sauce: "Source [{n}]: {text}"', "'sauce'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_line(copy: Path, name: str, old: str, new: str, says: str) -> None:
    line = edit(copy, name, old, new)
    found = problem(copy)
    assert says in found.message
    assert found.path is not None
    assert Path(found.path).name == Path(name).name
    assert found.line is not None
    assert line <= found.line <= line + 2 + new.count("\n")


def test_words_that_yaml_takes_for_truth_values_stay_words(copy: Path) -> None:
    edit(copy, "lexicon.yaml", "  ABG: [arterial blood gas]", "  NO: [nitric oxide]\n  ON: [yes]")
    lexicon = load_pack(copy).lexicon
    assert lexicon.expand("NO") == ("nitric oxide",)
    assert lexicon.expand("ON") == ("yes",)


def test_a_missing_key_is_named(copy: Path) -> None:
    edit(copy, "pack.yaml", "policy: healthcare\n", "")
    assert "key 'policy' is missing" in problem(copy).message


def test_unknown_key_lists_the_known_ones(copy: Path) -> None:
    edit(copy, "pack.yaml", "title: Healthcare", "titel: Healthcare")
    assert "title" in problem(copy).remedy


def test_a_document_without_labels_is_refused(copy: Path) -> None:
    (copy / "documents" / "new").mkdir()
    (copy / "documents" / "new" / "b.md").write_text("# B\n")
    assert "document 'documents/new/b.md' has no labels" in problem(copy).message


def test_overlapping_folders_are_refused(copy: Path) -> None:
    edit(copy, "pack.yaml", "  - {folder: fhir,", "  - {folder: documents, labels: [public]}\n  - {folder: fhir,")
    assert "two listed folders" in problem(copy).message


def test_a_link_out_of_the_pack_is_refused(copy: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("# Secret\n")
    (copy / "documents" / "public" / "link.md").symlink_to(outside)
    assert "leads out of the pack" in problem(copy).message


def test_hidden_files_are_no_documents(copy: Path) -> None:
    (copy / "documents" / "public" / ".DS_Store").write_bytes(b"\x00")
    assert [path.name for path, _ in load_pack(copy).documents] == ["a.md"] * 5


def test_a_recognizer_that_can_find_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recognizers.yaml"
    path.write_text("- entity: MRN\n  context: [mrn]\n")
    with pytest.raises(PackError, match="can find nothing"):
        load_recognizers(path)


def test_a_deny_list_alone_is_a_recognizer(tmp_path: Path) -> None:
    path = tmp_path / "recognizers.yaml"
    path.write_text("- entity: STAFF_ID\n  deny: [A-17]\n")
    (spec,) = load_recognizers(path)
    assert spec.deny == ("A-17",)
    assert spec.checksum is None


def test_an_unknown_name_lists_the_packs() -> None:
    with pytest.raises(PackError) as caught:
        load_pack("veterinary")
    assert "customer-service, healthcare" in caught.value.remedy


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"no pack\.yaml here"):
        load_pack(tmp_path)


def test_an_own_pack_loads_from_any_place(copy: Path) -> None:
    edit(copy, "pack.yaml", "id: healthcare", "id: my-clinic")
    pack = load_pack(copy)
    assert isinstance(pack, Pack)
    assert pack.id == "my-clinic"
    assert pack.root == copy.resolve()
