"""The engine among breakers, limits and budgets: who is asked follows from all of them, and nothing leaks."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from resources.llm.budgets import BudgetSettings
from resources.llm.calls import Answer
from resources.llm.connections import Connections
from resources.llm.endpoints import Endpoint, HedgeSettings, Price, Route, Step
from resources.llm.engine import Llm
from resources.llm.errors import Auth, EndpointFailed, RateLimited, Unanswered, Unavailable
from resources.llm.health import BreakerSettings
from resources.llm.limits import LimitSettings
from resources.llm.messages import Completion, Prompt, Terms, Usage
from resources.llm.plan import Plan
from resources.llm.store import Timed
from resources.llm.world import World
from tests.resources.llm_parts import CALL, CALLER, MemoryStore, anything, endpoint, needs_total, route, said, stage


class Provider:
    """Endpoints that answer at once, fail, or never end, as a test says from one moment to the next."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Terms]] = []
        self.failing: dict[str, type[EndpointFailed]] = {}
        self.silent: set[str] = set()
        self.cancelled: list[str] = []
        self.text = '{"total": 12}'

    async def complete(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Completion:
        self.asked.append((endpoint.name, terms))
        try:
            await (asyncio.Event().wait() if endpoint.name in self.silent else asyncio.sleep(0))
        except asyncio.CancelledError:
            self.cancelled.append(endpoint.name)
            raise
        if endpoint.name in self.failing:
            raise self.failing[endpoint.name](endpoint.name)
        return Completion(self.text, endpoint.model, "stop", Usage(100, 10))

    async def embed(self, endpoint: Endpoint, texts: Any, timeout_s: float) -> Any:
        raise AssertionError("nobody embeds here")

    async def close(self) -> None: ...

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


def engine(provider: Provider, way: Route, store: MemoryStore | None = None, **plan: Any) -> Llm:
    names = [step.endpoint.name for step in way.steps]
    breakers = plan.pop("breakers", dict.fromkeys(names, BreakerSettings()))
    planned = Plan({way.task: way}, {}, None, {}, is_sandbox=False, breakers=breakers, **plan)
    return Llm(planned, store or MemoryStore(), connections=Connections(lambda _: provider), world=World())


async def ask(llm: Llm) -> Answer:
    """Anew each time: nothing is remembered here."""
    return await llm.ask(replace(CALL, fresh=True), CALLER, anything)


async def test_a_dead_endpoint_is_soon_asked_no_more() -> None:
    """A few failures are enough for all later calls, and each of them is answered."""
    provider = Provider()
    provider.failing["a"] = Unavailable
    async with engine(provider, route("a", "b")) as llm:
        answers = [await ask(llm) for _ in range(30)]
    assert {answer.endpoint for answer in answers} == {"b"}
    assert provider.names.count("a") <= 3


async def test_what_the_registry_knows_is_reported() -> None:
    """The health command says who cannot be called and why, and who stands in."""
    provider = Provider()
    provider.failing["a"] = Auth
    async with engine(provider, route("a", "b")) as llm:
        await ask(llm)
        report = await llm.report()
    assert report.tasks == {"extract": ("b",)}
    shut = next(each for each in report.endpoints if each.name == "a")
    assert (shut.state, shut.is_callable, report.is_well) == ("quarantined", False, True)
    assert "let us in" in shut.why
    assert report.told()["endpoints"][0]["callable"] is False


async def test_a_429_cools_and_the_next_call_goes_elsewhere_at_once() -> None:
    """Nobody knocks where it was just said to come back later."""
    provider = Provider()
    provider.failing["a"] = RateLimited
    async with engine(provider, route("a", "b")) as llm:
        for _ in range(5):
            await ask(llm)
        state = (await llm.report()).endpoints[0].state
    assert (provider.names.count("a"), state) == (1, "cooling")


async def test_a_spent_budget_refuses_before_anything_is_sent() -> None:
    """The call ends at once, says whose money it is, and can be asked again another day."""
    provider = Provider()
    budgets = (BudgetSettings("tenant", "day", Decimal("0.0001")),)
    async with engine(provider, route("a", "b"), budgets=budgets) as llm:
        with pytest.raises(Unanswered) as raised:
            await ask(llm)
    assert provider.asked == []
    assert (raised.value.transient, raised.value.no_money) == (True, True)
    assert "acme" in str(raised.value)


async def test_a_budget_is_never_overspent_by_callers_at_once() -> None:
    """However many ask in the same moment: what is reserved at the most is what can be spent."""
    provider, limit = Provider(), Decimal("0.02")
    store = MemoryStore()
    budgets = (BudgetSettings("all", "day", limit),)
    async with engine(provider, route("a"), store, budgets=budgets) as llm:
        ended = await asyncio.gather(*(ask(llm) for _ in range(200)), return_exceptions=True)
    spent = sum((row.cost_usd for row in store.rows), Decimal(0))
    assert spent <= limit
    assert any(isinstance(each, Unanswered) and each.no_money for each in ended)
    assert provider.asked


async def test_an_endpoint_at_its_limit_spills_to_the_next() -> None:
    """What it allows is used, the rest goes elsewhere without a wait."""
    provider = Provider()
    limits = {"a": LimitSettings(requests_per_minute=6, burst_s=60.0)}
    async with engine(provider, route("a", "b"), limits=limits) as llm:
        await asyncio.gather(*(ask(llm) for _ in range(20)))
    assert 1 <= provider.names.count("a") <= 6
    assert len(provider.asked) == 20


async def test_calling_off_a_call_gives_everything_back() -> None:
    """Whoever stops waiting leaves no reservation, no probe and no money behind but what was sent is booked."""
    provider, store = Provider(), MemoryStore()
    provider.silent.add("a")
    budgets = (BudgetSettings("all", "day", Decimal(1)),)
    async with engine(provider, route("a"), store, budgets=budgets) as llm:
        asked = asyncio.create_task(ask(llm))
        while not provider.asked:  # noqa: ASYNC110 - a turn of the loop, not a pause
            await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        provider.silent.clear()
        assert (await ask(llm)).endpoint == "a"
    assert provider.cancelled == ["a"]


async def test_a_late_answer_is_hedged_and_the_loser_called_off() -> None:
    """The second endpoint answers, the first is cancelled, and both are rows: what was called off at its most."""
    provider, store = Provider(), MemoryStore()
    provider.silent.add("a")
    way = route("a", "b", hedge=HedgeSettings(share=0.05, after_s=0.01))
    async with engine(provider, way, store) as llm:
        llm._means.hedges._saved = 1.0  # twenty calls have paid in
        answer = await ask(llm)
    rows = {row.endpoint: row for row in (*store.rows, *answer.attempts)}
    assert (answer.endpoint, provider.cancelled) == ("b", ["a"])
    assert (rows["b"].hedge, rows["b"].outcome) == (True, "ok")
    assert (rows["a"].outcome, rows["a"].error) == ("failed", "cancelled")
    assert rows["a"].cost_usd > rows["b"].cost_usd
    assert answer.cost_usd == rows["a"].cost_usd + rows["b"].cost_usd


async def test_without_savings_nobody_is_hedged() -> None:
    """At most one call in twenty may ask twice."""
    provider = Provider()
    way = route(Step(endpoint("a", attempt_timeout_s=0.05)), "b", hedge=HedgeSettings(share=0.05, after_s=0.001))
    provider.silent.add("a")
    async with engine(provider, way) as llm:
        assert (await ask(llm)).endpoint == "b"
    assert provider.names == ["a", "b"]  # after its timeout, not beside it


async def test_two_that_were_asked_and_both_failed_are_both_learnt_from() -> None:
    """Neither is asked again as if nothing had happened, and the call goes on."""
    provider = Provider()
    provider.failing = {"a": Auth, "b": Auth}
    way = route("a", "b", "c", hedge=HedgeSettings(after_s=0.0))
    async with engine(provider, way) as llm:
        llm._means.hedges._saved = 1.0
        assert (await ask(llm)).endpoint == "c"


async def test_silence_is_listened_for_where_answers_take_long() -> None:
    """A stranger is streamed; who is known to be quick is not, and gets no longer than silence may last."""
    provider, store = Provider(), MemoryStore()
    quick = [Timed("a", "extract", 0.2, 50)] * 30
    store.recent_answers = lambda: quick  # type: ignore[method-assign]
    async with engine(provider, route("a", "b"), store) as llm:
        await ask(llm)
        provider.failing["a"] = Unavailable
        await ask(llm)
    terms = dict(provider.asked)
    assert (terms["a"].stream, terms["a"].timeout_s) == (False, 15.0)
    assert (terms["b"].stream, terms["b"].timeout_s) == (True, 60.0)


async def test_what_cannot_be_streamed_is_not() -> None:
    """A server that knows no streams is given its whole time."""
    provider = Provider()
    async with engine(provider, route(Step(endpoint("a", streaming=False)))) as llm:
        await ask(llm)
    assert (provider.asked[0][1].stream, provider.asked[0][1].timeout_s) == (False, 60.0)


async def test_a_refused_answer_of_the_cheap_model_costs_one_of_the_strong() -> None:
    """The strong model sees the question afresh, under the step's own terms; the answer is its own."""
    it = stage(
        {"cheap": [said('{"total": "much"}')], "strong": [said('{"total": 12}')]},
        route(Step(endpoint("cheap")), Step(endpoint("strong"), tier=2, max_tokens=77, structured_output="text")),
    )
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert (answer.endpoint, answer.accepted, it.adapter.order) == ("strong", True, ["cheap", "strong"])
    _, prompt, max_tokens, _ = it.adapter.asked[1]
    assert (len(prompt.messages), max_tokens) == (1, 77)


async def test_each_tier_has_its_own_memory() -> None:
    """What the cheap model said is not taken for the strong one's answer when both are asked again."""
    replies = {"cheap": [said('{"total": "much"}')], "strong": [said('{"total": 12}')]}
    way = route(Step(endpoint("cheap")), Step(endpoint("strong"), tier=2))
    store = MemoryStore()
    for _ in range(2):
        it = stage(replies, way, store=store)  # type: ignore[arg-type]
        answer = await it.llm.ask(CALL, CALLER, needs_total)
        assert (answer.value, answer.endpoint) == ({"total": 12}, "strong")
    assert it.adapter.asked == []


async def test_a_document_nobody_can_read_is_refused_without_asking() -> None:
    """What is surely too long for everybody costs nothing, and names who would need to read how much."""
    it = stage({"a": []}, route(Step(endpoint("a", context_window_tokens=4))))
    with pytest.raises(Unanswered, match="it reads 4") as raised:
        await it.llm.ask(CALL, CALLER, anything)
    assert not raised.value.transient
    assert it.adapter.asked == []


@pytest.mark.parametrize(
    ("prefer", "first"), [("order", "dear"), ("price", "cheap"), ("latency", "fast")], ids=["order", "price", "latency"]
)
async def test_who_is_first_is_the_route_s_to_say(prefer: Any, first: str) -> None:
    """As listed, the cheapest, or the fastest as measured."""
    dear, cheap = Price(Decimal(5), Decimal(25)), Price(Decimal("0.1"), Decimal("0.2"))
    steps = [
        Step(endpoint("dear", price=dear)),
        Step(endpoint("fast", price=dear)),
        Step(endpoint("cheap", price=cheap)),
    ]
    provider, store = Provider(), MemoryStore()
    speeds = [("dear", 3.0), ("fast", 1.0), ("cheap", 2.0)]
    store.recent_answers = lambda: [Timed(name, "extract", s, 10) for name, s in speeds]  # type: ignore[method-assign]
    async with engine(provider, route(*steps, prefer=prefer), store) as llm:
        assert (await ask(llm)).endpoint == first
