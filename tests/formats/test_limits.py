"""The limits keep their promises together: what is checked first must not be larger than what it is to protect."""

from __future__ import annotations

import io
import zipfile

import pytest

from assistant.errors import ReaderError
from assistant.formats import limits
from assistant.formats.limits import MIB
from assistant.readers import archive
from assistant.readers.process import MEMORY_BYTES


def test_a_member_is_no_larger_than_the_whole_and_only_large_ones_are_judged_by_their_ratio() -> None:
    assert limits.RATIO_FLOOR < limits.MAX_MEMBER <= limits.MAX_UNPACKED
    assert 100 <= limits.MAX_RATIO < 1032, "DEFLATE ends at 1032 to 1"


@pytest.mark.parametrize(
    ("limit", "bytes_a_byte"),
    [
        (limits.TEXT_LIMIT, 10),
        (limits.JSON_LIMIT, 22),
        (limits.MARKDOWN_LIMIT, 160),
        (limits.XML_LIMIT, 25),
        (limits.HL7_LIMIT, 60),
    ],
)
def test_the_largest_file_of_a_kind_fits_the_memory_of_a_reader(limit: int, bytes_a_byte: int) -> None:
    assert limit * bytes_a_byte < MEMORY_BYTES
    assert limit >= 8 * MIB


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"\0" * (limits.RATIO_FLOOR + 300 * 1024))
    with pytest.raises(ReaderError):
        archive.Archive(file.getvalue(), "a.docx", "DOCX")
