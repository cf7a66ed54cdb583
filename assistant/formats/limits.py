"""How much one file may hold. Each limit is a promise about memory and time, checked before the work is done."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

# Figures: bench/readers.py. 64 MiB of plain text take 0.2 GiB to read and 0.6 GiB with their passages, CSV about 0.9 GiB;
# they are also about 100,000 passages, ten minutes of embedding at the least.
TEXT_LIMIT: Final = 64 * MIB
# JSON takes 22 bytes of memory a byte where its objects are small.
JSON_LIMIT: Final = 48 * MIB
# Markdown is parsed to tokens: up to 160 bytes of memory and 3 microseconds a byte where paragraphs are short.
MARKDOWN_LIMIT: Final = 8 * MIB
# libxml2 keeps a tree of 15 to 25 bytes a byte; a long-lived patient's C-CDA is half a MiB.
XML_LIMIT: Final = 32 * MIB
# Every field of every segment is a text of its own: up to 60 bytes a byte where fields are short.
HL7_LIMIT: Final = 16 * MIB
# A PDF or an office file is mostly pictures, which are never decoded.
BINARY_LIMIT: Final = 256 * MIB

# What one file may turn into.
MAX_CHARACTERS: Final = 64 * MIB
MAX_SECTIONS: Final = 500_000
MAX_DOCUMENTS: Final = 100_000
MAX_DEPTH: Final = 200

# What an archive (docx, xlsx, pptx, epub) may unpack to. Office files compress XML about 10 to 1, rarely over 50;
# a zip bomb starts at 200 and DEFLATE ends at 1032.
MAX_UNPACKED: Final = 256 * MIB
MAX_MEMBER: Final = 128 * MIB
MAX_RATIO: Final = 200
RATIO_FLOOR: Final = 1 * MIB
"""Members smaller than this are not judged by their ratio: a page of blanks compresses by a thousand and harms nobody."""
MAX_MEMBERS: Final = 20_000
