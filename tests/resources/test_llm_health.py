"""One process alone: who may enter, and what each outcome makes of it."""

import time
from typing import Any

import pytest

from resources.llm import errors
from resources.llm.errors import EndpointFailed
from resources.llm.health import BreakerSettings, Health, Look, Pass, Shut
from resources.llm.world import World

LEAVES = list(EndpointFailed.__subclasses__())
SICK = [leaf for leaf in LEAVES if leaf.counts_against_health]
BARRED = [errors.QuotaExhausted, errors.Auth]
HARMLESS = [leaf for leaf in LEAVES if leaf not in (*SICK, *BARRED, errors.RateLimited)]


class Alone:
    """A process without a board, its clock in the test's hand."""

    def __init__(self, chance: float = 0.0, **settings: Any) -> None:
        self.now_s = 100.0
        self.told: list[str] = []
        world = World(monotonic=lambda: self.now_s, random=lambda: chance)
        self.health = Health({"a": BreakerSettings(**settings)}, "p", world, self.told.append)

    def enter(self, last_resort: bool = False) -> Pass | Shut:
        return self.health.enter("a", self.now_s, last_resort=last_resort)

    def passed(self, last_resort: bool = False) -> Pass:
        entered = self.enter(last_resort)
        assert isinstance(entered, Pass)
        return entered

    def shut(self, last_resort: bool = False) -> Shut:
        entered = self.enter(last_resort)
        assert isinstance(entered, Shut)
        return entered

    def leave(self, passed: Pass, error: EndpointFailed | None = None) -> None:
        self.health.leave(passed, self.now_s, error)

    def call(self, leaf: type[EndpointFailed] | None = None, retry_after_s: float | None = None) -> None:
        passed = self.passed()
        self.now_s += 0.1
        self.leave(passed, leaf("a", retry_after_s=retry_after_s) if leaf else None)

    def calls(self, *leaves: type[EndpointFailed] | None) -> None:
        for leaf in leaves:
            self.call(leaf)

    def later(self, seconds: float) -> "Alone":
        self.now_s += seconds
        return self

    def opened(self) -> "Alone":
        self.calls(errors.Unavailable, errors.Unavailable)
        assert self.state() == "open"
        return self

    def state(self) -> str:
        return self.look.state

    @property
    def look(self) -> Look:
        return self.health.look("a", self.now_s)


def busy(**settings: Any) -> Alone:
    """With a good minute behind it."""
    alone = Alone(**settings)
    for _ in range(50):
        alone.call()
        alone.later(1.0)
    return alone


@pytest.mark.parametrize("leaf", SICK)
def test_three_failures_in_a_row_open(leaf: type[EndpointFailed]) -> None:
    """And two do not, where there has been traffic."""
    alone = busy()
    alone.calls(leaf, leaf)
    assert alone.state() == "closed"
    alone.call(leaf)
    assert alone.state() == "open"
    assert alone.shut().why == f"3 failures in a row: it {leaf.happened}"


def test_two_are_enough_where_calls_are_rare() -> None:
    """The third would cost one more call, a while later, and tell little."""
    alone = Alone()
    alone.calls(errors.Unavailable, errors.Unavailable)
    assert alone.state() == "open"


@pytest.mark.parametrize("leaf", [*HARMLESS, errors.RateLimited])
def test_what_is_no_illness_never_opens(leaf: type[EndpointFailed]) -> None:
    """A question that cannot be answered says nothing about the endpoint; a 429 says that it is well, and busy."""
    alone = Alone()
    for _ in range(30):
        alone.call(leaf)
        alone.later(60.0)
    assert alone.state() == "closed"


def test_an_answer_ends_a_row() -> None:
    """Failures that answers stand between are no row."""
    alone = busy()
    alone.calls(*[errors.Unavailable, errors.Unavailable, None] * 2)
    assert alone.state() == "closed"


def test_an_answer_to_an_old_call_ends_no_row() -> None:
    """What had begun before the first failure may still end well while the server goes down."""
    alone = busy()
    old = alone.passed()
    alone.later(1.0).calls(errors.Unavailable, errors.Unavailable)
    alone.leave(old)
    alone.calls(errors.Unavailable, errors.Unavailable)
    assert alone.state() == "open"


