"""Compound files as older Office and Outlook write them: streams in storages, small ones in the mini stream."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass
class _Writer:
    sectors: list[bytes] = field(default_factory=list)
    fat: list[int] = field(default_factory=list)
    mini: bytearray = field(default_factory=bytearray)
    mini_fat: list[int] = field(default_factory=list)
    entries: list[list[object]] = field(default_factory=list)

    def stored(self, content: bytes) -> int:
        """The first sector of a chain that holds the content."""
        if not content:
            return _END
        first = len(self.sectors)
        pieces = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        self.sectors += pieces
        self.fat += [*range(first + 1, first + len(pieces)), _END]
        return first

    def stored_small(self, content: bytes) -> int:
        first, count = len(self.mini_fat), -(-len(content) // _MINI)
        self.mini += content.ljust(count * _MINI, b"\0")
        self.mini_fat += [*range(first + 1, first + count), _END]
        return first if content else _END

    def add(self, name: str, kind: int, content: bytes = b"") -> int:
        small = len(content) < _CUTOFF
        start = (self.stored_small if small else self.stored)(content) if kind == _STREAM else 0
        self.entries.append([name, kind, _FREE, _FREE, start, len(content)])
        return len(self.entries) - 1

    def add_tree(self, tree: Tree) -> int:
        """The children of a storage, each the right neighbour of the one before."""
        first = before = _FREE
        for name in sorted(tree, key=lambda each: (len(each), each.upper())):
            child = tree[name]
            if isinstance(child, bytes):
                own = self.add(name, _STREAM, child)
            else:
                own = self.add(name, _STORAGE)
                self.entries[own][3] = self.add_tree(child)
            if before == _FREE:
                first = own
            else:
                self.entries[before][2] = own
            before = own
        return first


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file with these streams (bytes) and storages (mappings)."""
    writer = _Writer()
    writer.add("Root Entry", _ROOT)
    writer.entries[0][3] = writer.add_tree(tree)
    writer.entries[0][4:] = [writer.stored(bytes(writer.mini)), len(writer.mini)]
    mini_fat = writer.stored(_numbers(writer.mini_fat))
    directory = writer.stored(b"".join(_entry(*entry) for entry in writer.entries))
    fat_sectors = -(-(len(writer.sectors) + 8) // 126)
    fat_first = len(writer.sectors)
    writer.fat += [_FAT] * fat_sectors
    fat = _numbers(writer.fat).ljust(fat_sectors * _SECTOR, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, fat_sectors, directory, 0, _CUTOFF, mini_fat, len(writer.mini_fat) and 1, _END, 0),
    )
    places = struct.pack(f"<{fat_sectors}I", *range(fat_first, fat_first + fat_sectors))
    return head + places.ljust(_SECTOR - len(head), b"\xff") + b"".join(writer.sectors) + fat


def _numbers(numbers: list[int]) -> bytes:
    packed = struct.pack(f"<{len(numbers)}I", *numbers)
    return packed.ljust(-(-len(packed) // _SECTOR) * _SECTOR, b"\xff") if packed else b""


def _entry(name: object, kind: object, right: object, child: object, start: object, size: object) -> bytes:
    label = f"{name}\0".encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", label, len(label), kind, 1, _FREE, right, child, start, size)
