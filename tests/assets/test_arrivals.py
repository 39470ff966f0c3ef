"""Which day owns a file, which files are read, which are gone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.arrivals import SETTLE, Look, change
from resources.inbox import Entry
from resources.ledger.places import Known

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FIRST_LOOK = NOW - timedelta(days=1)


def entry(
    place: str = "q/a.pdf", *, day: date | None = None, age: timedelta = timedelta(hours=1), mark: str = "m"
) -> Entry:
    return Entry(place=place, date=day, size=1, modified_at=NOW - age, mark=mark)


def look(**known: date) -> Look:
    return Look(NOW, FIRST_LOOK, {f"q/{name}.pdf": day for name, day in known.items()})


def test_a_known_place_keeps_its_day() -> None:
    """Whatever its folder or its clock says now."""
    assert look(a=date(2026, 1, 2)).day_of(entry(day=date(2026, 3, 4))) == date(2026, 1, 2)


def test_a_date_folder_decides() -> None:
    """A file for a day is of that day, whenever it came."""
    assert look().day_of(entry(day=date(2026, 3, 4))) == date(2026, 3, 4)


def test_a_new_file_arrived_when_it_was_found_whatever_its_clock_says() -> None:
    """Copies keep old modification times; only what lay there before the first look is judged by them."""
    assert look().day_of(entry(age=timedelta(hours=1))) == NOW.date()
    assert look().day_of(entry(age=timedelta(days=9))) == (NOW - timedelta(days=9)).date()


@pytest.mark.parametrize(("age", "trusted"), [(SETTLE * 2, True), (SETTLE / 2, False)])
def test_a_file_written_just_now_is_looked_at_again(age: timedelta, trusted: bool) -> None:
    """Two writes within the grain of the clock leave one mark."""
    fresh = entry(age=age)
    known = {fresh.place: Known(fresh.place, look().read_mark(fresh), "X")}
    assert (change([fresh], known).to_read == ()) is trusted


def test_what_is_there_unchanged_new_or_gone() -> None:
    """Three files, three answers; a place whose version is gone already is not withdrawn again."""
    known = {
        "q/same": Known("q/same", "m", "X"),
        "q/changed": Known("q/changed", "old", "Y"),
        "q/gone": Known("q/gone", "m", "Z"),
        "q/long-gone": Known("q/long-gone", "", None),
    }
    found = change([entry("q/same"), entry("q/changed"), entry("q/new")], known)
    assert [each.place for each in found.to_read] == ["q/changed", "q/new"]
    assert (found.unchanged, found.withdrawn) == (1, ("q/gone",))


@given(st.dictionaries(st.text("abc", min_size=1), st.sampled_from(["m", "n"])), st.sets(st.text("abc", min_size=1)))
def test_every_file_is_read_or_unchanged_and_every_missing_one_withdrawn(
    known: dict[str, str], present: set[str]
) -> None:
    """Nothing is in no group, nothing in two."""
    found = change(
        [entry(place) for place in present], {place: Known(place, mark, "X") for place, mark in known.items()}
    )
    assert len(found.to_read) + found.unchanged == len(present)
    assert set(found.withdrawn) == set(known) - present
