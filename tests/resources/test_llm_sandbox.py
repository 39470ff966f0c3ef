"""The shipped configuration against the sandbox: both wires, fallback, vectors, through the real SDKs."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from resources.llm.config import SHIPPED, load_config
from resources.llm.engine import Llm
from resources.llm.errors import Unanswered
from resources.llm.plan import plan
from resources.llm.sections import LlmConfig
from resources.llm.world import World
from sandbox.rules import RULES
from sandbox.server import Sandbox, Settings
from tests.resources.llm_parts import CALL, CALLER, ManualTime, MemoryStore, needs_total

QUESTION = replace(CALL, prompt="Read the total.\n<document>\nTotal: 12\n</document>")


class House:
    """A sandbox in this process, and engines on the shipped configuration."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._config: LlmConfig = load_config(SHIPPED)
        self.store = MemoryStore()
        self.time = ManualTime()

    def breaks(self, *rules: dict[str, Any]) -> None:
        self._sandbox.provider.faults.add(RULES.validate_python(rules), time.monotonic())

    def engine(self) -> Llm:
        """Real time for the attempts, none for the pauses between them."""
        world = World(sleep=self.time.sleep, random=lambda: 0.5)
        return Llm(plan(self._config, {}, self._sandbox.url), self.store, world=world)

    @property
    def tried(self) -> list[tuple[str, str, str | None]]:
        return [(row.endpoint, row.outcome, row.error) for row in self.store.rows]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    sandbox = Sandbox(Settings(), time.monotonic)
    await sandbox.start()
    yield House(sandbox)
    sandbox.stop()


async def test_a_document_is_answered_for_nothing(house: House) -> None:
    """By rules, on the first endpoint, with honest counts and no price."""
    async with house.engine() as llm:
        answer = await llm.ask(QUESTION, CALLER, needs_total)
    assert (answer.endpoint, answer.model) == ("sandbox-openai", "sandbox-rules-large")
    row = house.store.rows[0]
    assert row.input_tokens > 10
    assert row.output_tokens > 0
    assert row.cost_usd == 0


@pytest.mark.parametrize(
    ("fault", "means"),
    [
        ({"kind": "rate_limited", "retry_after_s": 30}, "rate_limited"),
        ({"kind": "quota_exhausted"}, "quota_exhausted"),
        ({"kind": "status", "status": 529}, "overloaded"),
        ({"kind": "status", "status": 401}, "auth"),
        ({"kind": "truncated_json"}, "truncated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_other_wire_answers_when_the_first_cannot(house: House, fault: dict[str, Any], means: str) -> None:
    """One failed attempt, at once the next endpoint, and nothing slept."""
    house.breaks({**fault, "path": "*chat/completions"})
    async with house.engine() as llm:
        answer = await llm.ask(QUESTION, CALLER, needs_total)
    assert answer.endpoint == "sandbox-anthropic"
    assert house.tried == [("sandbox-openai", "failed", means), ("sandbox-anthropic", "ok", None)]
    assert house.time.slept == []


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "reset"}, {"kind": "malformed_body"}])
async def test_a_fault_of_the_moment_is_retried_in_place(house: House, fault: dict[str, Any]) -> None:
    """After a short pause, the first endpoint answers."""
    house.breaks({**fault, "times": 1})
    async with house.engine() as llm:
        answer = await llm.ask(QUESTION, CALLER, needs_total)
    assert answer.endpoint == "sandbox-openai"
    assert [row.outcome for row in house.store.rows] == ["failed", "ok"]
    assert house.time.slept == [0.25]


async def test_with_both_large_ones_down_the_small_one_answers_second_best(house: House) -> None:
    """The route's last step is marked, and so is its answer."""
    house.breaks({"kind": "status", "status": 503, "model": "*large"})
    async with house.engine() as llm:
        answer = await llm.ask(QUESTION, CALLER, needs_total)
    assert (answer.endpoint, answer.degraded) == ("sandbox-small", True)


async def test_an_invalid_answer_is_asked_back(house: House) -> None:
    """The second round of the same endpoint is accepted."""
    house.breaks({"kind": "invalid_json", "how": "unclosed", "times": 1})
    async with house.engine() as llm:
        answer = await llm.ask(QUESTION, CALLER, needs_total)
    assert answer.accepted
    assert [row.outcome for row in house.store.rows] == ["rejected", "ok"]


@pytest.mark.parametrize("path", ["*chat/completions", "*messages"])
async def test_refused_content_ends_the_call_on_either_wire(house: House, path: str) -> None:
    """A 400 or a refusal in words; nobody else is asked."""
    house.breaks({"kind": "content_policy", "path": path}, {"kind": "status", "status": 401, "path": "*chat*"})
    async with house.engine() as llm:
        with pytest.raises(Unanswered) as raised:
            await llm.ask(QUESTION, CALLER, needs_total)
    assert raised.value.reasons[-1].name == "content_refused"
    assert not raised.value.transient


async def test_when_everything_is_down_the_call_waits(house: House) -> None:
    """Six attempts at the most, all of them rows, and later it may be answered."""
    house.breaks({"kind": "status", "status": 503})
    async with house.engine() as llm:
        with pytest.raises(Unanswered) as raised:
            await llm.ask(QUESTION, CALLER, needs_total)
    assert raised.value.transient
    assert len(raised.value.attempts) == 6


async def test_vectors_are_of_one_length_and_the_same_each_time(house: House) -> None:
    """As the lake needs them."""
    async with house.engine() as llm:
        one = await llm.embed(["delivery in two weeks", "price per kilogram"], CALLER)
        two = await llm.embed(["price per kilogram"], CALLER)
    assert one.vectors.shape == (2, 256)
    assert one.vectors[1].tolist() == two.vectors[0].tolist()
    assert one.attempts[0].input_tokens > 0
