from __future__ import annotations

import pytest

from assistant.errors import ReaderError
from assistant.records.ccda import chart as ccda


def test_ccda_refuses_doctype_and_other_xml() -> None:
    with pytest.raises(ReaderError, match="document type"):
        ccda.charts_of(b'<!DOCTYPE ClinicalDocument [<!ENTITY a "b">]><ClinicalDocument/>', "x.xml")
    with pytest.raises(ReaderError, match="not a clinical document"):
        ccda.charts_of(b"<a/>", "x.xml")
