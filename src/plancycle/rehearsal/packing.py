"""An archive of which a few parts are written anew; all others are copied as they are packed."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

QUICKLY = 1
"""The level of packing: a clerk's file is read once."""
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_UTF8 = 0x800
"""The flag of a name that is not plain ASCII."""
_NEEDS, _DOS_DATE = 20, (2000 - 1980) << 9 | 1 << 5 | 1
"""Version 2.0 unpacks it; 01/01/2000 for every part."""


class Archive:
    """A zip archive in memory."""

    def __init__(self, data: bytes) -> None:
        """``data``: the whole file. Raises zipfile.BadZipFile for anything else."""
        self._data = data
        with ZipFile(BytesIO(data)) as archive:
            self._parts = {one.filename: one for one in archive.infolist()}
        self.names = tuple(self._parts)

    def read(self, name: str) -> bytes:
        """One part, unpacked; empty when there is none of that name."""
        part = self._parts.get(name)
        if part is None:
            return b""
        packed = self._packed(name)
        return zlib.decompress(packed, -zlib.MAX_WBITS) if part.compress_type == ZIP_DEFLATED else packed

    def with_parts(self, changed: Mapping[str, bytes]) -> bytes:
        """The archive with these parts in place of what they were; no clock and no chance in it."""
        body: list[bytes] = []
        listing: list[bytes] = []
        offset = 0
        for name, part in self._parts.items():
            spelt, new, flags = name.encode(), changed.get(name), part.flag_bits & _UTF8
            packed = self._packed(name) if new is None else _deflated(new)
            method = part.compress_type if new is None else ZIP_DEFLATED
            crc, size = (part.CRC, part.file_size) if new is None else (zlib.crc32(new), len(new))
            facts = (method, 0, _DOS_DATE, crc, len(packed), size, len(spelt), 0)
            body += (local := _LOCAL.pack(b"PK\x03\x04", _NEEDS, flags, *facts), spelt, packed)
            listing += (_CENTRAL.pack(b"PK\x01\x02", _NEEDS, _NEEDS, flags, *facts, 0, 0, 0, 0, offset), spelt)
            offset += len(local) + len(spelt) + len(packed)
        directory = b"".join(listing)
        end = _END.pack(b"PK\x05\x06", 0, 0, len(self.names), len(self.names), len(directory), offset, 0)
        return b"".join((*body, directory, end))

    def _packed(self, name: str) -> bytes:
        part = self._parts[name]
        *_, name_length, extra = _LOCAL.unpack_from(self._data, part.header_offset)
        start = part.header_offset + _LOCAL.size + name_length + extra
        return self._data[start : start + part.compress_size]


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(QUICKLY, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()
