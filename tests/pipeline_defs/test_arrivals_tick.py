"""The inbox sensor's tick: each version of a file is asked for once, and the cursor stays small."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline_defs.arrivals_tick import Cursor, Request, tick
from resources.inbox import Inbox, open_inbox
from resources.ledger import Ledger
from resources.ledger.documents import Arrival

LATER = datetime.now(UTC) + timedelta(days=1)  # every file of a test has settled, however long the suite runs


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return open_inbox(str(tmp_path))


def drop(tmp_path: Path, place: str, content: str = "x") -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def asked(requests: list[Request]) -> dict[str, int]:
    return {request.partition.key: request.files for request in requests}


def test_files_ask_for_their_partitions_once(tmp_path: Path, inbox: Inbox, ledger: Ledger) -> None:
    """One request a partition, none when nothing is new."""
    for place in ("q/2026-11-19/a", "q/2026-11-19/deep/b", "q/2026-11-20/c", "m/2026-11-19/d", "other/e"):
        drop(tmp_path, place)
    requests, cursor = tick(Cursor(), inbox, ledger, ["m", "q"], LATER, 100)
    assert asked(requests) == {"2026-11-19|m": 1, "2026-11-19|q": 2, "2026-11-20|q": 1}
    assert tick(cursor, inbox, ledger, ["m", "q"], LATER, 100)[0] == []


def test_a_changed_file_asks_again(tmp_path: Path, inbox: Inbox, ledger: Ledger) -> None:
    """A new version of a file is new."""
    drop(tmp_path, "q/2026-11-19/a")
    _, cursor = tick(Cursor(), inbox, ledger, ["q"], LATER, 100)
    drop(tmp_path, "q/2026-11-19/a", "longer")
    requests, _ = tick(cursor, inbox, ledger, ["q"], LATER, 100)
    assert asked(requests) == {"2026-11-19|q": 1}


def test_a_tick_whose_answer_was_lost_asks_the_same_again(tmp_path: Path, inbox: Inbox, ledger: Ledger) -> None:
    """Same cursor, same run keys: Dagster starts no second run for what it did start."""
    drop(tmp_path, "q/2026-11-19/a")
    first, _ = tick(Cursor(), inbox, ledger, ["q"], LATER, 100)
    again, _ = tick(Cursor(), inbox, ledger, ["q"], LATER, 100)
    assert [each.run_key for each in again] == [each.run_key for each in first]


def test_what_was_materialized_by_hand_is_not_asked_for(tmp_path: Path, inbox: Inbox, ledger: Ledger) -> None:
    """A file that a run read already needs no tick."""
    drop(tmp_path, "q/2026-11-19/a")
    [entry] = inbox.entries("q")
    ledger.places.first_looked_at("q")
    from assets.arrivals import Look

    look = Look(LATER, LATER, {})
    ledger.places.note("q", [look.place(entry)])
    ledger.documents.arrive("2026-11-19", "q", "run", [Arrival(entry.place, "X", entry.mark, 1)])
    assert tick(Cursor(), inbox, ledger, ["q"], LATER, 100)[0] == []


def test_thousands_of_files_go_in_bounded_ticks_none_forgotten(tmp_path: Path, inbox: Inbox, ledger: Ledger) -> None:
    """Each tick looks at a bounded number of files; together they ask for every one, once."""
    for number in range(25):
        drop(tmp_path, f"q/2026-11-19/{number:02}")
    cursor, files = Cursor(), 0
    for _ in range(4):
        requests, cursor = tick(cursor, inbox, ledger, ["q"], LATER, 10)
        assert all(request.files <= 10 for request in requests)
        files += sum(request.files for request in requests)
    assert files == 25


def test_a_file_still_being_written_is_left_for_the_next_tick(tmp_path: Path, inbox: Inbox, ledger: Ledger) -> None:
    """A half written file is no document yet."""
    drop(tmp_path, "q/2026-11-19/a")
    moment = datetime.fromtimestamp(os.stat(tmp_path / "q/2026-11-19/a").st_mtime, UTC)
    requests, cursor = tick(Cursor(), inbox, ledger, ["q"], moment, 100)
    assert requests == []
    assert asked(tick(cursor, inbox, ledger, ["q"], LATER, 100)[0]) == {"2026-11-19|q": 1}


def test_a_file_without_a_date_folder_belongs_to_the_day_it_was_found(
    tmp_path: Path, inbox: Inbox, ledger: Ledger
) -> None:
    """Even if its modification time is old: it arrived now."""
    tick(Cursor(), inbox, ledger, ["q"], LATER, 100)
    ledger.places.first_looked_at("q")
    drop(tmp_path, "q/a")
    requests, _ = tick(Cursor(), inbox, ledger, ["q"], LATER, 100)
    assert asked(requests) == {f"{LATER.date().isoformat()}|q": 1}


def test_the_cursor_stays_small() -> None:
    """Two numbers, whatever the inbox holds."""
    cursor = Cursor(batch=10**9, skip=10**9)
    assert Cursor.read(cursor.write()) == cursor
    assert len(cursor.write()) < 100
    assert set(json.loads(cursor.write())) == {"batch", "skip"}
    assert Cursor.read(None) == Cursor()
