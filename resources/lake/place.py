"""A lake is a folder that carries our mark: nothing is written into a folder of somebody else's."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyarrow import fs

from resources.lake.errors import NotALake, OtherFormat, speaking_of

MARK = "weir-lake.json"
FORMAT = 1
_HARMLESS = {"lost+found"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the lake is, as each of its two stores wants to hear it."""

    uri: str
    files: fs.FileSystem
    root: str

    @property
    def is_local(self) -> bool:
        return isinstance(self.files, fs.LocalFileSystem)

    @property
    def tables_uri(self) -> str:
        return self._under("tables")

    def _under(self, name: str) -> str:
        return os.path.join(self.root, name) if self.is_local else f"{self.uri.rstrip('/')}/{name}"


def find_place(uri: str) -> Place:
    """The lake at this path or URI, made where nothing is yet, refused where something else is."""
    with speaking_of(uri):
        place = _locate(uri)
        if not _has_mark(place):
            _refuse_foreign(place)
            _leave_mark(place)
    return place


def _locate(uri: str) -> Place:
    parts = urlsplit(uri)
    if parts.scheme in ("", "file") or len(parts.scheme) == 1:
        path = unquote(parts.path) if parts.scheme == "file" else uri
        return Place(uri, fs.LocalFileSystem(), str(Path(path).absolute()))
    files, root = fs.FileSystem.from_uri(uri)
    return Place(uri, files, root)


def _has_mark(place: Place) -> bool:
    mark = f"{place.root}/{MARK}"
    if place.files.get_file_info(mark).type != fs.FileType.File:
        return False
    with place.files.open_input_stream(mark) as stream:
        found = _format_in(stream.read())
    if found != FORMAT:
        raise OtherFormat(place.uri, f"its format is {found}, this version writes {FORMAT}")
    return True


def _format_in(mark: bytes) -> object:
    with suppress(ValueError, AttributeError):
        return json.loads(mark).get("format")
    return "unreadable"


def _refuse_foreign(place: Place) -> None:
    info = place.files.get_file_info(place.root)
    if info.type == fs.FileType.File:
        raise NotALake(place.uri, "is a file")
    inside = place.files.get_file_info(fs.FileSelector(place.root, allow_not_found=True))
    foreign = sorted(entry.base_name for entry in inside if not _is_harmless(entry.base_name))
    if foreign:
        raise NotALake(place.uri, f"holds something that is not a lake ({foreign[0]!r})")


def is_empty(place: Place) -> bool:
    """Whether there is nothing but our mark: no table, no bytes."""
    inside = place.files.get_file_info(fs.FileSelector(place.root))
    return not any(_holds_something(place, entry) for entry in inside if not _is_harmless(entry.base_name))


def _holds_something(place: Place, entry: fs.FileInfo) -> bool:
    return entry.type == fs.FileType.File or bool(place.files.get_file_info(fs.FileSelector(entry.path)))


def _is_harmless(name: str) -> bool:
    return name.startswith(".") or name in _HARMLESS or name == MARK


def _leave_mark(place: Place) -> None:
    mark = json.dumps({"format": FORMAT, "made_by": "weir"}).encode()
    place.files.create_dir(place.root, recursive=True)
    aside = f"{place.root}/.{MARK}.{os.getpid()}" if place.is_local else f"{place.root}/{MARK}"
    with place.files.open_output_stream(aside) as stream:
        stream.write(mark)
    if place.is_local:
        os.replace(aside, f"{place.root}/{MARK}")
