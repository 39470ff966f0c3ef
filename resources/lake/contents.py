"""The bytes of documents are files beside the tables, one a document, written once.

In a table they would be copied each time it is compacted, for as long as it lives; here a write costs the
same at the millionth document, and nothing that reads text ever touches them.
"""

import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from pyarrow import fs

from resources.lake.errors import NoSuchBytes, speaking_of
from resources.lake.place import Place
from resources.lake.rows import LakeDocument, key

UPLOADS_AT_ONCE = 16
LONGEST_NAME = 200


class Contents(Protocol):
    def put(self, documents: Iterable[LakeDocument]) -> None: ...

    def read(self, feed: str, doc_id: str) -> bytes: ...


def contents_at(place: Place) -> Contents:
    return FolderContents(place) if place.is_local else BucketContents(place)


@lru_cache(maxsize=64)
def _folder_of(feed: str) -> str:
    return f"bytes/feed={quote(feed, safe='')}"


def path_of(feed: str, doc_id: str) -> str:
    """Readable for people, harmless whatever the names hold, and at most some thousand files a folder."""
    shard = key(feed, doc_id).hex()
    name = quote(doc_id, safe="")
    return f"{_folder_of(feed)}/{shard[:2]}/{name if len(name) <= LONGEST_NAME else shard}.bin"


class FolderContents:
    def __init__(self, place: Place) -> None:
        self._place = place

    def put(self, documents: Iterable[LakeDocument]) -> None:
        with speaking_of(self._place.uri):
            for document in documents:
                if document.content is not None:
                    self._put(self._path(document.feed, document.doc_id), document.content)

    def _put(self, path: str, content: bytes) -> None:
        if _size(path) != len(content):
            folder = os.path.dirname(path)
            aside = f"{folder}/.{os.getpid()}-{threading.get_ident()}.tmp"
            try:
                _write(aside, content)
            except FileNotFoundError:
                os.makedirs(folder, exist_ok=True)
                _write(aside, content)
            os.replace(aside, path)

    def read(self, feed: str, doc_id: str) -> bytes:
        with speaking_of(self._place.uri):
            try:
                return Path(self._path(feed, doc_id)).read_bytes()
            except FileNotFoundError as missing:
                raise NoSuchBytes(feed, doc_id) from missing

    def _path(self, feed: str, doc_id: str) -> str:
        return f"{self._place.root}/{path_of(feed, doc_id)}"


def _write(path: str, content: bytes) -> None:
    with open(path, "wb", buffering=0) as file:
        file.write(content)


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return None


class BucketContents:
    """The same in an object store, where a put is atomic and waiting is what costs."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._threads = ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="lake-bytes")

    def put(self, documents: Iterable[LakeDocument]) -> None:
        with speaking_of(self._place.uri):
            list(self._threads.map(self._put, documents))

    def _put(self, document: LakeDocument) -> None:
        if document.content is None:
            return
        path = self._path(document.feed, document.doc_id)
        if self._place.files.get_file_info(path).size != len(document.content):
            with self._place.files.open_output_stream(path) as stream:
                stream.write(document.content)

    def read(self, feed: str, doc_id: str) -> bytes:
        path = self._path(feed, doc_id)
        with speaking_of(self._place.uri):
            if self._place.files.get_file_info(path).type != fs.FileType.File:
                raise NoSuchBytes(feed, doc_id)
            with self._place.files.open_input_stream(path) as stream:
                return bytes(stream.read())

    def _path(self, feed: str, doc_id: str) -> str:
        return f"{self._place.root}/{path_of(feed, doc_id)}"
