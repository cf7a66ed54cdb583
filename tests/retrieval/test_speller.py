"""What was meant, by the words of a real vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.retrieval.speller import Speller
from assistant.vault.keys import KdfCost, Secret
from assistant.vault.store import Vault
from tests.retrieval.test_search import CLINICAL, PUBLIC, put

COMMON = frozenset({"can", "cancel", "give", "tomorrow", "order", "people", "hospital", "papal", "canton"})
DRUGS = frozenset({"prednisolone", "amoxicillin"})


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault.create(tmp_path / "vault", Secret.passphrase("four quiet words here"), kdf=KdfCost(1024, 1, 1))
    put(made, "Amoxicillin", PUBLIC, "Amoxicillin treats ear infections. Prednisolone is not needed.")
    put(made, "Deliveries", PUBLIC, "Deliveries come on weekdays. A delivery can be put off once.")
    put(made, "Ward note", CLINICAL, "The zolpidem cupboard is on ward nine.")
    yield made
    made.close()


def speller(vault: Vault) -> Speller:
    return Speller(vault, COMMON, DRUGS.__contains__)


def test_slips_are_put_right_by_the_documents_words(vault: Vault) -> None:
    found = speller(vault).corrections("Does amoxicilin help, and when is the delivary?", None)
    assert found == {"amoxicilin": "amoxicillin", "delivary": "delivery"}


def test_a_long_slip_may_mean_an_ordinary_word_that_no_document_has(vault: Vault) -> None:
    assert speller(vault).corrections("Will it come tomorow?", None) == {"tomorow": "tomorrow"}
    assert speller(vault).corrections("Is it near the hopsital?", None) == {"hopsital": "hospital"}
    assert speller(vault).corrections("fiver", None) == {}
    # Another consonant makes another word, which nobody here knows.
    assert speller(vault).corrections("Do you take paypal for the carton?", None) == {}


def test_words_of_documents_that_the_asker_may_not_see_are_not_given_away(vault: Vault) -> None:
    asked = "Where is the zolpidm?"
    assert speller(vault).corrections(asked, None) == {"zolpidm": "zolpidem"}
    assert speller(vault).corrections(asked, [PUBLIC]) == {}
    assert speller(vault).corrections(asked, []) == {}


def test_another_drug_is_no_slip_of_the_pen(vault: Vault) -> None:
    assert speller(vault).corrections("What is the dose of prednisone?", None) == {}


def test_names_and_known_words_are_kept(vault: Vault) -> None:
    assert speller(vault).corrections("Is Mr Delivary in?", None, kept=["Delivary"]) == {}
    assert speller(vault).corrections("Can people cancel a delivery?", None) == {}


def test_a_question_in_another_tongue_is_left(vault: Vault) -> None:
    assert (
        speller(vault).corrections("wieviele amoxicilin delivary tagen kosten denne lieferungen wochen nacht", None)
        == {}
    )


def test_the_vault_can_still_not_be_written_by_those_who_read(vault: Vault) -> None:
    assert vault.stems("deliv", None) == {"deliveri": 1}
    assert vault.stems("zolp", [PUBLIC]) == {}
    with vault._db.read() as cursor:
        assert cursor.execute("PRAGMA query_only").fetchall() == [(1,)]
