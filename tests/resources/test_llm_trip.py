"""Which endpoint next, when doors are shut, models have tiers and retries are counted."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from resources.llm import errors
from resources.llm.endpoints import HedgeSettings, Step
from resources.llm.routing import Enter, GaveUp, LookUp, Refused, Settled, Wait
from tests.resources.llm_parts import endpoint, route
from tests.resources.test_llm_routing import Gate, Played


def shut(*names: str, by: Any = "health", for_s: float = 1e9, for_good: bool = False) -> Gate:
    """These rest until so many seconds after the call began; a last resort is refused like any other."""

    def gate(move: Enter, now_s: float) -> Refused | None:
        if move.step.endpoint.name not in names or now_s >= 50.0 + for_s:
            return None
        return Refused(f"{move.step.endpoint.name} rests", by, 50.0 + for_s, now_s, for_good)

    return gate


def tiers(*names: str) -> tuple[Step, ...]:
    """One endpoint a tier, the cheapest first."""
    return tuple(Step(endpoint(name), tier=number) for number, name in enumerate(names, start=1))


def test_who_rests_is_passed_without_an_attempt() -> None:
    """A shut door costs neither time nor one of the call's attempts."""
    played = Played(route("a", "b", max_attempts=1), ["accepted"], gate=shut("a"), takes_s=0.0)
    assert (played.asked, played.waits, played.now_s) == (["b"], [], 50.0)
    assert played.asks[0].fallback


def test_the_call_waits_for_the_first_door_to_open() -> None:
    """While everybody rests it looks again each second, in turn with others, while its patience lasts."""
    played = Played(route("a", "b"), ["accepted"], gate=shut("a", "b", for_s=8.0))
    assert played.ending == Settled(accepted=True)
    assert max(played.waits) < 1.5
    assert {move.latest_s for move in played.moves if isinstance(move, Wait)} == {50.0 + 60.0}
    assert 8.0 <= played.now_s - played.started_s <= 11.0


def test_the_last_resort_is_tried_while_all_rest() -> None:
    """Never all doors shut while one could answer: somebody knocks all the same, at each of them."""
    played = Played(route("a", "b"), ["accepted"], gate=shut("a", "b", for_s=8.0))
    resorts = [name for name, last_resort in played.knocked if last_resort]
    assert 3 <= resorts.count("a") <= 10
    assert resorts.count("b") == resorts.count("a")


def test_a_last_resort_that_is_let_in_answers() -> None:
    """The probe that finds an endpoint well is a real call, and its answer counts."""

    def gate(move: Enter, now_s: float) -> Refused | None:
        return None if move.last_resort else Refused("rests", "health", 1e9, now_s)

    played = Played(route("a"), ["accepted"], gate=gate)
    assert (played.asked, played.ending) == (["a"], Settled(accepted=True))


def test_patience_ends_before_the_deadline_when_nobody_can_be_asked() -> None:
    """A night's outage must not hold every document for its whole deadline."""
    played = Played(route("a", patience_s=20.0, deadline_s=300.0), [], gate=shut("a"))
    assert isinstance(played.ending, GaveUp)
    assert played.ending.transient
    assert "20 s" in played.ending.why
    assert 20.0 <= played.now_s - played.started_s < 22.0
    assert [refusal.why for refusal in played.ending.turned_away] == ["a rests"]


def test_patience_begins_anew_after_every_attempt() -> None:
    """Only time in which nobody could be asked counts."""
    open_at = iter([30.0, 60.0])
    until = [next(open_at)]

    def gate(move: Enter, now_s: float) -> Refused | None:
        if now_s - 50.0 < until[0]:
            return Refused("rests", "health", 50.0 + until[0], now_s)
        until[0] = next(open_at, until[0])
        return None

    played = Played(route("a", patience_s=40.0), [errors.Unavailable, "accepted"], gate=gate)
    assert played.ending == Settled(accepted=True)


def test_a_turn_at_a_limit_is_waited_for() -> None:
    """Being busy is no outage: patience does not count, and a queue is stood in for a while."""
    entered_until: list[float] = []

    def gate(move: Enter, now_s: float) -> Refused | None:
        entered_until.append(move.until_s)
        if move.until_s > now_s:
            return None
        return Refused("limit", "limit", now_s + 30.0, now_s)

    played = Played(route("a", deadline_s=100.0, patience_s=5.0), ["accepted"], gate=gate)
    assert played.ending == Settled(accepted=True)
    assert entered_until[0] == 50.0
    assert entered_until[1] == 55.0


