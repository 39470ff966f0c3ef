"""When people are told: once, once more if it gets worse, once when it is well again; in bounded, harmless words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from resources.alerts.conditions import Sighting, judge, settle
from resources.alerts.text import plain, subject, unmarked
from resources.alerts.watching import messages
from resources.alerts.webhook import LONGEST
from resources.ledger.alerts import Condition, Standing

BEGIN = datetime(2026, 11, 20, 2, 20, tzinfo=UTC)
BASE = Sighting(
    "check extractions rate 2026-11-19|deals", "well", BEGIN, "deals", "team:sales", "2026-11-19|deals",
    "rate of extractions", "4 of 9 documents needed a person", "Look at the offenders.", "http://127.0.0.1:3000/x",
)  # fmt: skip
RANK = {"well": 0, "warn": 1, "error": 2}


def seen(*standings: Standing) -> list[Sighting]:
    return [replace(BASE, standing=each, seen_at=BEGIN + timedelta(minutes=n)) for n, each in enumerate(standings)]


def kinds(*standings: Standing) -> list[str]:
    return [alert["kind"] for alert in settle({}, seen(*standings))[1]]


def test_a_failure_is_told_once() -> None:
    """However often it is seen again."""
    assert kinds("error", "error", "error") == ["failed"]
    assert kinds("well", "well") == []


def test_worse_is_told_once_more_and_better_is_not_told() -> None:
    """A check that wavers between its two limits does not wake anybody twice."""
    assert kinds("warn", "error", "warn", "error") == ["failed", "worse"]


def test_a_recovery_is_told_once_and_the_next_failure_is_a_new_one() -> None:
    assert kinds("warn", "well", "well", "error", "well") == ["failed", "recovered", "failed", "recovered"]


def test_work_left_undone_is_well_when_all_of_it_is_done() -> None:
    """A run that made only a part of it is no recovery."""
    night, part, rest = seen("error", "well", "well")
    night = replace(night, left=("extractions", "deliveries"))
    part, rest = replace(part, does=("extractions",)), replace(rest, does=("documents", "deliveries"))
    known, alerts = settle({}, [night, part])
    assert [alert["kind"] for alert in alerts] == ["failed"]
    assert known[0].needs == ["deliveries"]
    assert [a["kind"] for a in settle({each.condition: each for each in known}, [rest])[1]] == ["recovered"]


standings = st.lists(st.sampled_from(get_args(Standing)), max_size=12)


@given(standings, st.integers(0, 12), st.integers(0, 12))
def test_reading_again_tells_nothing_again(history: list[Standing], upto: int, back: int) -> None:
    """A tick that died, a cursor that was lost: whatever is read twice is told once, in any split of the history."""
    events = seen(*history)
    whole = settle({}, events)[1]
    first, alerts = settle({}, events[:upto])
    _, more = settle({each.condition: each for each in first}, events[max(0, upto - back) :])
    assert [*alerts, *more] == whole


@given(standings)
def test_every_turn_for_the_worse_is_told_and_nothing_else(history: list[Standing]) -> None:
    """Told means: what people believe is never better than what stands, and never stale when it is well."""
    state: Condition | None = None
    believed = 0
    for event in seen(*history):
        state, kind = judge(state, event)
        now = RANK[event.standing]
        assert (kind is not None) == (now > believed or (now == 0 < believed))
        believed = 0 if now == 0 else max(believed, now)


def test_one_message_a_feed_an_owner_and_a_channel() -> None:
    """What fails together is told together; the same telling has the same id."""
    other = replace(BASE, condition="b", feed="quotes", owner="team:buying", standing="warn")
    alerts = settle({}, [replace(BASE, standing="error"), other, replace(other, condition="c")])[1]
    made = messages(alerts, ["log", "webhook"])
    assert [(each.channel, each.feed, len(each.alerts)) for each in made] == [
        ("log", "deals", 1),
        ("webhook", "deals", 1),
        ("log", "quotes", 2),
        ("webhook", "quotes", 2),
    ]
    assert [each.message_id for each in made] == [each.message_id for each in messages(alerts, ["log", "webhook"])]
    assert len({each.message_id for each in made}) == 4


def test_a_message_says_what_why_what_to_do_and_where() -> None:
    [message] = messages(settle({}, [replace(BASE, standing="error")])[1], ["log"])
    assert subject(message) == "[ERROR] deals: 1 failed (team:sales)"
    assert plain(message, 5_000).splitlines()[2:6] == [
        "FAILED (ERROR) rate of extractions, 2026-11-19|deals",
        "4 of 9 documents needed a person",
        "What to do: Look at the offenders.",
        "http://127.0.0.1:3000/x",
    ]
    assert str(message.message_id) in plain(message, 5_000)


def test_a_night_in_which_everything_fails_still_fits() -> None:
    """What is left out is counted, and the id stands at the end all the same."""
    many = [replace(BASE, condition=str(n), standing="error", reason="x" * 10_000) for n in range(120)]
    made = messages(settle({}, many)[1], ["webhook"])
    assert [len(each.alerts) for each in made] == [50, 50, 20]
    for each in made:
        text = plain(each, LONGEST)
        assert len(text) <= LONGEST
        assert "more: python -m pipeline_defs alerts" in text
        assert text.endswith(str(each.message_id))


@given(st.text(max_size=300))
def test_foreign_text_is_one_line_and_calls_nobody(text: str) -> None:
    """Tags, links and names called in a document are no tags, links and calls in the message."""
    hostile = replace(BASE, standing="error", reason=f"<!channel> @here <https://evil.test|click> {text}", what=text)
    [message] = messages(settle({}, [hostile])[1], ["webhook"])
    told = unmarked(plain(message, LONGEST))
    assert len(plain(message, LONGEST).splitlines()) <= 8
    assert "<" not in told
    assert "@here" not in told
    assert len(subject(message).splitlines()) == 1
