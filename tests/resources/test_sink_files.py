"""The files sink: each event once, each line whole, durable when publish returns."""

import errno
import fcntl
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.sink import SinkError, open_sink
from resources.sink.errors import BadEvent, NoFolder, NotAvailable, NotWritable, SinkFailed, SinkFull
from resources.sink.event import as_line
from resources.sink.files import FilesSink
from resources.sink.resource import SinkResource
from tests.resources.sink_parts import FEED, delivered, event, ids


def names(*numbers: int) -> list[str]:
    return [f"event-{number}" for number in numbers]


def file_of(folder: Path) -> Path:
    return folder / f"{FEED}.jsonl"


def begun(folder: Path, *numbers: int) -> bytes:
    """A file that another process left; its content."""
    FilesSink(folder).publish(FEED, [event(number) for number in numbers])
    return file_of(folder).read_bytes()


def test_events_are_lines_in_the_order_they_were_given(tmp_path: Path) -> None:
    """One file a feed, in a folder made on the way."""
    folder = tmp_path / "not" / "yet"
    sink = FilesSink(folder)
    sink.publish(FEED, [event(2), event(1)])
    sink.publish("deals", [event(3)])
    sink.publish(FEED, [event(4)])
    assert ids(folder) == names(2, 1, 4)
    assert ids(folder, "deals") == names(3)
    assert delivered(folder)[1]["data"] == event(1).data


def test_nothing_to_publish_makes_nothing(tmp_path: Path) -> None:
    """No event, no file."""
    FilesSink(tmp_path / "out").publish(FEED, [])
    assert not (tmp_path / "out").exists()


def test_an_event_is_written_once_whoever_repeats_it(tmp_path: Path) -> None:
    """Again in the batch, again later, again after a restart: the id decides."""
    sink = FilesSink(tmp_path)
    sink.publish(FEED, [event(1), event(1), event(2)])
    sink.publish(FEED, [event(2), event(3)])
    FilesSink(tmp_path).publish(FEED, [event(1), event(4), event(3)])
    assert ids(tmp_path) == names(1, 2, 3, 4)


def test_what_another_process_wrote_meanwhile_is_known(tmp_path: Path) -> None:
    """Two sinks on one file see each other's events before they write."""
    first, second = FilesSink(tmp_path), FilesSink(tmp_path)
    first.publish(FEED, [event(1)])
    second.publish(FEED, [event(2)])
    first.publish(FEED, [event(2), event(3)])
    second.publish(FEED, [event(3), event(1)])
    assert ids(tmp_path) == names(1, 2, 3)


def test_only_what_was_added_is_read_again(tmp_path: Path) -> None:
    """A process reads the file once, and then its new end: publishing does not slow down as the file grows."""
    sink = FilesSink(tmp_path)
    sink.publish(FEED, [event(1)])
    with file_of(tmp_path).open("r+b") as file:
        file.write(b"#" * 60)
    sink.publish(FEED, [event(1), event(2)])
    assert file_of(tmp_path).read_bytes().count(b"\n") == 2
    FilesSink(tmp_path).publish(FEED, [event(1)])
    assert file_of(tmp_path).read_bytes().count(b"\n") == 3


@given(cut=st.integers(1, 2000), again=st.booleans())
def test_a_torn_line_is_cut_off_wherever_it_was_torn(
    tmp_path_factory: pytest.TempPathFactory, cut: int, again: bool
) -> None:
    """A crash in the middle of a line leaves no half event: the next one who publishes writes it whole."""
    folder = tmp_path_factory.mktemp("out")
    whole = begun(folder, 1, 2)
    line = as_line(FEED, event(3))
    file_of(folder).write_bytes(whole + line[: cut % (len(line) - 1)])
    FilesSink(folder).publish(FEED, [event(3 if again else 4)])
    assert ids(folder) == names(1, 2, 3 if again else 4)


def test_zeros_a_power_cut_left_are_cut_off(tmp_path: Path) -> None:
    """Some file systems lengthen a file before they write into it."""
    whole = begun(tmp_path, 1)
    file_of(tmp_path).write_bytes(whole + b"\0" * 300)
    FilesSink(tmp_path).publish(FEED, [event(2)])
    assert ids(tmp_path) == names(1, 2)


def test_a_whole_event_without_its_line_break_is_kept(tmp_path: Path) -> None:
    """An editor that drops the last line break must not make us drop a delivered event."""
    whole = begun(tmp_path, 1, 2)
    file_of(tmp_path).write_bytes(whole.rstrip(b"\n"))
    FilesSink(tmp_path).publish(FEED, [event(2), event(3)])
    assert ids(tmp_path) == names(1, 2, 3)


