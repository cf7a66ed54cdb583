"""A cited page over a real vault: kept where no check redacts it, drawn for who may see it, gone with its document."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.curating.pages import cited_page, document_page
from assistant.errors import ReaderError, UsageError
from assistant.facade import Assistant
from tests.curating.conftest import acting, printed

FIRST = "Lamps are sold in three sizes.\nThe large lamp weighs two kilograms."
QUOTE = "Lamps may be sent back within thirty days."


@pytest.fixture
def leaflet(shop: Assistant, tmp_path: Path) -> str:
    file = tmp_path / "leaflet.pdf"
    file.write_bytes(printed(FIRST, QUOTE))
    shop.ingest([file], labels=frozenset({"public"}))
    return next(info.id for info in shop.vault.documents() if info.source.endswith("leaflet.pdf"))


def test_the_page_of_a_citation_is_drawn_with_the_quote_marked(shop: Assistant, leaflet: str) -> None:
    text = shop.vault.document(leaflet).text
    start = text.index(QUOTE)
    cited = cited_page(acting(shop, "customer"), leaflet, start, start + len(QUOTE))
    assert cited.page == 2
    assert cited.picture.startswith(b"\x89PNG\r\n")
    assert cited.picture != document_page(shop, leaflet, 2).picture, "without a quote nothing is marked"
    record = next(r for r in shop.vault.audit.records() if r.kind == "page").record
    assert (record["document"], record["page"], record["roles"]) == (leaflet, 2, ["customer"])


def test_who_may_not_see_the_document_sees_no_page(shop: Assistant, leaflet: str) -> None:
    with pytest.raises(UsageError, match="no such document"):
        document_page(acting(shop, "nobody"), leaflet, 1)


def test_what_is_not_there_is_told(shop: Assistant, leaflet: str) -> None:
    with pytest.raises(ReaderError, match="no such page"):
        document_page(shop, leaflet, 9)
    with pytest.raises(UsageError, match="stretch"):
        cited_page(shop, leaflet, 5, 5)
    words = next(info.id for info in shop.vault.documents() if info.title == "Returns")
    with pytest.raises(UsageError, match="not kept"):
        document_page(shop, words, 1)


def test_a_file_that_a_check_redacts_is_not_kept_and_one_that_goes_is_erased(
    shop: Assistant, leaflet: str, tmp_path: Path
) -> None:
    file = tmp_path / "ticket.pdf"
    file.write_bytes(printed("Grace Whitcombe wants her money back."))
    supervisor = acting(shop, "supervisor")
    supervisor.ingest([file], labels=frozenset({"restricted"}))
    ticket = next(info.id for info in shop.vault.documents() if info.source.endswith("ticket.pdf"))
    assert (shop.vault.has_file(ticket), shop.vault.has_file(leaflet)) == (False, True)
    shop.delete(leaflet)
    assert not shop.vault.has_file(leaflet)
    assert shop.vault.scan(b"reportlab.pdfgen") == 0 == shop.vault.scan(b"ReportLab Generated")
