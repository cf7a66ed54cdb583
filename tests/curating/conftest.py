"""A shop's assistant over a real vault, whose policy keeps what was asked in vain."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from assistant.facade import Assistant
from assistant.types import Document, Principal
from assistant.vault import KdfCost, Secret
from assistant.wiring import assemble, create_vault

CHEAP = KdfCost(memory_kib=1024, iterations=1, lanes=1)
DELIVERY = "# Delivery\n\nStandard delivery takes 3 to 5 working days. Express delivery takes one day.\n"
RETURNS = "# Returns\n\nLamps may be sent back within 30 days. A returned lamp is refunded within 5 working days.\n"
STAFF = "# Goodwill\n\nAn agent may grant a goodwill voucher of 20 euros without asking a supervisor.\n"


def acting(assistant: Assistant, *roles: str, name: str = "olga") -> Assistant:
    """The same parts on behalf of somebody with these roles."""
    return Assistant(assistant.parts, Principal(name, frozenset(roles)))


def printed(*pages: str) -> bytes:
    """A PDF with a line of text on each page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    for text in pages:
        for n, line in enumerate(text.split("\n")):
            canvas.drawString(60, 780 - 14 * n, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture
def shop(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    vault = create_vault(
        tmp_path / "vault",
        Secret.passphrase("four quiet words here"),
        policy=None,
        domain="customer-service",
        kdf=CHEAP,
    )
    made = assemble(vault, engine="extractive")
    public = frozenset({"public"})
    made.ingest(
        [Document("Delivery", DELIVERY, "delivery.md"), Document("Returns", RETURNS, "returns.md")], labels=public
    )
    made.ingest([Document("Goodwill", STAFF, "goodwill.md")], labels=frozenset({"internal"}))
    yield made
    made.close()