def test_three_in_ten_of_a_minute_open() -> None:
    """Also if no three of them were in a row."""
    alone = busy(window_s=10.0)
    alone.later(20.0).calls(*[None, None, None, None, None, errors.Unavailable, None, errors.Unavailable, None])
    assert alone.state() == "closed"
    alone.call(errors.Unavailable)
    assert "3 of 10 calls failed" in alone.look.why


def test_a_busy_endpoint_is_not_judged_by_its_long_good_past() -> None:
    """At many calls a second the last seconds are enough, though the minute before was good."""
    alone = Alone()
    for _ in range(500):
        alone.call()
    alone.later(12.0)
    mixed = iter([None, None, None, errors.Unavailable, errors.Unavailable] * 6)
    while alone.state() == "closed":
        alone.call(next(mixed))
    assert "of the last" in alone.look.why


def test_a_row_is_longer_where_failures_are_usual() -> None:
    """At one failure in ten, three in a row happen by luck several times an hour."""
    alone = Alone()
    alone.calls(*[*[None] * 9, errors.Unavailable] * 4)
    alone.calls(None, *[errors.Unavailable] * 3)
    assert alone.state() == "closed"
    alone.calls(*[errors.Unavailable] * 2)
    assert alone.state() == "open"


def test_slow_calls_count_when_they_become_slow_and_once() -> None:
    """Long before they are over; that they then end well takes nothing back and adds nothing."""
    alone = busy()
    under_way = [alone.passed() for _ in range(5)]
    alone.later(20.0)
    for passed in under_way[:4]:
        alone.health.slow(passed, alone.now_s)
        alone.health.slow(passed, alone.now_s)
        alone.leave(passed)
    assert alone.state() == "closed"
    counted = alone.health.callable_now(alone.now_s)[0]
    assert (counted.slow, counted.failed) == (4, 0)
    assert counted.calls <= 54
    alone.health.slow(under_way[4], alone.now_s)
    assert alone.look.why == "5 slow calls in a row"


def test_a_call_counts_once_however_often_it_is_said() -> None:
    """Only the first word on how it went is heard."""
    alone = Alone()
    passed = alone.passed()
    for _ in range(5):
        alone.leave(passed, errors.Unavailable("a"))
    alone.health.slow(passed, alone.now_s)
    alone.health.abandon(passed, alone.now_s)
    assert alone.state() == "closed"
    assert alone.health.callable_now(alone.now_s)[0].failed == 1


def test_a_cancelled_call_says_nothing() -> None:
    """Neither good nor bad."""
    alone = Alone()
    for _ in range(20):
        alone.health.abandon(alone.passed(), alone.now_s)
    assert alone.health.callable_now(alone.now_s)[0].calls == 0


def test_open_then_one_then_five_then_ten_then_closed() -> None:
    """Each stage has to be answered whole; more calls than it has are turned away."""
    alone = Alone().opened().later(24.0)
    for stage in (1, 5, 10):
        probes = [alone.passed() for _ in range(stage)]
        assert not alone.shut().ask_board
        alone.later(0.1)
        for probe in probes:
            alone.leave(probe)
    assert alone.state() == "closed"
    assert [sentence.split(" ", 2)[2].split(":")[0] for sentence in alone.told] == [
        "is left alone for 10 s or longer",
        "answers again",
        "answers again",
        "is in full use again.",
    ]


@pytest.mark.parametrize("answered", [0, 1, 6])
def test_a_failed_probe_opens_again(answered: int) -> None:
    """At every stage, and for longer than before; the other probes of the stage no longer count."""
    alone = Alone().opened().later(24.0)
    for _ in range(answered):
        alone.call()
    other = alone.passed() if answered else None
    alone.call(errors.Unavailable)
    if other:
        alone.leave(other)
    assert alone.state() == "open"
    alone.later(19.0)
    for _ in range(6):
        assert alone.shut()
    assert isinstance(alone.later(1.5).enter(), Pass)


def test_growth_ends_with_a_good_ramp() -> None:
    """The next outage begins as short as the first."""
    alone = Alone().opened()
    for _ in range(3):
        alone.later(24.0).call(errors.Unavailable)
    alone.later(24.0).calls(*[None] * 16)
    assert alone.state() == "closed"
    alone.later(60.0).opened().later(1.0)
    for _ in range(5):
        alone.shut()
    assert isinstance(alone.later(9.1).enter(), Pass)