@pytest.mark.parametrize(
    "foreign",
    [
        b"not json",
        b"\xff\xfe\x00",
        b"",
        b"[1, 2]",
        b'"id"',
        b'{"id": 7}',
        b'{"specversion":"1.0","id":"unfinished}',
        b'{"specversion":"1.0","id":"\xff"}',
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\n\n", b""])
def test_a_foreign_line_is_left_alone(tmp_path: Path, foreign: bytes, end: bytes) -> None:
    """Whatever people write into the file stays there byte by byte, and disturbs no event."""
    if foreign.startswith(b'{"specversion"') and not end:
        pytest.skip("without a line break this is the beginning of a line of ours")
    whole = begun(tmp_path, 1)
    file_of(tmp_path).write_bytes(whole + foreign + end)
    FilesSink(tmp_path).publish(FEED, [event(1), event(2)])
    separator = b"" if end or not foreign else b"\n"
    assert file_of(tmp_path).read_bytes() == whole + foreign + end + separator + as_line(FEED, event(2))


def test_another_writers_cloud_event_counts_too(tmp_path: Path) -> None:
    """An event is known by its id, however its JSON is laid out."""
    file_of(tmp_path).write_text(json.dumps({"id": "event-1", "specversion": "1.0"}) + "\n")
    odd = replace(event(), event_id='odd"\\id ü')
    FilesSink(tmp_path).publish(FEED, [odd])
    FilesSink(tmp_path).publish(FEED, [event(1), odd])
    assert ids(tmp_path) == ["event-1", odd.event_id]


def test_a_rotated_file_is_begun_anew(tmp_path: Path) -> None:
    """Moved away under a running process: its events go where the path leads now."""
    sink = FilesSink(tmp_path)
    sink.publish(FEED, [event(1)])
    file_of(tmp_path).rename(tmp_path / "old.jsonl")
    sink.publish(FEED, [event(2)])
    assert ids(tmp_path) == names(2)
    file_of(tmp_path).write_bytes(b"")
    sink.publish(FEED, [event(2), event(3)])
    assert ids(tmp_path) == names(2, 3)


def test_a_file_moved_away_while_waiting_for_its_lock_is_not_written(tmp_path: Path) -> None:
    """Whoever waited opens the path again before writing."""
    begun(tmp_path, 1)
    with file_of(tmp_path).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=FilesSink(tmp_path).publish, args=(FEED, [event(2)]))
        waiting.start()
        while b"-> FLOCK" not in Path("/proc/locks").read_bytes() and waiting.is_alive():
            pass
        file_of(tmp_path).rename(tmp_path / "old.jsonl")
    waiting.join()
    assert ids(tmp_path, "old") == names(1)
    assert ids(tmp_path) == names(2)


def test_threads_may_share_a_sink(tmp_path: Path) -> None:
    """The relay and an asset publish at once: each event once, each line whole."""
    sink = FilesSink(tmp_path)

    def publish(start: int) -> None:
        for number in range(start, start + 20, 5):
            sink.publish(FEED, [event(each) for each in range(number, number + 5)])

    threads = [threading.Thread(target=publish, args=(start,)) for start in (0, 10, 20, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(tmp_path)) == sorted(names(*range(40)))


class Disk:
    """What the operating system is asked to do, in order; it may refuse."""

    def __init__(self, fail_write_after: int | None = None, fail_sync: int | None = None) -> None:
        self.calls: list[str] = []
        self._left = fail_write_after
        self._fail_sync = fail_sync

    def write(self, handle: int, content: bytes | memoryview) -> int:
        self.calls.append("write")
        if self._left is None:
            return os.write(handle, content)
        if not self._left:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = os.write(handle, bytes(content[: self._left]))
        self._left -= written
        return written

    def sync(self, handle: int) -> None:
        self.calls.append("sync file" if os.path.isfile(f"/proc/self/fd/{handle}") else "sync folder")
        if self._fail_sync:
            raise OSError(self._fail_sync, os.strerror(self._fail_sync))
        os.fsync(handle)


def test_publish_returns_when_file_and_folder_are_on_disk(tmp_path: Path) -> None:
    """A new file's name is durable before its first line, every line before publish returns."""
    disk = Disk()
    sink = FilesSink(tmp_path / "new", disk.write, disk.sync)
    sink.publish(FEED, [event(1), event(2)])
    assert disk.calls == ["sync folder", "sync folder", "write", "sync file"]
    sink.publish(FEED, [event(3)])
    assert disk.calls[4:] == ["write", "sync file"]


def test_what_is_there_already_is_made_durable_too(tmp_path: Path) -> None:
    """Whoever wrote an event may have died before it was on disk: repeating it makes it so."""
    begun(tmp_path, 1)
    disk = Disk()
    FilesSink(tmp_path, disk.write, disk.sync).publish(FEED, [event(1)])
    assert disk.calls == ["sync file"]


@pytest.mark.parametrize("room", [0, 1, 100, 450])
def test_a_full_disk_leaves_whole_lines_and_says_so(tmp_path: Path, room: int) -> None:
    """None of the batch counts, nothing half is left, and with room again it goes on."""
    before = begun(tmp_path, 1)
    disk = Disk(fail_write_after=room)
    sink = FilesSink(tmp_path, disk.write, disk.sync)
    with pytest.raises(SinkFull, match=r"quotes\.jsonl.*stay in the outbox") as caught:
        sink.publish(FEED, [event(2), event(3)])
    assert caught.value.transient
    assert file_of(tmp_path).read_bytes() == before
    disk._left = None
    sink.publish(FEED, [event(2), event(3)])
    assert ids(tmp_path) == names(1, 2, 3)


def test_a_failed_sync_is_a_failed_publish(tmp_path: Path) -> None:
    """What may not be on disk is not delivered; trying again neither loses nor doubles it."""
    disk = Disk(fail_sync=errno.EIO)
    begun(tmp_path, 0)
    sink = FilesSink(tmp_path, disk.write, disk.sync)
    for _ in range(2):
        with pytest.raises(SinkFailed, match="run again"):
            sink.publish(FEED, [event(1)])
    disk._fail_sync = None
    sink.publish(FEED, [event(1), event(2)])
    assert ids(tmp_path) == names(0, 1, 2)


def test_a_bad_event_is_named_and_holds_up_no_other(tmp_path: Path) -> None:
    """What is no CloudEvent is refused by its id, the rest of the batch is written."""
    bad = replace(event(2), time=datetime(2026, 11, 19))
    refused = FilesSink(tmp_path).publish(FEED, [event(1), bad, event(3)])
    assert {name: type(error) for name, error in refused.items()} == {"event-2": BadEvent}
    assert ids(tmp_path) == names(1, 3)


@pytest.mark.parametrize("feed", ["../escape", "a/b", "", ".hidden", "a\0b", "/etc/x"])
def test_a_feed_is_a_file_name(tmp_path: Path, feed: str) -> None:
    """No feed leads out of the folder."""
    with pytest.raises(NotWritable, match="no file name"):
        FilesSink(tmp_path / "out").publish(feed, [event(1)])
    assert list(tmp_path.iterdir()) == []


def below_a_file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file" / "below"


def a_folder_in_the_files_place(folder: Path) -> Path:
    (folder / f"{FEED}.jsonl").mkdir()
    return folder


@pytest.mark.parametrize(("make", "error"), [(below_a_file, NoFolder), (a_folder_in_the_files_place, NotWritable)])
def test_a_place_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path], error: type[SinkError]
) -> None:
    """What stands in the way is named, and a rerun is not promised to help."""
    with pytest.raises(error) as caught:
        open_sink(str(make(tmp_path))).publish(FEED, [event(1)])
    assert str(tmp_path) in str(caught.value)
    assert not caught.value.transient


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """Said when the sink is opened, before any work was done."""
    (tmp_path / "out").write_text("x")
    with pytest.raises(NoFolder, match="not a folder"):
        open_sink(str(tmp_path / "out"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_closed_folder_is_one_sentence(tmp_path: Path) -> None:
    """Permissions are told with what to do."""
    tmp_path.chmod(0o500)
    with pytest.raises(NotWritable, match="Permission denied"):
        open_sink(str(tmp_path)).publish(FEED, [event(1)])


def test_paths_and_file_urls_are_the_same(tmp_path: Path) -> None:
    """With spaces and umlauts, escaped or not."""
    folder = tmp_path / "Aus gang ü"
    open_sink(folder.as_uri()).publish(FEED, [event(1)])
    open_sink(str(folder)).publish(FEED, [event(1), event(2)])
    assert ids(folder) == names(1, 2)


def test_a_place_of_an_unknown_kind_is_refused_at_once() -> None:
    """One sentence, before anything is published, and without the credentials in it."""
    with pytest.raises(NotAvailable, match="RabbitMQ") as caught:
        open_sink("ftp://user:secret@host/")
    assert "secret" not in str(caught.value)
    assert not caught.value.transient


def test_the_resource_hands_out_the_engine(tmp_path: Path) -> None:
    """Dagster sees a URL; assets get the sink."""
    with SinkResource(url=str(tmp_path)).yield_for_execution(dg.build_init_resource_context()) as sink:
        sink.publish(FEED, [event(1)])
    assert ids(tmp_path) == names(1)
