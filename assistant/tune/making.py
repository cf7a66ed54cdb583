"""`tune data`: a training set from a vault or a pack, and the place where it is kept.

A set is kept in the vault, encrypted, unless a file is asked for by name; what is written there is redacted, licensed text and
its card. Everything else (search, reader, parser) is put together here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import ConfigError, PolicyError, UsageError
from assistant.evaluate.answers import throwaway
from assistant.facade import Assistant
from assistant.language.sentences import sentences
from assistant.models.digest import sha256_of
from assistant.packs.pack import load_pack
from assistant.privacy.pseudonyms import MemoryMap
from assistant.protocols import Progress, no_progress
from assistant.reading.reader import Reader
from assistant.tune.corpus import collect, with_rows
from assistant.tune.dataset import Maker, Settings
from assistant.tune.questions import spacy_parser
from assistant.tune.review import BesideFile, Review, reviewed
from assistant.tune.rows import Card, Row, counted, digest, lines_of, parse_rows, read_rows
from assistant.tune.wordings import Wordings
from assistant.vault.store import Vault

PACK_LICENCE: Final = "Apache-2.0"
"""The licence of the documents that the shipped packs bring: that of this product."""
_NEAR: Final = 4
_KEY: Final = "tune.data."


@dataclass(frozen=True, slots=True)
class Set:
    """A training set and its card."""

    rows: tuple[Row, ...]
    card: Card

    @property
    def text(self) -> str:
        """The rows as JSON Lines."""
        return lines_of(self.rows)


def make_set(
    assistant: Assistant,
    *,
    licence: str = "",
    labels: frozenset[str] = frozenset(),
    settings: Settings | None = None,
    progress: Progress = no_progress,
) -> Set:
    """The set of what the assistant's principal may see. Raises UsageError where nothing may be learned."""
    chosen = settings or Settings()
    corpus = collect(assistant, licence=licence, labels=labels, progress=progress)
    if not corpus.statements:
        why = ", ".join(f"{n} {reason}" for reason, n in corpus.left_out.items()) or "there are no documents"
        raise UsageError(
            f"nothing here may be learned ({why})", remedy="ingest documents, name their licence with --license"
        )
    allowed = set(assistant.gate.visible(assistant.principal, assistant.vault.label_sets()))

    def near(question: str) -> list[str]:
        found = assistant.parts.retriever.search(question, allowed=allowed, k=_NEAR)
        return [sentence.text for passage in found for sentence in sentences(passage.text)]

    maker = Maker(
        corpus.statements,
        parse=spacy_parser(),
        reader=Reader.load(),
        near=near,
        wordings=Wordings(assistant.pack, chosen.seed),
        settings=chosen,
    )
    made = maker.make(progress)
    if not made.rows:
        raise UsageError("no question could be made of these documents", remedy="ingest documents with full sentences")
    policy = assistant.gate.policy
    each = Counter(row.document for row in made.rows)
    card = Card(
        schema=1,
        rows=len(made.rows),
        sha256=digest(lines_of(made.rows)),
        domain=assistant.pack.id,
        policy=policy.id,
        policy_sha256=policy.sha256,
        seed=chosen.seed,
        counts=counted(made.rows),
        left_out={**corpus.left_out, **made.left_out},
        licences=dict(Counter(source.licence for source in corpus.sources)),
        sources=with_rows(corpus.sources, dict(each)),
    )
    return Set(made.rows, card)


@contextmanager
def pack_assistant(domain: str, policy: str | None, progress: Progress = no_progress) -> Iterator[Assistant]:
    """An assistant over the documents of a pack, in a vault that is gone afterwards.

    Identifiers get the same stand-ins each time, so that the same documents make the same set; their key is made of the documents, so
    that whoever could compute it knows the identifiers already.
    """
    pack = load_pack(domain)
    key = digest("".join(sha256_of(document.path) for document in pack.documents)).encode()
    with throwaway(policy=policy, domain=domain, engine="extractive", pseudonyms=MemoryMap(key)) as assistant:
        for labels in sorted({document.labels for document in pack.documents}, key=sorted):
            paths = [document.path for document in pack.documents if document.labels == labels]
            assistant.ingest(paths, labels=labels, progress=progress)
        yield assistant