def test_a_queue_is_stood_in_again_until_the_deadline() -> None:
    """A turn that does not come in one stay may come in the next, also while another endpoint rests."""

    def gate(move: Enter, now_s: float) -> Refused | None:
        if move.step.endpoint.name == "a":
            return Refused("rests", "health", 1e9, now_s)
        return None if now_s >= 90.0 else Refused("busy", "limit", now_s + 3.0, now_s)

    played = Played(route("a", "b", deadline_s=100.0, patience_s=10.0), ["accepted"], gate=gate)
    assert (played.ending, played.asked) == (Settled(accepted=True), ["b"])
    assert {move.latest_s for move in played.moves if isinstance(move, Wait)} == {None}


def test_patience_begins_anew_while_one_answers_again() -> None:
    """So far only some calls: the others are on their way back, however long that takes."""
    played = Played(route("a", patience_s=5.0), ["accepted"], gate=shut("a", by="ramp", for_s=30.0))
    assert played.ending == Settled(accepted=True)
    assert not any(last_resort for _, last_resort in played.knocked)


def test_an_endpoint_nobody_knows_yet_is_waited_for_once() -> None:
    """A moment for its first answer; if that does not come, somebody else is asked."""

    def cold(first_answer_s: float) -> Gate:
        def gate(move: Enter, now_s: float) -> Refused | None:
            if move.step.endpoint.name == "b" or move.until_s >= first_answer_s:
                return None
            return Refused("cold", "limit", now_s, now_s, cold=True)

        return gate

    assert Played(route("a", "b"), ["accepted"], gate=cold(54.0)).asked == ["a"]
    never = Played(route("a", "b"), ["accepted"], gate=cold(1e9))
    assert never.asked == ["b"]
    assert [move.until_s for move in never.moves if isinstance(move, Enter)] == [50.0, 55.0, 50.0]


def test_the_wait_for_a_first_answer_ends_with_the_deadline() -> None:
    """It is a wait like any other."""

    def gate(move: Enter, now_s: float) -> Refused | None:
        return Refused("cold", "limit", now_s + 1.0, now_s, cold=True)

    played = Played(route("a", deadline_s=2.0), [], gate=gate)
    assert max(move.until_s for move in played.moves if isinstance(move, Enter)) < 52.0
    assert played.now_s <= 52.0


def test_nobody_gives_up_without_a_last_look() -> None:
    """Patience is over, and just then the door is open."""

    def gate(move: Enter, now_s: float) -> Refused | None:
        return Refused("rests", "health", 1e9, now_s) if now_s < 50.0 + 60.0 else None

    assert Played(route("a"), ["accepted"], gate=gate).ending == Settled(accepted=True)


def test_who_has_room_is_asked_before_a_limit_is_waited_for() -> None:
    """A full endpoint spills to the next at once."""
    played = Played(route("a", "b"), ["accepted"], gate=shut("a", by="limit"))
    assert (played.asked, played.waits) == (["b"], [])


def test_without_money_the_call_ends_and_waits_for_another_day() -> None:
    """The document is kept: it is asked about again when there is money."""
    played = Played(route("a", "b"), [], gate=shut("a", "b", by="budget", for_good=True))
    assert isinstance(played.ending, GaveUp)
    assert (played.ending.transient, played.ending.why) == (True, "as a rests")
    assert played.now_s == played.started_s


def test_money_for_the_cheaper_one_is_enough() -> None:
    """What one endpoint would cost too much, another may do for less."""
    assert Played(route("a", "b"), ["accepted"], gate=shut("a", by="budget", for_good=True)).asked == ["b"]


def test_a_refused_answer_climbs_to_the_stronger_model() -> None:
    """Afresh: the stronger model sees the question, not the weak model's mistake."""
    played = Played(route(*tiers("cheap", "strong")), ["rejected", "accepted"])
    assert played.asked == ["cheap", "strong"]
    assert [move for move in played.moves if isinstance(move, LookUp)] == [LookUp(1), LookUp(2, afresh=True)]
    assert not any(ask.fallback for ask in played.asks)


def test_how_many_refusals_it_takes_is_the_route_s_to_say() -> None:
    """Feedback to the cheap model may be cheaper than the strong one."""
    way = route(*tiers("cheap", "strong"), escalate_after=2)
    assert Played(way, ["rejected", "rejected", "accepted"]).asked == ["cheap", "cheap", "strong"]


def test_climbing_never_adds_rounds() -> None:
    """Two rounds are two rounds, whoever answers them."""
    played = Played(route(*tiers("a", "b", "c", "d")), ["rejected"] * 4)
    assert (played.asked, played.ending) == (["a", "b", "c"], Settled(accepted=False))


