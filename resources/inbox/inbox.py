"""Where documents come from: a folder, or an object store, by INBOX_URI."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol
from urllib.parse import unquote, urlsplit

from pyarrow import fs

from resources.inbox.bucket import BucketInbox
from resources.inbox.entry import Entry, Skip, pass_over
from resources.inbox.errors import Unreachable
from resources.inbox.folder import FolderInbox


class Inbox(Protocol):
    uri: str

    def exists(self, feed: str) -> bool: ...

    def entries(self, feed: str, day: date | None = None, skip: Skip = pass_over) -> Iterator[Entry]: ...

    def read(self, place: str) -> bytes: ...

    def put(self, place: str, content: bytes) -> None: ...

    def remove(self, place: str) -> None: ...


def open_inbox(uri: str) -> Inbox:
    """The inbox at this path or URI; nothing is made there."""
    parts = urlsplit(uri)
    if "://" not in uri:
        return FolderInbox(uri)
    if parts.scheme == "file":
        return FolderInbox(unquote(parts.path))
    try:
        files, root = fs.FileSystem.from_uri(uri)
    except (OSError, ValueError) as problem:
        raise Unreachable(uri, OSError(str(problem))) from problem
    return BucketInbox(uri, files, root)
