"""One file a feed, each event one line of it, exactly once: what is in the file is what was delivered.

Whoever publishes holds the file's lock, so several processes may. A line is there altogether or not at all: what a
crash left half written is cut off by the next who publishes, before anything is added.
"""

import errno
import fcntl
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from resources.sink.errors import BadEvent, NoFolder, NotWritable, SinkError, SinkFailed, SinkFull
from resources.sink.event import BEGINNING, Event, as_line

BLOCK = 1 << 20
_OURS = re.compile(re.escape(BEGINNING) + rb'([^"\\]*)"')
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOLCK, errno.EISDIR, errno.ENAMETOOLONG}


@dataclass(slots=True)
class _Known:
    """What one file is known to hold, up to where it was read."""

    inode: int = -1
    end: int = 0
    ids: set[str] = field(default_factory=set)


class FilesSink:
    batch = 500

    def __init__(
        self,
        folder: Path,
        write: Callable[[int, bytes | memoryview], int] = os.write,
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        with _speaking_of(folder):
            if folder.exists() and not folder.is_dir():
                raise NoFolder(str(folder))
        self._folder = folder
        self._write = write
        self._sync = sync
        self._known: dict[str, _Known] = {}
        self._one_thread = threading.Lock()

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        """Returns once every event is in the feed's file, durably, and once; but for those that are no CloudEvents."""
        lines, refused = _written(feed, events)
        if lines:
            path = self._path(feed)
            with self._one_thread, _speaking_of(path):
                self._deliver(path, lines)
        return refused

    def close(self) -> None:
        """Nothing is held between two batches."""

    def _path(self, feed: str) -> Path:
        path = self._folder / f"{feed}.jsonl"
        if not feed or feed.startswith(".") or path.parent != self._folder or "\0" in feed:
            raise NotWritable(str(path), "the feed's name is no file name")
        return path

    def _deliver(self, path: Path, lines: Mapping[str, bytes]) -> None:
        # Taken out, and put back only when all went well: after an error the file is read anew.
        known = self._known.pop(path.name, _Known())
        with self._locked(path) as handle:
            known = self._caught_up(known, handle)
            new = [line for name, line in lines.items() if name not in known.ids]
            self._append(handle, b"".join(new), known)
            # Also when nothing is new: whoever wrote it may have died before it was durable.
            self._sync(handle)
            known.ids.update(lines)
        self._known[path.name] = known

    @contextmanager
    def _locked(self, path: Path) -> Iterator[int]:
        """The open file, ours alone, and still the one at its path."""
        while True:
            handle = self._opened(path)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                if _is_still_at(path, handle):
                    yield handle
                    return
            finally:
                os.close(handle)

    def _opened(self, path: Path) -> int:
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            _make_folder(path.parent, self._sync)
        except PermissionError as problem:
            raise _translated(str(path), problem) from problem
        try:
            handle = os.open(path, flags | os.O_CREAT, 0o644)
        except PermissionError as problem:
            raise _translated(str(path), problem) from problem
        _sync_folder(path.parent, self._sync)
        return handle

    def _caught_up(self, known: _Known, handle: int) -> _Known:
        """What the file holds now, read from where we last stopped; a torn end is cut off."""
        status = os.fstat(handle)
        if known.inode != status.st_ino or known.end > status.st_size:
            known = _Known(inode=status.st_ino)
        with os.fdopen(os.dup(handle), "rb", buffering=BLOCK) as file:
            file.seek(known.end)
            for line in file:
                if not line.endswith(b"\n"):
                    self._mend(handle, known, line)
                    break
                _learn(known, line)
        return known

    def _mend(self, handle: int, known: _Known, tail: bytes) -> None:
        """An end without a line break: ours and torn, it goes; whole, or somebody else's, it is completed."""
        if _is_torn(tail):
            os.ftruncate(handle, known.end)
        else:
            self._append(handle, b"\n", known)
            known.end -= 1
            _learn(known, tail + b"\n")

    def _append(self, handle: int, content: bytes, known: _Known) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[self._write(handle, rest) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, os.fstat(handle).st_size - (len(content) - len(rest)))
            raise
        known.end += len(content)


def _written(feed: str, events: Sequence[Event]) -> tuple[dict[str, bytes], dict[str, SinkError]]:
    lines: dict[str, bytes] = {}
    refused: dict[str, SinkError] = {}
    for event in events:
        try:
            lines[event.event_id] = as_line(feed, event)
        except BadEvent as error:
            refused[event.event_id] = error
    return lines, refused


def _learn(known: _Known, line: bytes) -> None:
    known.end += len(line)
    event_id = _id_in(line)
    if event_id is not None:
        known.ids.add(event_id)


def _id_in(line: bytes) -> str | None:
    """The id of an event's line; another's line has none and is left alone."""
    ours = _OURS.match(line)
    if ours and line.endswith(b"}\n"):
        return ours[1].decode(errors="replace")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    event_id = found.get("id") if isinstance(found, dict) else None
    return event_id if isinstance(event_id, str) else None


def _is_torn(tail: bytes) -> bool:
    """The beginning of a line of ours; or nothing but zeros, which a file system may leave after a power cut."""
    if not tail.strip(b"\0"):
        return True
    if not (tail.startswith(BEGINNING) or BEGINNING.startswith(tail)):
        return False
    try:
        json.loads(tail)
    except (ValueError, RecursionError):
        return True
    return False


def _is_still_at(path: Path, handle: int) -> bool:
    """False when the file was moved away (a rotation) while we waited for its lock."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False


def _make_folder(folder: Path, sync: Callable[[int], None]) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent, sync)


def _sync_folder(folder: Path, sync: Callable[[int], None]) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(handle)
    finally:
        os.close(handle)


@contextmanager
def _speaking_of(path: Path) -> Iterator[None]:
    """Inside, what the operating system raises leaves as an error of ours."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as problem:
        raise NoFolder(str(path.parent)) from problem
    except OSError as problem:
        raise _translated(str(path), problem) from problem


def _translated(place: str, problem: OSError) -> SinkError:
    words = problem.strerror or str(problem)
    if problem.errno in _FULL:
        return SinkFull(place)
    return NotWritable(place, words) if problem.errno in _CLOSED else SinkFailed(place, words)
