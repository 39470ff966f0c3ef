"""One question from start to end, on fakes: who is asked, what is kept, and what becomes a row."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.acceptance import Complaint
from resources.llm.calls import Answer
from resources.llm.endpoints import Price, Step
from resources.llm.errors import (
    Auth,
    ContentRefused,
    EndpointFailed,
    Malformed,
    RateLimited,
    TimeoutAfterSend,
    Truncated,
    Unanswered,
    Unavailable,
    UnknownTask,
)
from resources.llm.messages import Usage
from resources.llm.store import Attempt
from tests.resources.llm_parts import (
    CALL,
    CALLER,
    SCHEMA,
    MemoryStore,
    Stage,
    anything,
    endpoint,
    needs_total,
    route,
    said,
    stage,
)


def summary(rows: tuple[Attempt, ...] | list[Attempt]) -> list[tuple[int, str, str, str | None]]:
    return [(row.attempt, row.endpoint, row.outcome, row.error) for row in rows]


async def test_an_answer_is_read_judged_and_kept() -> None:
    """The caller gets the value; the store holds the text and the row before the caller has it."""
    it = stage({"gpt": [said('{"total": 12}')]})
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert answer == Answer(
        value={"total": 12},
        text='{"total": 12}',
        accepted=True,
        complaint=None,
        endpoint="gpt",
        model="served-model",
        degraded=False,
        cached=False,
        attempts=(),
        cost_usd=Decimal("0.00012"),
    )
    assert summary(it.store.rows) == [(1, "gpt", "ok", None)]
    assert len(it.store.answers) == 1


async def test_a_row_says_whose_call_it_was_and_what_it_took() -> None:
    """Every column the ledger has is filled from the call, the caller and the answer."""
    it = stage({"gpt": [said("{}", input_tokens=100, output_tokens=10, cached_tokens=40, reasoning_tokens=3)]})
    await it.llm.ask(CALL, CALLER, anything)
    row = it.store.rows[0]
    assert (row.call_id, row.run_id, row.feed, row.tenant) == ("call-1", "run-1", "supplier_quotes", "acme")
    assert (row.doc_id, row.asset, row.partition) == ("doc-1", "extractions", "2026-11-19|supplier_quotes")
    assert (row.task, row.prompt_version, row.model) == ("extract", "p1", "served-model")
    assert (row.input_tokens, row.output_tokens, row.cached_tokens, row.reasoning_tokens) == (100, 10, 40, 3)
    assert (row.stop_reason, row.cache_hit, row.fallback) == ("stop", False, False)


async def test_a_fallback_answers_and_both_attempts_are_rows() -> None:
    """What failed on the way is told with the answer that was reached."""
    it = stage({"gpt": [RateLimited("gpt")], "claude": [said('{"total": 1}')]})
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert answer.endpoint == "claude"
    assert summary(it.store.rows) == [(1, "gpt", "failed", "rate_limited"), (2, "claude", "ok", None)]
    assert [row.fallback for row in it.store.rows] == [False, True]


async def test_what_was_answered_is_not_asked_again() -> None:
    """The same question of the same route costs one row that says so, and nothing else."""
    store = MemoryStore()
    await stage({"gpt": [said('{"total": 12}')]}, store=store).llm.ask(CALL, CALLER, needs_total)
    again = stage({"gpt": []}, store=store)
    answer = await again.llm.ask(CALL, CALLER, needs_total)
    assert (answer.value, answer.cached, again.adapter.asked) == ({"total": 12}, True, [])
    assert summary(answer.attempts) == [(1, "gpt", "cached", None)]
    assert (answer.attempts[0].cost_usd, answer.attempts[0].input_tokens) == (Decimal(0), 0)
    assert answer.attempts[0].cache_hit


@pytest.mark.parametrize(
    "other",
    [
        replace(CALL, prompt="another"),
        replace(CALL, system="another"),
        replace(CALL, max_tokens=501),
        replace(CALL, schema={**SCHEMA, "title": "another"}),
    ],
)
async def test_another_question_is_another_answer(other: Any) -> None:
    """Whatever could change the answer is in its key."""
    it = stage({"gpt": [said('{"total": 1}'), said('{"total": 2}')]})
    await it.llm.ask(CALL, CALLER, needs_total)
    answer = await it.llm.ask(other, CALLER, needs_total)
    assert answer.value == {"total": 2}


async def test_another_version_of_the_route_asks_again() -> None:
    """An answer of the models before is not passed off as one of those now."""
    store = MemoryStore()
    await stage({"gpt": [said('{"total": 1}')]}, store=store).llm.ask(CALL, CALLER, needs_total)
    newer = stage({"gpt": [said('{"total": 2}')]}, route("gpt", version="version-2"), store=store)
    answer = await newer.llm.ask(CALL, CALLER, needs_total)
    assert answer.value == {"total": 2}


async def test_fresh_asks_again_and_keeps_the_newer_answer() -> None:
    """Forced work reads nothing that is kept, and replaces it."""
    it = stage({"gpt": [said('{"total": 1}'), said('{"total": 2}')]})
    await it.llm.ask(CALL, CALLER, needs_total)
    await it.llm.ask(replace(CALL, fresh=True), CALLER, needs_total)
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert (answer.value, answer.cached) == ({"total": 2}, True)


async def test_a_refused_answer_is_asked_back_with_what_is_wrong() -> None:
    """The next turn holds the answer and the complaint, after the question."""
    it = stage({"gpt": [said('{"total": "?"}'), said('{"total": 12}')]})
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert answer.value == {"total": 12}
    turns = [(message.role, message.text) for message in it.adapter.asked[1][1].messages]
    assert turns == [
        ("user", CALL.prompt),
        ("assistant", '{"total": "?"}'),
        ("user", "total must be a whole number"),
    ]
    assert summary(it.store.rows) == [(1, "gpt", "rejected", None), (2, "gpt", "ok", None)]


async def test_rounds_already_paid_for_are_played_from_memory() -> None:
    """A call that broke off in its second round goes on there, without asking the first again."""
    store = MemoryStore()
    broken = stage({"gpt": [said("{}"), *[Unavailable("gpt") for _ in range(5)]]}, store=store)
    with pytest.raises(Unanswered):
        await broken.llm.ask(CALL, CALLER, needs_total)
    later = stage({"gpt": [said('{"total": 12}')]}, store=store)
    answer = await later.llm.ask(CALL, CALLER, needs_total)
    assert (answer.value, answer.cached) == ({"total": 12}, False)
    assert len(later.adapter.asked) == 1
    assert summary(store.rows)[-2:] == [(1, "gpt", "cached", None), (2, "gpt", "ok", None)]


async def test_an_answer_refused_to_the_end_is_handed_over_with_the_complaint() -> None:
    """What to do with it is the caller's decision, not the engine's."""
    it = stage({"gpt": [said("{}")] * 3})
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert (answer.accepted, answer.complaint) == (False, "total must be a whole number")
    assert len(it.adapter.asked) == 3


async def test_of_refused_answers_the_best_is_handed_over() -> None:
    """A slip in the last round takes nothing away from a person who has to look; of equals the later counts."""
    texts = ["Sorry.", '{"missing": 1, "by": "cheap"}', '{"missing": 1, "by": "strong"}', '{"missing": 7}']

    def accept(value: Any) -> Complaint:
        missing = value["missing"] if isinstance(value, dict) else inf
        return Complaint(f"{missing} values are missing", missing)

    it = stage({"gpt": [said(text) for text in texts]}, route("gpt", max_validation_rounds=3))
    answer = await it.llm.ask(CALL, CALLER, accept)
    assert (answer.value, answer.complaint) == ({"missing": 1, "by": "strong"}, "1 values are missing")
    assert len(it.store.rows) == len(texts)


async def test_text_that_is_no_json_goes_to_accept_as_it_is() -> None:
    """The engine guesses no JSON out of prose."""
    seen: list[Any] = []

    def accept(value: Any) -> Complaint | None:
        seen.append(value)
        return None if value == [1] else Complaint("no", 1)

    it = stage({"gpt": [said("Sure! {"), said("[1]")]})
    await it.llm.ask(CALL, CALLER, accept)
    assert seen == ["Sure! {", [1]]


async def test_an_answer_is_kept_even_if_judging_it_breaks() -> None:
    """A bug in a feed's schema must not throw away what was paid for."""

    def broken(value: Any) -> Complaint | None:
        raise ZeroDivisionError

    it = stage({"gpt": [said('{"total": 12}')]})
    with pytest.raises(ZeroDivisionError):
        await it.llm.ask(CALL, CALLER, broken)
    assert len(it.store.answers) == 1