def write_set(made: Set, out: Path) -> list[Path]:
    """Write the rows to `out` and the card beside it, each whole or not at all; only their owner may read them.

    Raises ConfigError where they cannot be written.
    """
    card = out.with_suffix(".card.json")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for path, text in ((out, made.text), (card, json.dumps(made.card.as_json(), indent=1) + "\n")):
            part = path.with_name(path.name + ".part")
            part.touch(mode=0o600, exist_ok=True)
            part.write_text(text, encoding="utf-8")
            part.replace(path)
    except OSError as problem:
        raise ConfigError(
            f"cannot be written: {problem.strerror}", path=out, remedy="choose a folder that may be written"
        ) from None
    return [out, card]


class InVault:
    """The decisions on a set that is kept in the vault, beside it and encrypted as it is."""

    def __init__(self, vault: Vault, name: str) -> None:
        self._vault, self._key = vault, f"{_KEY}{name}.review"

    def read(self) -> str | None:
        """The decisions as they were written last."""
        return self._vault.get(self._key)

    def write(self, text: str) -> None:
        """Keep them."""
        with self._vault.transaction():
            self._vault.put(self._key, text)


def kept_sets(vault: Vault) -> list[str]:
    """The names of the sets that are kept in the vault."""
    names: list[str] = json.loads(vault.get(_KEY) or "[]")
    return names


def sees_all(assistant: Assistant) -> bool:
    """Whether the principal may see every document: a set does not say of which ones a row was made."""
    every = assistant.vault.label_sets()
    return len(assistant.gate.visible(assistant.principal, every)) == len(every)


def kept_review(assistant: Assistant, name: str) -> Review:
    """The review of a set that is kept in the vault.

    Raises UsageError where there is none of that name, PolicyError where the principal may not see all documents.
    """
    if not sees_all(assistant):
        raise PolicyError("a set may hold what you may not see", remedy="ask somebody who may see all documents")
    text = assistant.vault.get(f"{_KEY}{name}")
    if text is None:
        raise _no_set(name)
    return Review(parse_rows(text, f"vault:{name}"), InVault(assistant.vault, name), learnable(assistant))


def file_review(assistant: Assistant, path: Path) -> Review:
    """The review of a set that is a file. Raises ConfigError where it cannot be read."""
    return Review(read_rows(path), BesideFile(path), learnable(assistant))


def learnable(assistant: Assistant) -> Callable[[str], bool]:
    """Whether the training checks of the policy let a text pass as it is."""
    return lambda text: assistant.gate.train(text, assistant.principal)[0] == text


def keep_set(vault: Vault, name: str, made: Set) -> None:
    """Keep a set in the vault under a name; one of that name is replaced. The audit log gets its counts and hash."""
    with vault.transaction():
        vault.put(_KEY, json.dumps(sorted({*kept_sets(vault), name})))
        vault.put(f"{_KEY}{name}", made.text)
        vault.put(f"{_KEY}{name}.card", json.dumps(made.card.as_json()))
        vault.audit.append("tune-data", {"name": name, "rows": made.card.rows, "set_sha256": made.card.sha256})


def kept_rows(vault: Vault, name: str, *, decided: bool = False) -> Sequence[Row]:
    """The rows of a set that is kept in the vault, after its review; `decided`: only those that a person accepted or edited.

    Raises UsageError where there is no set of that name.
    """
    text = vault.get(f"{_KEY}{name}")
    if text is None:
        raise _no_set(name)
    return reviewed(parse_rows(text, f"vault:{name}"), InVault(vault, name).read(), decided=decided)


def _no_set(name: str) -> UsageError:
    return UsageError(
        "there is no such training set in the vault", path=name, remedy="make one with `assistant tune data`"
    )
