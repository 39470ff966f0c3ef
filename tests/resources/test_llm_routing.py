"""The way of a call through its route, played without a clock, a die or a socket."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm import errors
from resources.llm.endpoints import Route, Step
from resources.llm.errors import EndpointFailed
from resources.llm.routing import (
    Ask,
    Ending,
    Enter,
    Event,
    Failed,
    GaveUp,
    Happened,
    LookUp,
    Move,
    Refused,
    Settled,
    Wait,
)
from resources.llm.trip import travel
from tests.resources.llm_parts import endpoint, route

LEAVES = list(EndpointFailed.__subclasses__())
ANSWER_S = 1.0


Gate = Callable[[Enter, float], Refused | None]


def open_to_all(move: Enter, now_s: float) -> Refused | None:
    return None


class Played:
    """A flow driven to its end; replies are leaves, 'accepted' or 'rejected', one an attempt; a gate may refuse."""

    def __init__(
        self,
        way: Route,
        replies: list[Any],
        chance: float = 0.5,
        takes_s: float = ANSWER_S,
        gate: Gate = open_to_all,
        **more: Any,
    ) -> None:
        self.moves: list[Move] = []
        self.now_s = 50.0
        self.started_s = self.now_s
        self._replies = iter(replies)
        self._takes_s = takes_s
        self._gate = gate
        self.ending = self._play(way, chance, more)

    def _play(self, way: Route, chance: float, more: dict[str, Any]) -> Ending:
        flow = travel(way, self.now_s, lambda: chance, **more)
        move = next(flow)
        try:
            while True:
                self.moves.append(move)
                assert len(self.moves) < 5_000, "the call never ends"
                move = flow.send(self._event(move))
        except StopIteration as end:
            ending: Ending = end.value
            return ending

    def _event(self, move: Move) -> Event:
        if isinstance(move, LookUp):
            return Happened("missed", self.now_s)
        if isinstance(move, Wait):
            self.now_s += move.delay_s
            return Happened("woke", self.now_s)
        if isinstance(move, Enter):
            return self._gate(move, self.now_s) or Happened("entered", self.now_s)
        self.now_s += min(self._takes_s, move.timeout_s)
        reply = next(self._replies, errors.Unavailable)
        if isinstance(reply, str):
            return Happened(reply, self.now_s)  # type: ignore[arg-type]
        error = reply(move.step.endpoint.name) if isinstance(reply, type) else reply(move)
        return Failed(error, self.now_s)

    @property
    def asked(self) -> list[str]:
        return [move.step.endpoint.name for move in self.moves if isinstance(move, Ask)]

    @property
    def asks(self) -> list[Ask]:
        return [move for move in self.moves if isinstance(move, Ask)]

    @property
    def knocked(self) -> list[tuple[str, bool]]:
        return [(move.step.endpoint.name, move.last_resort) for move in self.moves if isinstance(move, Enter)]

    @property
    def waits(self) -> list[float]:
        return [move.delay_s for move in self.moves if isinstance(move, Wait)]


def after(leaf: type[EndpointFailed], retry_after_s: float) -> Callable[[Ask], EndpointFailed]:
    return lambda ask: leaf(ask.step.endpoint.name, retry_after_s=retry_after_s)


def test_the_first_endpoint_answers() -> None:
    """A healthy route asks once, and waits for nothing."""
    played = Played(route("a", "b"), ["accepted"])
    assert (played.asked, played.waits, played.ending) == (["a"], [], Settled(accepted=True))


def test_memory_is_asked_before_any_endpoint() -> None:
    """An answer that is known costs no attempt."""
    flow = travel(route("a"), 0.0, lambda: 0.5)
    assert isinstance(next(flow), LookUp)
    with pytest.raises(StopIteration) as end:
        flow.send(Happened("accepted", 0.0))
    assert end.value.value == Settled(accepted=True)


def test_one_failure_of_the_moment_is_retried_where_it_happened() -> None:
    """A single 500 does not cost the first endpoint the call."""
    played = Played(route("a", "b"), [errors.Unavailable, "accepted"])
    assert played.asked == ["a", "a"]
    assert played.waits == [0.25]


def test_an_endpoint_that_stays_down_is_left_after_its_tries() -> None:
    """Its share of the attempts is bounded, so that another gets the rest."""
    played = Played(route("a", "b"), [errors.Unavailable, errors.Unavailable, "accepted"])
    assert played.asked == ["a", "a", "b"]
    assert played.asks[-1].fallback


@pytest.mark.parametrize("leaf", [errors.RateLimited, errors.Overloaded, errors.TimeoutAfterSend])
def test_who_is_busy_or_silent_is_left_at_once(leaf: type[EndpointFailed]) -> None:
    """While another endpoint is untried, nobody waits for one that asked for patience."""
    played = Played(route("a", "b"), [leaf, "accepted"])
    assert (played.asked, played.waits) == (["a", "b"], [])


def test_retry_after_is_waited_for_where_there_is_nobody_else() -> None:
    """And a little longer, so that not all callers return in the same moment."""
    played = Played(route("a"), [after(errors.RateLimited, 8.0), "accepted"], chance=1.0)
    assert played.asked == ["a", "a"]
    assert played.waits == [pytest.approx(8.8)]


def test_a_failure_with_retry_after_is_not_retried_before_it() -> None:
    """A 503 that names its time is left for that time, too."""
    played = Played(route("a", "b"), [after(errors.Unavailable, 8.0), "accepted"])
    assert (played.asked, played.waits) == (["a", "b"], [])


def test_the_first_to_be_ready_is_asked_when_all_rest() -> None:
    """Where everybody asked for time, the one that asked for least is next."""
    replies = [after(errors.RateLimited, 30.0), after(errors.RateLimited, 5.0), "accepted"]
    played = Played(route("a", "b"), replies)
    assert played.asked == ["a", "b", "b"]


def test_a_pause_longer_than_the_deadline_is_not_begun() -> None:
    """Nobody sleeps for an answer that would come too late."""
    played = Played(route("a", deadline_s=60.0), [after(errors.RateLimited, 90.0)])
    assert played.waits == []
    assert isinstance(played.ending, GaveUp)
    assert played.ending.transient


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if not leaf.again and leaf.then != "stop"])
def test_what_cannot_succeed_is_not_tried_again(leaf: type[EndpointFailed]) -> None:
    """Where asking again changes nothing, the endpoint is not asked again in this call."""
    assert Played(route("a"), [leaf, "accepted"]).asked == ["a"]
    assert Played(route("a", "b"), [leaf, "accepted"]).asked == ["a", "b"]


def test_refused_content_is_not_routed_around() -> None:
    """A refusal ends the call, for good, though another endpoint is left."""
    played = Played(route("a", "b"), [errors.ContentRefused, "accepted"])
    assert played.asked == ["a"]
    assert isinstance(played.ending, GaveUp)
    assert not played.ending.transient


def test_what_was_too_long_goes_only_to_a_model_that_reads_more() -> None:
    """Neither the same model elsewhere nor a smaller one is asked."""
    way = route(
        Step(endpoint("a", context_window_tokens=1000)),
        Step(endpoint("same", model="a-model-1")),
        Step(endpoint("small", context_window_tokens=900)),
        Step(endpoint("large", context_window_tokens=2000)),
    )
    assert Played(way, [errors.ContextTooLong, "accepted"]).asked == ["a", "large"]


def test_a_refused_answer_goes_back_to_the_model_that_gave_it() -> None:
    """Validation rounds stay with the endpoint that answers, also when it is a fallback."""
    played = Played(route("a", "b"), [errors.Auth, "rejected", "accepted"])
    assert played.asked == ["a", "b", "b"]


def test_rounds_are_bounded() -> None:
    """After the last round the refused answer stands."""
    played = Played(route("a", max_validation_rounds=1), ["rejected", "rejected", "accepted"])
    assert (played.asked, played.ending) == (["a", "a"], Settled(accepted=False))


def test_a_round_that_fails_for_now_leaves_the_call_unanswered() -> None:
    """The document waits: the rounds already answered are kept, and go on later."""
    played = Played(route("a", attempts_per_endpoint=1), ["rejected", errors.Unavailable])
    assert isinstance(played.ending, GaveUp)
    assert played.ending.transient


def test_a_round_that_can_never_be_answered_leaves_the_answer_before_it() -> None:
    """Something was said; that the conversation grew too long does not unsay it."""
    played = Played(route("a"), ["rejected", errors.ContextTooLong])
    assert played.ending == Settled(accepted=False)


def test_all_that_a_call_sends_comes_out_of_one_number() -> None:
    """Retries, fallbacks and validation rounds share the attempts of the call."""
    replies = [errors.Unavailable, "rejected", errors.Unavailable, "rejected", "accepted"]
    played = Played(route("a", "b", max_attempts=4, attempts_per_endpoint=9), replies)
    assert len(played.asked) == 4
    assert isinstance(played.ending, GaveUp)
    assert "4 attempts" in played.ending.why


def test_an_attempt_gets_no_more_time_than_the_call_has_left() -> None:
    """The timeout of the last attempt ends at the deadline."""
    played = Played(route("a", "b", deadline_s=70.0), [errors.TimeoutAfterSend], takes_s=60.0)
    assert [ask.timeout_s for ask in played.asks] == [60.0, pytest.approx(10.0)]


def test_whom_a_call_left_is_asked_again_where_nobody_else_can_be() -> None:
    """Two refusals of the only endpoint that is up are no reason to give up with minutes left."""

    def gate(move: Enter, now_s: float) -> Refused | None:
        return Refused("a rests", "health", 1e9, now_s) if move.step.endpoint.name == "a" else None

    played = Played(route("a", "b"), [errors.RateLimited, errors.Unavailable, "accepted"], gate=gate)
    assert (played.asked, played.ending) == (["b", "b", "b"], Settled(accepted=True))


def test_who_failed_at_a_price_is_not_asked_again() -> None:
    """A timeout may have been billed: twice is enough, whoever else is down."""
    played = Played(route("a"), [errors.TimeoutAfterSend, errors.TimeoutAfterSend, "accepted"])
    assert (len(played.asked), isinstance(played.ending, GaveUp)) == (2, True)


def test_the_end_names_the_last_word_of_everyone_asked() -> None:
    """What each endpoint said last is what a person needs to know."""
    played = Played(route("a", "b", "c"), [errors.Auth, errors.BadRequest, errors.QuotaExhausted])
    assert isinstance(played.ending, GaveUp)
    assert [reason.name for reason in played.ending.reasons] == ["auth", "bad_request", "quota_exhausted"]


@pytest.mark.parametrize(
    ("replies", "transient"),
    [
        ([errors.BadRequest, errors.ContextTooLong], False),
        ([errors.Truncated, errors.Truncated], False),
        ([errors.BadRequest, errors.QuotaExhausted], True),
        ([errors.Auth, errors.Auth], True),
    ],
)
def test_it_is_over_for_good_only_if_nobody_could_answer_later(replies: list[Any], transient: bool) -> None:
    """One endpoint that may answer tomorrow is enough for the document to wait."""
    played = Played(route("a", "b"), replies)
    assert isinstance(played.ending, GaveUp)
    assert played.ending.transient is transient


REPLIES = st.one_of(
    st.sampled_from(["accepted", "rejected"]),
    st.sampled_from(LEAVES),
    st.builds(after, st.sampled_from(LEAVES), st.floats(0.001, 400)),
)
WAYS = st.builds(
    route,
    st.just("a"),
    st.just("b"),
    st.just("c"),
    attempts_per_endpoint=st.integers(1, 4),
    max_attempts=st.integers(1, 8),
    deadline_s=st.floats(0.1, 300),
    max_validation_rounds=st.integers(0, 3),
)


@given(WAYS, st.lists(REPLIES, max_size=12), st.floats(0, 0.999), st.floats(0, 50))
def test_no_call_outlives_its_deadline_or_its_attempts(
    way: Route, replies: list[Any], chance: float, takes_s: float
) -> None:
    """Whatever happens, every call ends, within its time, its attempts and its share of every endpoint."""
    played = Played(way, replies, chance, takes_s)
    assert played.now_s <= played.started_s + way.deadline_s + 1e-6
    assert len(played.asked) <= way.max_attempts
    assert all(wait > 0 for wait in played.waits)
    assert isinstance(played.ending, Settled | GaveUp)


@given(WAYS, st.lists(st.sampled_from(LEAVES), min_size=12, max_size=12), st.floats(0, 0.999))
def test_nobody_is_asked_more_often_than_its_share(
    way: Route, replies: list[type[EndpointFailed]], chance: float
) -> None:
    """As long as another can be asked; one that must not be asked again is not, nor one that cost something."""
    way = replace(way, deadline_s=300.0)
    played = Played(way, list(replies), chance)
    for number, name in enumerate(played.asked):
        before: dict[str, list[type[EndpointFailed]]] = {"a": [], "b": [], "c": []}
        for asked, reply in zip(played.asked[:number], replies, strict=False):
            before[asked].append(reply)
        own = before.pop(name)
        assert all(leaf.again for leaf in own)
        if len(own) >= way.attempts_per_endpoint:
            assert own[-1].spend == "nothing"
            left = [len(they) >= way.attempts_per_endpoint or not they[-1].again for they in before.values()]
            assert all(left)
    assert all(leaf.then != "stop" for leaf in replies[: len(played.asked) - 1])
