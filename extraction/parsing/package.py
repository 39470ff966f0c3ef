"""An Office file is read only after its members, declared and real, were found small and without a DTD."""

import io
import re
import zipfile
import zlib

from extraction.parsing.limits import RawFile
from extraction.parsing.unreadable import Corrupt, Encrypted, TooLarge

_STEP_BYTES = 1 << 18
_LONGEST_MARK = 32
_ENCRYPTED_FLAG = 0x1
_DTD = re.compile(
    b"|".join(
        re.escape(f"<!{word}".encode(code))
        for word in ("DOCTYPE", "ENTITY")
        for code in ("utf-8", "utf-16-le", "utf-16-be")
    )
)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


def checked_package(file: RawFile, may_declare_types: bool = False) -> zipfile.ZipFile:
    """The opened archive, every member of which has been read once, within the limits."""
    try:
        package = zipfile.ZipFile(io.BytesIO(file.content))
        _check_members(file, package, may_declare_types)
    except _BROKEN as error:
        raise Corrupt(file.name, f"its archive cannot be unpacked ({error})") from error
    return package


def _check_members(file: RawFile, package: zipfile.ZipFile, may_declare_types: bool) -> None:
    members = package.infolist()
    if len(members) > file.limits.members:
        raise TooLarge(file.name, "packed files", len(members), file.limits.members)
    _check_sizes(file, sum(member.file_size for member in members))
    real = 0
    for member in members:
        if member.flag_bits & _ENCRYPTED_FLAG:
            raise Encrypted(file.name)
        real += _check_content(file, package, member, real, may_declare_types)


def _check_sizes(file: RawFile, unpacked: int) -> None:
    if unpacked > file.limits.unpacked_bytes:
        raise TooLarge(file.name, "unpacked bytes", unpacked, file.limits.unpacked_bytes)


def _check_content(
    file: RawFile, package: zipfile.ZipFile, member: zipfile.ZipInfo, before: int, may_declare_types: bool
) -> int:
    is_markup = not may_declare_types and member.filename.lower().endswith((".xml", ".rels", ".vml"))
    read, tail = 0, b""
    with package.open(member) as stream:
        while step := stream.read(_STEP_BYTES):
            read += len(step)
            _check_sizes(file, before + read)
            if is_markup and _DTD.search(tail + step):
                raise Corrupt(file.name, f"{member.filename} declares a document type, which no Office file may")
            tail = step[-_LONGEST_MARK:]
    return read