def test_a_probe_waits_until_it_is_a_small_share_of_the_calls() -> None:
    """Ten seconds, if five calls went elsewhere meanwhile; else until they have, or the longest time is over."""
    alone = Alone().opened().later(10.5)
    for _ in range(5):
        assert isinstance(alone.enter(), Shut)
    assert isinstance(alone.enter(), Pass)
    quiet = Alone().opened().later(23.0)
    assert isinstance(quiet.enter(), Shut)
    assert isinstance(quiet.later(1.1).enter(), Pass)


def down_for(outage_s: float, gap_s: float) -> tuple[int, int, float]:
    """Calls and tries in an outage, and how long after it the endpoint answered; a first failure is tried twice."""
    alone, begun_s, calls, tries = Alone(chance=0.5), 100.0, 0, 0
    while True:
        at_s = alone.now_s - begun_s
        calls += at_s < outage_s
        for _ in range(2):
            entered = alone.enter()
            if isinstance(entered, Shut):
                break
            alone.now_s += 0.05
            if at_s >= outage_s:
                return calls, tries, at_s - outage_s
            tries += 1
            alone.leave(entered, errors.Unavailable("a"))
        alone.now_s = begun_s + at_s + gap_s


@pytest.mark.parametrize("gap_s", [0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
def test_a_dead_endpoint_gets_three_of_ten_calls_at_most(gap_s: float) -> None:
    """Down for a minute, however often it is asked for."""
    calls, tries, _ = down_for(60.0, gap_s)
    assert tries <= 0.3 * calls


@pytest.mark.parametrize("gap_s", [0.5, 1.0, 2.0, 3.0, 4.0, 5.0])
def test_an_endpoint_that_is_well_again_is_back_within_half_a_minute(gap_s: float) -> None:
    """Whenever it recovered: however long it was down."""
    assert max(down_for(outage_s, gap_s)[2] for outage_s in range(5, 120)) <= 30.0


def test_an_old_call_neither_closes_nor_opens() -> None:
    """What started before the opening is of another time, however it ends."""
    alone = Alone()
    old = [alone.passed() for _ in range(40)]
    alone.opened()
    for passed in old[:20]:
        alone.leave(passed)
    assert alone.state() == "open"
    alone.later(24.0).calls(*[None] * 16)
    for passed in old[20:]:
        alone.leave(passed, errors.TimeoutAfterSend("a"))
    assert alone.state() == "closed"


def test_a_cancelled_probe_is_free_again() -> None:
    """It found out nothing; the next call may."""
    alone = Alone().opened().later(24.0)
    probe = alone.passed()
    assert isinstance(alone.enter(), Shut)
    alone.health.abandon(probe, alone.now_s)
    assert isinstance(alone.enter(), Pass)


def test_a_probe_that_is_never_given_back_is_free_in_the_end() -> None:
    """A caller that forgets its call blocks the endpoint for as long as a call may take, no longer."""
    alone = Alone(probe_ttl_s=130.0).opened().later(24.0)
    alone.passed()
    assert isinstance(alone.later(129.0).enter(), Shut)
    assert isinstance(alone.later(12.0).enter(), Pass)


def test_a_slow_probe_opens_again_and_its_late_answer_changes_nothing() -> None:
    """Slow is what it was left for."""
    alone = Alone().opened().later(24.0)
    probe = alone.passed()
    alone.health.slow(probe, alone.later(20.0).now_s)
    assert alone.state() == "open"
    alone.leave(probe)
    assert alone.state() == "open"


def test_the_last_resort_is_tried_one_at_a_time() -> None:
    """Where nobody else can answer, an open door is tried every two seconds; that it fails makes nothing longer."""
    alone = Alone().opened()
    assert isinstance(alone.enter(last_resort=True), Shut)
    for _ in range(4):
        probe = alone.later(2.1).passed(last_resort=True)
        assert isinstance(alone.enter(last_resort=True), Shut)
        alone.leave(probe, errors.Unavailable("a"))
    for _ in range(5):
        alone.shut()
    assert isinstance(alone.later(2.1).enter(), Pass)


def test_a_last_resort_that_answers_begins_the_ramp() -> None:
    """One good answer is what the first probe is for."""
    alone = Alone().opened().later(2.1)
    alone.leave(alone.passed(last_resort=True))
    assert alone.state() == "ramping"


def test_a_slow_endpoint_is_a_better_last_resort_than_none() -> None:
    """It answers: ten calls at a time may go there where nobody else is."""
    alone = busy()
    for passed in [alone.passed() for _ in range(5)]:
        alone.health.slow(passed, alone.now_s + 20.0)
    alone.later(20.1)
    assert isinstance(alone.enter(), Shut)
    entered = [alone.enter(last_resort=True) for _ in range(12)]
    assert sum(isinstance(each, Pass) for each in entered) == 10


@pytest.mark.parametrize("leaf", BARRED)
def test_what_waiting_does_not_cure_is_quarantined(leaf: type[EndpointFailed]) -> None:
    """At once, for a quarter of an hour, without any last resort; then one call finds out."""
    alone = Alone()
    alone.call(leaf)
    assert alone.state() == "quarantined"
    assert isinstance(alone.later(600.0).enter(last_resort=True), Shut)
    probe = alone.later(300.1).passed()
    assert isinstance(alone.enter(), Shut)
    alone.leave(probe, leaf("a"))
    assert alone.state() == "quarantined"
    assert leaf.remedy in alone.told[0]


def test_retry_after_is_obeyed_and_a_little_more() -> None:
    """So that not all come back in the same moment."""
    alone = Alone(chance=0.5)
    alone.call(errors.RateLimited, retry_after_s=8.0)
    assert alone.shut().until_s == pytest.approx(alone.now_s + 8.0 + 0.4)
    assert alone.state() == "cooling"
    assert isinstance(alone.later(8.5).enter(), Pass)


def test_a_pause_never_shortens() -> None:
    """A later refusal that asks for less takes nothing off, and a longer one adds."""
    alone = Alone()
    calls = [alone.passed() for _ in range(3)]
    for passed, retry_after_s, until_s in zip(calls, (30.0, 1.0, 40.0), (130.0, 130.0, 140.0), strict=True):
        alone.leave(passed, errors.RateLimited("a", retry_after_s=retry_after_s))
        assert alone.look.until_s == pytest.approx(until_s)


def test_refusals_without_a_time_back_off() -> None:
    """One second, two, four; those of one moment are one, and an answer begins anew."""
    alone = Alone()
    pauses = []
    for _ in range(4):
        calls = [alone.passed() for _ in range(10)]
        for passed in calls:
            alone.leave(passed, errors.RateLimited("a"))
        pauses.append(round(alone.look.until_s - alone.now_s, 3))
        alone.later(pauses[-1] + 0.001)
    assert pauses == [1.0, 2.0, 4.0, 8.0]
    alone.call()
    alone.health.take_news(last=False)
    alone.call(errors.RateLimited)
    assert alone.look.until_s - alone.now_s == pytest.approx(1.0)


def test_an_absurd_retry_after_is_not_believed() -> None:
    """After a quarter of an hour one call finds out; and what a failing server guesses counts for seconds."""
    alone = Alone()
    alone.call(errors.RateLimited, retry_after_s=1e9)
    assert alone.look.until_s <= alone.now_s + 900.0
    other = Alone()
    other.call(errors.Unavailable, retry_after_s=3600.0)
    assert other.state() == "cooling"
    assert other.look.until_s <= other.now_s + 24.0


def test_the_report_says_who_may_be_asked_and_why_not() -> None:
    """For the health command: state, reason, for how long, and what was counted."""
    alone = Alone().opened()
    report = alone.health.callable_now(alone.now_s)[0]
    assert (report.endpoint, report.state, report.is_callable) == ("a", "open", False)
    assert report.why == "2 failures in a row: it is unavailable"
    assert report.for_s == pytest.approx(10.0)
    assert busy().health.callable_now(151.0)[0].is_callable


def test_the_way_in_and_out_costs_next_to_nothing() -> None:
    """Under 20 us of CPU a good call, where the whole engine may take 300 (measured: 0.5 to 6)."""
    alone = Alone()

    def spent_s(calls: int) -> float:
        start_s = time.process_time()
        for _ in range(calls):
            alone.health.leave(alone.passed(), alone.later(1 / 15).now_s)
        return (time.process_time() - start_s) / calls

    assert min(spent_s(1000) for _ in range(5)) <= 20e-6
