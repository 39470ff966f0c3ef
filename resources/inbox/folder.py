"""The inbox as a folder: one pass over it, no file opened, and nothing outside of it ever read."""

import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from resources.inbox.entry import (
    Entry,
    Skip,
    Skipped,
    day_of,
    feed_folder,
    is_document,
    is_hidden,
    parts_of,
    pass_over,
    shown,
)
from resources.inbox.errors import (
    Gone,
    InboxError,
    NoFolder,
    NotReadable,
    NotWritable,
    OutsideInbox,
    Unreachable,
    Vanished,
)

_OUTSIDE = "a link that leads out of the inbox"
_NOWHERE = "a link to nothing"
_LINKED_FOLDER = "a link to a folder: put the folder itself there"
_NO_FILE = "neither a file nor a folder"


class FolderInbox:
    def __init__(self, folder: str) -> None:
        self.uri = folder
        self._root = os.path.realpath(folder)

    def exists(self, feed: str) -> bool:
        """Whether the feed's folder is there; False says nothing about its documents."""
        return os.path.isdir(self._folder(feed))

    def entries(self, feed: str, day: date | None = None, skip: Skip = pass_over) -> Iterator[Entry]:
        """The feed's files; for a day, those of its date folder and those in no date folder."""
        folder = self._folder(feed)
        before = self._identity(feed, folder)
        if not self._is_inside(os.path.realpath(folder)):
            raise OutsideInbox(feed, self.uri)
        yield from self._first_level(folder, feed, day, skip)
        if self._identity(feed, folder, Vanished) != before:
            raise Vanished(feed, self.uri)

    def read(self, place: str) -> bytes:
        """The file's bytes; raises Gone when it is not there any more."""
        path = self._path(place)
        try:
            return _read_file(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as missing:
            raise Gone(place) from missing
        except PermissionError as problem:
            raise NotReadable(place) from problem
        except OSError as problem:
            raise Unreachable(place, problem) from problem

    def put(self, place: str, content: bytes) -> None:
        """A file at this place, whole or not at all; the same bytes are left as they are."""
        path = self._path(place)
        try:
            if os.path.isfile(path) and _read_file(path) == content:
                return
            os.makedirs(os.path.dirname(path), exist_ok=True)
            aside = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}")
            with open(aside, "wb") as file:
                file.write(content)
            os.replace(aside, path)
        except OSError as problem:
            raise NotWritable(place, problem) from problem

    def remove(self, place: str) -> None:
        """No file at this place any more, whether or not there was one."""
        try:
            os.unlink(self._path(place))
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as problem:
            raise NotWritable(place, problem) from problem

    def _path(self, place: str) -> str:
        path = os.path.realpath(os.path.join(self._root, *parts_of(place)))
        if not self._is_inside(path):
            raise OutsideInbox(place, self.uri)
        return path

    def _folder(self, feed: str) -> str:
        return os.path.join(self._root, feed_folder(feed))

    def _identity(
        self, feed: str, folder: str, missing: Callable[[str, str], InboxError] = NoFolder
    ) -> tuple[int, int]:
        try:
            found = os.stat(folder)
        except FileNotFoundError as problem:
            raise missing(feed, self.uri) from problem
        except OSError as problem:
            raise Unreachable(folder, problem) from problem
        if not stat.S_ISDIR(found.st_mode):
            raise missing(feed, self.uri)
        return found.st_dev, found.st_ino

    def _is_inside(self, path: str) -> bool:
        return path.startswith(self._root.rstrip(os.sep) + os.sep)

    def _first_level(self, folder: str, feed: str, day: date | None, skip: Skip) -> Iterator[Entry]:
        """Only here a folder's name may be a day."""
        for item in _listed(folder):
            found = day_of(item.name) if item.is_dir(follow_symlinks=False) else None
            if found is None or day is None or found == day:
                yield from self._item(item, f"{feed}/{shown(item.name)}", found, skip)

    def _walk(self, folder: str, prefix: str, day: date | None, skip: Skip) -> Iterator[Entry]:
        for item in _listed(folder, gone_is_empty=True):
            yield from self._item(item, f"{prefix}/{shown(item.name)}", day, skip)

    def _item(self, item: os.DirEntry[str], place: str, day: date | None, skip: Skip) -> Iterator[Entry]:
        if item.is_dir(follow_symlinks=False):
            if not is_hidden(item.name):
                yield from self._walk(item.path, place, day, skip)
        elif is_document(item.name):
            entry = self._entry(item, place, day)
            if isinstance(entry, Entry):
                yield entry
            elif entry is not None:
                skip(Skipped(place, entry))

    def _entry(self, item: os.DirEntry[str], place: str, day: date | None) -> Entry | str | None:
        """The file, or why it is passed over, or nothing when it is gone."""
        try:
            if item.is_symlink() and not self._is_inside(os.path.realpath(item.path)):
                return _OUTSIDE
            found = item.stat()
        except FileNotFoundError:
            return _NOWHERE if item.is_symlink() else None
        except OSError as problem:
            if item.is_symlink():
                return _NOWHERE
            raise Unreachable(place, problem) from problem
        if not stat.S_ISREG(found.st_mode):
            return _LINKED_FOLDER if stat.S_ISDIR(found.st_mode) else _NO_FILE
        mark = f"{found.st_size}:{found.st_mtime_ns}:{found.st_ino}"
        return Entry(place, day, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC), mark)


def _listed(folder: str, gone_is_empty: bool = False) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as items:
            return sorted(items, key=lambda item: item.name)
    except FileNotFoundError as problem:
        if gone_is_empty:
            return []
        raise Unreachable(folder, problem) from problem
    except OSError as problem:
        raise Unreachable(folder, problem) from problem


def _read_file(path: str) -> bytes:
    # Neither a link put there after the look, nor a pipe that would never end.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FileNotFoundError(path)
        return file.read()