def test_a_cheap_model_that_is_down_is_stood_in_for_by_a_strong_one() -> None:
    """A tier is a preference, not a wall; the answer is a fallback's."""
    played = Played(route(*tiers("cheap", "strong")), ["accepted"], gate=shut("cheap"))
    assert (played.asked, played.asks[0].fallback) == (["strong"], True)


def test_after_climbing_the_weaker_are_asked_only_when_the_stronger_are_down() -> None:
    """An answer that is validated is worth more than none."""
    way = route(*tiers("cheap", "strong"))
    assert Played(way, ["rejected", "accepted"], gate=shut("strong")).asked == ["cheap", "cheap"]


def test_second_best_comes_last_whatever_its_tier() -> None:
    """A degraded step is asked when everybody else was."""
    way = route(Step(endpoint("small"), degraded=True), Step(endpoint("a")), Step(endpoint("b"), tier=2))
    assert Played(way, [errors.Auth, errors.Auth, "accepted"]).asked == ["a", "b", "small"]
    assert Played(way, ["accepted"]).asks[0].fallback is False


def test_long_documents_begin_with_the_second_tier() -> None:
    """Where the route says what is too much for the cheap model."""
    way = route(*tiers("cheap", "strong"), complex_above_chars=1000)
    assert Played(way, ["accepted"], chars=1001).asked == ["strong"]
    assert Played(way, ["accepted"], chars=1000).asked == ["cheap"]


def test_a_caller_may_begin_higher() -> None:
    """A tier that nobody has is the next above, or the highest."""
    way = route(*tiers("cheap", "strong"))
    assert Played(way, ["accepted"], tier=2).asked == ["strong"]
    assert Played(way, ["accepted"], tier=9).asked == ["strong"]


def test_an_overdrawn_endpoint_is_left_for_another() -> None:
    """A retry is drawn from what calls have paid in; where nothing is left, nobody is asked twice in a row."""
    played = Played(route("a", "b"), [errors.Unavailable, "accepted"], may_retry=lambda name: False)
    assert (played.asked, played.waits) == (["a", "b"], [])


def test_where_nobody_else_is_left_an_overdrawn_endpoint_is_given_time() -> None:
    """The last chance is not thrown away, but taken slowly."""
    played = Played(route("a"), [errors.Unavailable, "accepted"], may_retry=lambda name: False)
    assert (played.asked, played.waits) == (["a", "a"], [5.0])


def test_a_route_without_hedging_never_asks_two() -> None:
    """It costs twice: off by default."""
    assert [ask.hedge for ask in Played(route("a", "b"), ["accepted"]).asks] == [None]


def test_a_hedge_is_the_next_in_order_that_is_not_second_best() -> None:
    """And it comes out of the call's own attempts."""
    steps = (Step(endpoint("a")), Step(endpoint("small"), degraded=True), Step(endpoint("b")))
    way = route(*steps, hedge=HedgeSettings())
    hedge = Played(way, ["accepted"]).asks[0].hedge
    assert hedge is not None
    assert hedge.endpoint.name == "b"
    assert Played(route(*steps, hedge=HedgeSettings(), max_attempts=1), ["accepted"]).asks[0].hedge is None


GATES = st.dictionaries(
    st.sampled_from("abc"),
    st.tuples(st.sampled_from(["health", "limit", "budget"]), st.floats(0, 400), st.booleans()),
)


@given(
    GATES,
    st.lists(st.sampled_from(["accepted", "rejected", errors.Unavailable, errors.RateLimited]), max_size=8),
    st.floats(1, 300),
    st.floats(1, 100),
)
def test_every_call_ends_in_time_whoever_is_shut(
    gates: dict[str, Any], replies: list[Any], deadline_s: float, patience_s: float
) -> None:
    """Doors that open and shut never make a call sleep past its deadline, spin, or end for good while one may open."""

    def gate(move: Enter, now_s: float) -> Refused | None:
        found = gates.get(move.step.endpoint.name)
        if found is None or now_s - 50.0 >= found[1] or (found[0] == "limit" and move.until_s >= 50.0 + found[1]):
            return None
        return Refused("shut", found[0], 50.0 + found[1], now_s, found[2] and found[0] == "budget")

    played = Played(route("a", "b", "c", deadline_s=deadline_s, patience_s=patience_s), replies, gate=gate)
    assert played.now_s <= played.started_s + deadline_s + 1e-6
    assert len(played.moves) <= 40 + 12 * deadline_s
    if isinstance(played.ending, GaveUp) and played.ending.turned_away:
        assert played.ending.transient
