"""The inbox in an object store: a prefix is a folder, and what a listing says is all that is known of a file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from pyarrow import fs

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
from resources.inbox.errors import BadPlace, Gone, NoFolder, NotWritable, Unreachable


class BucketInbox:
    def __init__(self, uri: str, files: fs.FileSystem, root: str) -> None:
        self.uri = uri
        self._files = files
        self._root = root.rstrip("/")

    def exists(self, feed: str) -> bool:
        """Whether anything lies under the feed's prefix; a store without folders forgets an empty one."""
        return self._look(f"{self._root}/{feed_folder(feed)}").type == fs.FileType.Directory

    def entries(self, feed: str, day: date | None = None, skip: Skip = pass_over) -> Iterator[Entry]:
        """The feed's files; for a day, those of its date folder and those in no date folder."""
        if not self.exists(feed):
            raise NoFolder(feed, self.uri)
        for info in self._listed(f"{self._root}/{feed}", recursive=False):
            if info.type == fs.FileType.File:
                yield from self._entry(info, None, skip)
            elif not is_hidden(info.base_name):
                found = day_of(info.base_name)
                if found is None or day is None or found == day:
                    yield from self._under(info.path, found, skip)

    def read(self, place: str) -> bytes:
        """The file's bytes; raises Gone when it is not there any more."""
        path = f"{self._root}/{'/'.join(parts_of(place))}"
        if self._look(path).type != fs.FileType.File:
            raise Gone(place)
        try:
            with self._files.open_input_stream(path) as stream:
                return bytes(stream.read())
        except FileNotFoundError as missing:
            raise Gone(place) from missing
        except OSError as problem:
            raise Unreachable(place, problem) from problem

    def put(self, place: str, content: bytes) -> None:
        """An object at this place; the same bytes are left as they are."""
        path = f"{self._root}/{'/'.join(parts_of(place))}"
        try:
            if self._look(path).type == fs.FileType.File and self.read(place) == content:
                return
            self._files.create_dir(path.rpartition("/")[0], recursive=True)  # where folders are more than prefixes
            with self._files.open_output_stream(path) as stream:
                stream.write(content)
        except OSError as problem:
            raise NotWritable(place, problem) from problem

    def remove(self, place: str) -> None:
        """No object at this place any more, whether or not there was one."""
        path = f"{self._root}/{'/'.join(parts_of(place))}"
        try:
            if self._look(path).type == fs.FileType.File:
                self._files.delete_file(path)
        except OSError as problem:
            raise NotWritable(place, problem) from problem

    def _under(self, folder: str, day: date | None, skip: Skip) -> Iterator[Entry]:
        for info in self._listed(folder, recursive=True):
            if info.type == fs.FileType.File and not self._is_in_hidden(info.path):
                yield from self._entry(info, day, skip)

    def _entry(self, info: fs.FileInfo, day: date | None, skip: Skip) -> Iterator[Entry]:
        place = self._place(info.path)
        if not is_document(info.base_name):
            return
        try:
            parts_of(place)
        except BadPlace:
            skip(Skipped(place, "a name with '.', '..' or empty parts"))
            return
        modified = info.mtime or datetime.fromtimestamp(0, UTC)
        yield Entry(place, day, info.size or 0, modified.astimezone(UTC), f"{info.size}:{info.mtime_ns}")

    def _place(self, path: str) -> str:
        return "/".join(map(shown, path.removeprefix(f"{self._root}/").split("/")))

    def _is_in_hidden(self, path: str) -> bool:
        return any(is_hidden(part) for part in self._place(path).split("/")[1:-1])

    def _look(self, path: str) -> fs.FileInfo:
        try:
            return self._files.get_file_info(path)
        except OSError as problem:
            raise Unreachable(path, problem) from problem

    def _listed(self, folder: str, recursive: bool) -> list[fs.FileInfo]:
        selector = fs.FileSelector(folder, recursive=recursive, allow_not_found=True)
        try:
            return sorted(self._files.get_file_info(selector), key=lambda info: info.path)
        except OSError as problem:
            raise Unreachable(folder, problem) from problem
