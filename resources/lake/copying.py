"""A lake is copied while others write into it: each table as it is in one instant, then the bytes its rows speak of.

What refers goes before what it refers to: bytes lie in the lake before a row names them, and the row before the ledger.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import lancedb
from pyarrow import fs

from resources.lake.errors import LakeNotEmpty, speaking_of
from resources.lake.place import Place, find_place, is_empty
from resources.lake.tables import Database, every_table

BYTES = "bytes"
ROWS_AT_ONCE = 1_000
_TAG = "backup"


def refuse_full(uri: str) -> None:
    with speaking_of(uri):
        if not is_empty(find_place(uri)):
            raise LakeNotEmpty(uri)


def copy_lake(source_uri: str, target_uri: str) -> None:
    """All rows and bytes, in the place of those of the same name; the indices are made anew by who opens the copy."""
    source, target = find_place(source_uri), find_place(target_uri)
    with speaking_of(source_uri):
        _copy_tables(lancedb.connect(source.tables_uri), lancedb.connect(target.tables_uri))
        _copy_bytes(source, target)


def _copy_tables(source: Database, target: Database) -> None:
    there = every_table(target)
    for name in every_table(source):
        with _as_it_is(source, name) as table:
            mode = "overwrite" if name in there else "create"
            target.create_table(name, table.search().to_batches(ROWS_AT_ONCE), mode=mode)


@contextmanager
def _as_it_is(source: Database, name: str) -> Iterator[lancedb.table.Table]:
    """The table as it is now, for as long as it takes: a version with a tag is not tidied away."""
    table = source.open_table(name)
    if _TAG in table.tags.list():  # of a copy that was killed
        table.tags.delete(_TAG)
    table.tags.create(_TAG, table.version)
    try:
        table.checkout(_TAG)
        yield table
    finally:
        table.checkout_latest()  # type: ignore[no-untyped-call]
        table.tags.delete(_TAG)


def _copy_bytes(source: Place, target: Place) -> None:
    if source.files.get_file_info(f"{source.root}/{BYTES}").type == fs.FileType.Directory:
        fs.copy_files(
            f"{source.root}/{BYTES}",
            f"{target.root}/{BYTES}",
            source_filesystem=source.files,
            destination_filesystem=target.files,
        )