async def test_errors_of_the_transport_never_reach_the_model() -> None:
    """A retry sends the very same conversation."""
    it = stage({"gpt": [Unavailable("gpt", "boom"), said('{"total": 1}')]})
    await it.llm.ask(CALL, CALLER, needs_total)
    first, second = (asked[1] for asked in it.adapter.asked)
    assert first == second


async def test_a_cut_answer_is_a_failed_attempt_that_cost_what_it_cost() -> None:
    """Nothing is guessed from half an answer, and it is neither kept nor returned."""
    cut = Truncated("gpt", usage=Usage(input_tokens=1000, output_tokens=1000), stop_reason="length")
    way = route(Step(endpoint("gpt", price=Price(Decimal(1), Decimal(10), Decimal(1)))), "claude")
    it = stage({"gpt": [cut], "claude": [said('{"total": 1}')]}, way)
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert (answer.endpoint, len(it.store.answers)) == ("claude", 1)
    row = it.store.rows[0]
    assert (row.error, row.stop_reason, row.output_tokens) == ("truncated", "length", 1000)
    assert row.cost_usd == Decimal("0.011")


async def test_a_call_nobody_saw_the_end_of_is_booked_at_its_most() -> None:
    """It may have been answered and billed: the whole prompt and every token it was allowed."""
    way = route(Step(endpoint("gpt", price=Price(Decimal(36), Decimal(10), Decimal(36)))), "claude")
    it = stage({"gpt": [TimeoutAfterSend("gpt")], "claude": [said('{"total": 1}')]}, way)
    await it.llm.ask(replace(CALL, system="s" * 36, prompt="p" * 36), CALLER, needs_total)
    assert it.store.rows[0].cost_usd == (20 * 36 + 500 * 10) / Decimal(1_000_000)


