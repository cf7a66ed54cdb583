"""ZIP containers (docx, xlsx, pptx, epub) opened with a measure on what they unpack to, and their XML without entities."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_MEMBER, MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED, MIB, RATIO_FLOOR
from assistant.formats.xml import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

# What reading a damaged member raises.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


class Archive:
    """A ZIP file in memory whose members are read within limits; the sizes it declares are checked, then not believed."""

    def __init__(self, data: bytes, source: str, kind: str) -> None:
        self._source = source
        self._kind = kind
        self._spent = 0
        if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            raise ReaderError(
                f"the {kind} file is encrypted or of the old binary format",
                path=source,
                remedy="remove the password, or save it in the present format",
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, struct.error) as error:
            raise self._damaged() from error
        if len(infos) > MAX_MEMBERS:
            raise self._bomb()
        self._sizes: dict[str, int] = {}
        for info in infos:
            if info.flag_bits & 0x1:
                raise ReaderError(f"the {kind} file is encrypted", path=source, remedy="save it without a password")
            if info.file_size > RATIO_FLOOR and info.file_size > MAX_RATIO * max(1, info.compress_size):
                raise self._bomb()
            self._sizes[info.filename] = info.file_size

    @property
    def names(self) -> list[str]:
        """The members' names, in the archive's order."""
        return list(self._sizes)

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def read(self, name: str) -> bytes:
        """One member. Raises ReaderError where it is missing, damaged or larger than a document's part can be."""
        if name not in self._sizes:
            raise self._damaged()
        if self._sizes[name] > MAX_MEMBER:
            raise self._bomb()
        try:
            with self._zip.open(name) as member:
                data = member.read(min(MAX_MEMBER, MAX_UNPACKED - self._spent) + 1)
        except _BROKEN as error:
            raise self._damaged() from error
        self._spent += len(data)
        if len(data) > MAX_MEMBER or self._spent > MAX_UNPACKED:
            raise self._bomb()
        return data

    def xml(self, name: str) -> _Element:
        """One member as an element tree."""
        return parse_xml(self.read(name), self._source)

    def check(self) -> None:
        """Unpack every member once, within the limits: for a library that opens the archive by itself."""
        total = 0
        for name in self.names:
            try:
                with self._zip.open(name) as member:
                    while piece := member.read(MIB):
                        total += len(piece)
                        if total > MAX_UNPACKED:
                            raise self._bomb()
            except _BROKEN as error:
                raise self._damaged() from error

    def _damaged(self) -> ReaderError:
        return ReaderError(
            f"the {self._kind} file is damaged or not of that kind", path=self._source, remedy="save or export it again"
        )

    def _bomb(self) -> ReaderError:
        return ReaderError(
            f"the {self._kind} file unpacks to far more than a document holds",
            path=self._source,
            remedy="do not open it; ask its sender, or split it where it is genuine",
        )
