"""The bytes of the documents of one batch are one file beside the tables, written once; a row says where in it.

In a table they would be copied each time it is compacted, for as long as it lives; as a file each they would cost
more than all other writing (and in an object store one request each). Nothing that reads text touches them.
"""

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from resources.lake.errors import speaking_of
from resources.lake.place import Place
from resources.lake.rows import LakeDocument, key


@dataclass(frozen=True, slots=True)
class Location:
    """Where a document's bytes are: a file below the lake's root, and which part of it."""

    path: str
    offset: int
    size: int


NOWHERE = Location("", 0, 0)


class Contents:
    def __init__(self, place: Place) -> None:
        self._place = place

    def put(self, documents: Mapping[bytes, LakeDocument]) -> dict[bytes, Location]:
        """The bytes of these documents into one file; where each is, by the document's key."""
        bearing = {name: row for name, row in documents.items() if row.content is not None}
        if not bearing:
            return {}
        path = _path(next(iter(bearing.values())), bearing)
        contents = [row.content or b"" for row in bearing.values()]
        with speaking_of(self._place.uri):
            self._write(path, contents)
        return _locations(path, list(bearing), contents)

    def _write(self, path: str, contents: Sequence[bytes]) -> None:
        target = f"{self._place.root}/{path}"
        # In an object store a file appears when it is closed; in a folder it must be made to.
        aside = f"{target}.{os.getpid()}-{threading.get_ident()}" if self._place.is_local else target
        self._place.files.create_dir(os.path.dirname(target), recursive=True)
        with self._place.files.open_output_stream(aside) as stream:
            for content in contents:
                stream.write(content)
        if aside != target:
            os.replace(aside, target)

    def missing(self, locations: Iterable[Location]) -> set[Location]:
        """Those of these whose bytes are not all there: one look at each file, none into it."""
        wanted = set(locations)
        paths = sorted({each.path for each in wanted if each.path})
        with speaking_of(self._place.uri):
            infos = self._place.files.get_file_info([f"{self._place.root}/{path}" for path in paths])
        sizes = {path: info.size or 0 for path, info in zip(paths, infos, strict=True) if info.is_file}
        return {each for each in wanted if sizes.get(each.path, -1) < each.offset + each.size}

    def read(self, location: Location) -> bytes | None:
        """The bytes there, or None when they are not all there."""
        with speaking_of(self._place.uri):
            try:
                with self._place.files.open_input_file(f"{self._place.root}/{location.path}") as file:
                    file.seek(location.offset)
                    content = bytes(file.read(location.size))
            except FileNotFoundError:
                return None
        return content if len(content) == location.size else None


def _path(first: LakeDocument, keys: dict[bytes, LakeDocument]) -> str:
    """The same file for the same documents, so that a batch that is written again leaves nothing behind."""
    name = key(*(part.hex() for part in keys)).hex()
    return f"bytes/feed={quote(first.feed, safe='')}/{quote(first.date, safe='')}/{name}.bytes"


def _locations(path: str, keys: Sequence[bytes], contents: Sequence[bytes]) -> dict[bytes, Location]:
    found, offset = {}, 0
    for name, content in zip(keys, contents, strict=True):
        found[name] = Location(path, offset, len(content))
        offset += len(content)
    return found