async def test_an_answer_says_what_all_of_it_cost() -> None:
    """Failed attempts and refused rounds are part of the price of an answer."""
    cut = Truncated("gpt", usage=Usage(input_tokens=1000, output_tokens=500))
    it = stage({"gpt": [cut], "claude": [said("{}"), said('{"total": 1}')]})
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert answer.cost_usd == sum(row.cost_usd for row in it.store.rows) == Decimal("0.00224")


async def test_an_answer_second_best_says_so() -> None:
    """Also when it is played from memory."""
    way = route("gpt", Step(endpoint("small"), degraded=True))
    it = stage({"gpt": [Auth("gpt")], "small": [said('{"total": 1}')]}, way)
    assert (await it.llm.ask(CALL, CALLER, needs_total)).degraded
    assert (await it.llm.ask(CALL, CALLER, needs_total)).degraded


async def test_no_endpoint_writes_more_than_it_or_the_call_may() -> None:
    """The smaller of the two limits is sent."""
    it = stage({"gpt": [said("{}"), said("{}")]}, route(Step(endpoint("gpt", max_tokens=300))))
    await it.llm.ask(CALL, CALLER, anything)
    await it.llm.ask(replace(CALL, max_tokens=200), CALLER, anything)
    assert [max_tokens for _, _, max_tokens, _ in it.adapter.asked] == [300, 200]


