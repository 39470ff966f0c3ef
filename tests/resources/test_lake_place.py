"""Where a lake may be: a place of its own, of this version, that can be written."""

import errno
import json
from pathlib import Path

import dagster as dg
import lancedb
import pyarrow as pa
import pytest

from resources.lake import Lake, LakeError
from resources.lake.errors import (
    BrokenLake,
    LakeContended,
    LakeFull,
    NotALake,
    NotWritable,
    OtherFormat,
    translated,
)
from resources.lake.place import MARK, find_place
from resources.lake.resource import LakeResource
from tests.resources.lake_parts import FEED, document


def test_a_lake_is_made_on_first_use_and_opened_after(tmp_path: Path) -> None:
    """A new path, deep or with spaces and umlauts, becomes a lake that a second opening finds."""
    uri = str(tmp_path / "not yet" / "Größe" / "lake")
    Lake.open(uri).put_documents([document("a")])
    assert Lake.open(uri).which_documents(FEED, ["a"], "p1") == {"a"}
    assert json.loads(Path(uri, MARK).read_text())["format"] == 1


def test_an_empty_folder_becomes_a_lake(tmp_path: Path) -> None:
    """Hidden files and what a file system keeps for itself do not make a folder somebody's."""
    (tmp_path / ".DS_Store").write_bytes(b"")
    (tmp_path / "lost+found").mkdir()
    assert Lake.open(str(tmp_path)).uri == str(tmp_path)


def test_a_file_uri_is_its_path(tmp_path: Path) -> None:
    """file:/// and the path are the same lake."""
    path = tmp_path / "with space"
    Lake.open(path.as_uri()).put_documents([document("a")])
    assert Lake.open(str(path)).read_bytes(FEED, "a") == b"%PDF"


def test_somebody_elses_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A mistyped LAKE_URI never fills a home directory."""
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(NotALake, match=r"thesis\.tex.*LAKE_URI"):
        Lake.open(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_refused(tmp_path: Path) -> None:
    """A path that is a file, or leads through one, is one sentence."""
    path = tmp_path / "file"
    path.write_text("x")
    with pytest.raises(NotALake, match="is a file"):
        Lake.open(str(path))
    with pytest.raises(LakeError, match="file/below"):
        Lake.open(str(path / "below"))


@pytest.mark.parametrize("mark", ['{"format": 2}', "garbage", "[]", ""])
def test_another_format_is_refused(tmp_path: Path, mark: str) -> None:
    """A lake of a later version, or with a damaged mark, is not written."""
    (tmp_path / MARK).write_text(mark)
    with pytest.raises(OtherFormat, match="another version"):
        Lake.open(str(tmp_path))


def test_a_table_of_another_version_is_refused(tmp_path: Path) -> None:
    """A column that is missing or of another type names itself."""
    lake = Lake.open(str(tmp_path / "lake"))
    database = lancedb.connect(find_place(lake.uri).tables_uri)
    database.create_table("documents", schema=pa.schema([pa.field("doc_id", pa.int64())]))
    with pytest.raises(OtherFormat, match=r"documents\.key is missing, not binary"):
        lake.put_documents([document("a")])


def test_a_table_whose_key_lost_its_mark_is_refused(tmp_path: Path) -> None:
    """Without the mark two writers would duplicate rows without a word."""
    lake = Lake.open(str(tmp_path / "lake"))
    lake.put_documents([document("a")])
    database = lancedb.connect(find_place(lake.uri).tables_uri)
    schema = pa.schema([field.remove_metadata() for field in database.open_table("documents").schema])
    database.drop_table("documents")
    database.create_table("documents", schema=schema)
    with pytest.raises(OtherFormat, match="primary key"):
        Lake.open(lake.uri).put_documents([document("a")])


def test_a_table_whose_files_are_gone_is_a_sentence(tmp_path: Path) -> None:
    """A lake that lost files says so instead of answering that nothing is there."""
    lake = Lake.open(str(tmp_path / "lake"))
    lake.put_documents([document("a")])
    for path in Path(lake.uri, "tables", "documents.lance", "data").iterdir():
        path.unlink()
    with pytest.raises(BrokenLake, match="restore it from a backup"):
        Lake.open(lake.uri).read_documents(FEED, ["a"])


@pytest.mark.parametrize(
    ("problem", "becomes"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), LakeFull),
        (RuntimeError("lance error: LanceError(IO): Generic LocalFileSystem error: No space left on device"), LakeFull),
        (PermissionError(errno.EACCES, "Permission denied"), NotWritable),
        (RuntimeError("lance error: Generic S3 error: Access Denied"), NotWritable),
        (OSError("Bucket 'nowhere' not found. To create buckets, enable"), NotWritable),
        (ValueError("Retryable commit conflict for version 7"), LakeContended),
        (RuntimeError("something nobody has seen"), BrokenLake),
        (OSError(errno.EIO, "Input/output error"), BrokenLake),
    ],
)
def test_foreign_errors_become_sentences(problem: Exception, becomes: type[LakeError]) -> None:
    """Only what another writer did is worth trying again."""
    ours = translated("/lake", problem)
    assert type(ours) is becomes
    assert ours.transient is (becomes is LakeContended)
    assert "/lake" in str(ours)


def test_long_foreign_words_are_cut() -> None:
    """A store's stack of causes does not become our sentence."""
    assert len(str(translated("/lake", RuntimeError("x" * 5000 + "\nand more")))) < 700


def test_the_resource_hands_out_the_engine(tmp_path: Path) -> None:
    """Dagster sees a URI; assets get the lake."""
    resource = LakeResource(uri=str(tmp_path / "lake"))
    with resource.yield_for_execution(dg.build_init_resource_context()) as lake:
        assert isinstance(lake, Lake)
