"""Several writers at once: no row twice, none lost; and what that leans on in LanceDB."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import lancedb
import pyarrow as pa
import pytest
from lancedb.index import BTree

from resources.lake import Lake
from resources.lake.place import find_place
from resources.lake.rows import KEY, PRIMARY_KEY
from tests.resources.lake_parts import FEED, chunks, document, vector

IDS = [f"doc-{number}" for number in range(12)]
WRITER = """
import sys
from resources.lake import Lake
from tests.resources.lake_parts import chunks, document, vector
uri, names = sys.argv[1], sys.argv[2].split(",")
print("ready", flush=True)
sys.stdin.readline()
lake = Lake.open(uri)
for some in (names[:4], names[4:8], names[8:]):
    lake.put_documents([document(name) for name in some])
    lake.put_chunks([row for name in some for row in chunks(name, "one", "two")])
    lake.put_vectors("m", [vector(name, place, 1, place) for name in some for place in (0, 1)])
lake.optimize(always=True)
"""


def rows(lake: Lake, name: str) -> int:
    database = lancedb.connect(find_place(lake.uri).tables_uri)
    return int(database.open_table(name).count_rows())


def table_names(lake: Lake) -> list[str]:
    return sorted(path.stem for path in Path(lake.uri, "tables").iterdir())


@pytest.mark.slow
def test_processes_that_write_the_same_new_rows_write_them_once(tmp_path: Path) -> None:
    """Three processes make the lake, its tables and the same rows at the same time: every row is there once."""
    uri = str(tmp_path / "lake")
    command = [sys.executable, "-c", WRITER, uri, ",".join(IDS)]
    writers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True
        )
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    lake = Lake.open(uri)
    assert [rows(lake, name) for name in table_names(lake)] == [24, 12, 24]
    assert lake.which_chunked(FEED, IDS) == lake.which_documents(FEED, IDS, "p1") == set(IDS)


def test_threads_share_a_lake_while_it_is_tidied(tmp_path: Path) -> None:
    """Assets write from threads while another tidies: nothing is lost, twice, or an error."""
    lake = Lake.open(str(tmp_path / "lake"))

    def write(number: int) -> None:
        for name in (f"{number}-{turn}" for turn in range(4)):
            lake.put_chunks(chunks(name, "one", "two", "three"))
            lake.put_chunks(chunks(name, "one", "two"))

    def tidy(_: int) -> None:
        for _ in range(4):
            lake.optimize(keep_versions=timedelta(minutes=5), always=True)

    with ThreadPoolExecutor(5) as threads:
        for done in [threads.submit(write, number) for number in range(4)] + [threads.submit(tidy, 0)]:
            done.result()
    names = [f"{number}-{turn}" for number in range(4) for turn in range(4)]
    assert {name: len(found) for name, found in lake.read_chunks(FEED, names).items()} == dict.fromkeys(names, 2)
    assert rows(lake, "chunks") == 32


def test_a_reader_sees_what_another_wrote_at_once(tmp_path: Path) -> None:
    """Assets follow each other in processes of their own: no handle answers from the past."""
    first, second = (Lake.open(str(tmp_path / "lake")) for _ in range(2))
    assert second.which_documents(FEED, ["a"], "p1") == set()
    first.put_documents([document("a")])
    assert second.which_documents(FEED, ["a"], "p1") == {"a"}
    first.optimize(always=True)
    assert second.read_documents(FEED, ["a"])


def test_a_table_left_without_its_indices_gets_them(tmp_path: Path) -> None:
    """Whoever made the table may have died before the full-text index: the next who opens it makes it."""
    lake = Lake.open(str(tmp_path / "lake"))
    lake.put_chunks(chunks("a", "Preis"))
    table = lancedb.connect(find_place(lake.uri).tables_uri).open_table("chunks")
    for index in list(table.list_indices()):
        table.drop_index(index.name)
    assert Lake.open(lake.uri).search(FEED, "a", "Preis", 1)


def test_old_versions_do_not_stay(tmp_path: Path) -> None:
    """Compacting copies; what it copied is removed once it is older than asked for."""
    lake = Lake.open(str(tmp_path / "lake"))
    for number in range(10):
        lake.put_vectors("m", [vector(f"d{number}", 0, *([1.0] * 500))])
    data = Path(lake.uri, "tables")
    before = len(list(data.rglob("data/*.lance")))
    lake.optimize(keep_versions=timedelta(milliseconds=1), always=True)
    assert len(list(data.rglob("data/*.lance"))) < before / 2


def merged_behind_each_others_back(
    folder: Path, key_type: pa.DataType, marked: bool, indexed: bool, use_index: bool
) -> int:
    """How often a key is there that two writers inserted, neither having seen the other's."""
    metadata = PRIMARY_KEY if marked else None
    schema = pa.schema([pa.field(KEY, key_type, nullable=False, metadata=metadata)])
    here = lancedb.connect(folder).create_table("t", schema=schema)
    here.add(pa.table({KEY: pa.array([b"sixteen bytes ..."[:16]], pa.binary()).cast(key_type)}, schema=schema))
    if indexed:
        here.create_index(KEY, config=BTree())
    there = lancedb.connect(folder).open_table("t")
    row = pa.table({KEY: pa.array([b"sixteen others ."], pa.binary()).cast(key_type)}, schema=schema)
    for table in (here, there):
        merging = table.merge_insert(KEY).when_matched_update_all().when_not_matched_insert_all()
        merging.use_index(use_index).execute(row)
    return int(lancedb.connect(folder).open_table("t").count_rows()) - 1


@pytest.mark.parametrize(
    ("key_type", "marked", "indexed", "use_index", "times"),
    [
        (pa.binary(), True, False, False, 1),
        (pa.string(), True, True, False, 1),
        (pa.binary(), False, False, False, 2),
        (pa.binary(16), True, False, False, 2),
        (pa.string(), True, True, True, 2),
    ],
    ids=["as ours", "index not used", "no mark", "fixed size", "through an index"],
)
def test_lancedb_keeps_a_key_unique_only_on_a_narrow_way(
    tmp_path: Path, key_type: pa.DataType, marked: bool, indexed: bool, use_index: bool, times: int
) -> None:
    """The lake's keys lean on this: marked, of variable size, merged without an index (and only so)."""
    assert merged_behind_each_others_back(tmp_path, key_type, marked, indexed, use_index) == times