async def test_without_an_answer_there_is_one_sentence_and_every_row() -> None:
    """It names each endpoint's last word, whether later may be better, and never a key."""
    it = stage({"gpt": [RateLimited("gpt", "slow down", retry_after_s=900)], "claude": [Auth("claude", "401")]})
    with pytest.raises(Unanswered) as raised:
        await it.llm.ask(CALL, CALLER, needs_total)
    error = raised.value
    assert str(error) == (
        "Task extract got no answer, as no endpoint is left to ask: gpt is rate limited (slow down; retry after "
        "900 s); claude does not let us in (401). It can be asked again later: check the key, what it may use, "
        "the model's name and the base URL."
    )
    assert error.transient
    assert summary(error.attempts) == [(1, "gpt", "failed", "rate_limited"), (2, "claude", "failed", "auth")]
    assert isinstance(error.__cause__, Auth)


async def test_where_every_door_is_locked_it_can_be_asked_again() -> None:
    """A wrong key is no reason to give up a document."""
    it = stage({"gpt": [Auth("gpt")], "claude": [Auth("claude")]})
    with pytest.raises(Unanswered) as raised:
        await it.llm.ask(CALL, CALLER, needs_total)
    assert raised.value.transient


async def test_refused_content_is_permanent() -> None:
    """Waiting does not change what a document holds."""
    it = stage({"gpt": [ContentRefused("gpt", "no")], "claude": []})
    with pytest.raises(Unanswered) as raised:
        await it.llm.ask(CALL, CALLER, needs_total)
    assert not raised.value.transient


async def test_silence_is_noticed_when_its_time_is_up() -> None:
    """An adapter that never returns is left at the attempt's timeout, not its own."""

    async def never(*_: Any) -> Any:
        await asyncio.Event().wait()

    way = route(Step(endpoint("gpt", attempt_timeout_s=0.01)), "claude")
    it = stage({"gpt": [], "claude": [said('{"total": 1}')]}, way)
    complete = it.adapter.complete
    it.adapter.complete = lambda endpoint, *rest: (  # type: ignore[method-assign]
        never() if endpoint.name == "gpt" else complete(endpoint, *rest)
    )
    answer = await it.llm.ask(CALL, CALLER, needs_total)
    assert answer.endpoint == "claude"
    assert it.store.rows[0].error == "timeout_after_send"


async def test_a_call_that_is_cancelled_stays_cancelled() -> None:
    """The engine turns nobody's cancellation into a failed attempt."""
    it = stage({"gpt": [asyncio.CancelledError()]})
    with pytest.raises(asyncio.CancelledError):
        await it.llm.ask(CALL, CALLER, needs_total)
    assert it.store.rows == []


async def test_a_task_without_a_route_names_the_routes_there_are() -> None:
    """A feed's misspelt task is its owner's to correct."""
    it = stage({"gpt": []})
    with pytest.raises(UnknownTask, match=r"'extrct' \(only: extract\).*`task`"):
        await it.llm.ask(replace(CALL, task="extrct"), CALLER, anything)


async def test_leaving_the_engine_closes_its_clients() -> None:
    """Clients live for one event loop, whatever becomes of it."""
    it = stage({"gpt": [said("{}")]})
    async with it.llm as llm:
        await llm.ask(CALL, CALLER, anything)
    assert it.adapter.closed == 1


def embedding_stage(replies: dict[str, list[Any]]) -> Stage:
    steps = tuple(Step(endpoint(name, model="vectors-1", batch_texts=2)) for name in replies)
    return stage({"gpt": []}, embedding=route(task="embed", steps=steps, max_validation_rounds=0))


async def test_texts_become_vectors_in_their_order_batch_by_batch() -> None:
    """No request holds more texts than an endpoint takes; each is a call with its row."""
    it = embedding_stage({"one": []})
    embedded = await it.llm.embed(["a", "bb", "ccc"], CALLER)
    assert embedded.vectors[:, 0].tolist() == [1.0, 2.0, 3.0]
    assert [list(texts) for _, texts in it.adapter.embedded] == [["a", "bb"], ["ccc"]]
    assert (embedded.model, embedded.endpoint) == ("vectors-1", "one")
    assert [(row.call_id, row.task, row.input_tokens) for row in embedded.attempts] == [
        ("call-1", "embed", 2),
        ("call-2", "embed", 1),
    ]


async def test_the_same_model_elsewhere_stands_in_for_vectors() -> None:
    """A fallback within one model mixes nothing."""
    it = embedding_stage({"one": [Unavailable("one")] * 2, "two": []})
    it.adapter.replies = {"one": [Unavailable("one")] * 2}
    embedded = await it.llm.embed(["a"], CALLER)
    assert embedded.endpoint == "two"
    assert summary(embedded.attempts)[-1] == (3, "two", "ok", None)


async def test_vectors_come_from_the_cheapest_where_the_route_prefers_it() -> None:
    """Two endpoints of one model are asked in the order of the route, like any others."""
    prices = {"dear": Price(Decimal(2), Decimal(0)), "cheap": Price(Decimal(1), Decimal(0))}
    steps = [Step(endpoint(name, model="vectors-1", price=price)) for name, price in prices.items()]
    it = stage({"gpt": []}, embedding=route(*steps, task="embed", prefer="price"))
    assert (await it.llm.embed(["a"], CALLER)).endpoint == "cheap"


async def test_vectors_nobody_makes_now_leave_their_rows() -> None:
    """Rows of the batches that went well are not lost with the one that did not."""
    it = embedding_stage({"one": []})
    it.adapter.replies = {"one": [lambda: None, Malformed("one"), Malformed("one")]}
    with pytest.raises(Unanswered) as raised:
        await it.llm.embed(["a", "b", "c"], CALLER)
    assert [row.outcome for row in raised.value.attempts] == ["ok", "failed", "failed"]


async def test_no_texts_are_no_call() -> None:
    """An empty partition asks nobody."""
    it = embedding_stage({"one": []})
    embedded = await it.llm.embed([], CALLER)
    assert (embedded.vectors.shape, embedded.attempts, it.adapter.embedded) == ((0, 0), (), [])
    assert embedded.vectors.dtype == np.float32


async def test_where_nobody_makes_vectors_that_is_known_before() -> None:
    """Search by words alone is the caller's choice; asking all the same is a permanent error."""
    it = stage({"gpt": []})
    assert it.llm.embedding_model is None
    with pytest.raises(Unanswered, match="no endpoint that makes vectors is on"):
        await it.llm.embed(["a"], CALLER)


REPLY = st.one_of(
    st.sampled_from(['{"total": 1}', "{}", "prose"]).map(said),
    st.sampled_from(EndpointFailed.__subclasses__()),
)


@given(st.lists(REPLY, min_size=8, max_size=8), st.lists(REPLY, min_size=8, max_size=8))
def test_every_request_is_one_row_and_every_answer_is_kept(ours: list[Any], theirs: list[Any]) -> None:
    """Whatever providers do: no attempt is lost or told twice, and no answer that was paid for is thrown away."""
    scripts = {
        name: [reply(name) if isinstance(reply, type) else reply for reply in replies]
        for name, replies in (("gpt", ours), ("claude", theirs))
    }
    it = stage(scripts)
    try:
        told = list(asyncio.run(it.llm.ask(CALL, CALLER, needs_total)).attempts)
    except Unanswered as unanswered:
        told = list(unanswered.attempts)
    rows = it.store.rows + told
    assert [row.endpoint for row in rows] == it.adapter.order
    assert [row.attempt for row in rows] == list(range(1, len(rows) + 1))
    assert len(it.store.answers) == sum(row.outcome in ("ok", "rejected") for row in rows)
    assert [row.outcome for row in it.store.rows[-1:]] != ["failed"]


async def test_many_ask_at_once_through_one_engine() -> None:
    """Calls share the clients and nothing else."""
    it = stage({"gpt": [said(f'{{"total": {total}}}') for total in range(50)]})
    calls = [replace(CALL, prompt=str(number)) for number in range(50)]
    answers = await asyncio.gather(*(it.llm.ask(call, CALLER, needs_total) for call in calls))
    assert sorted(answer.value["total"] for answer in answers) == list(range(50))
    assert len({row.call_id for row in it.store.rows}) == 50
