"""The few named parts of which the tests of the LLM engine are made: fakes, not mocks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from extraction.acceptance import Complaint
from resources.llm.calls import Call
from resources.llm.connections import Connections
from resources.llm.endpoints import Endpoint, Price, Route, Step
from resources.llm.engine import Llm
from resources.llm.errors import EndpointFailed
from resources.llm.health import BreakerSettings
from resources.llm.messages import Completion, Prompt, Terms, Usage, Vectors
from resources.llm.plan import Plan
from resources.llm.store import Attempt, Caller, StoredAnswer, Timed
from resources.llm.watching import Watch
from resources.llm.world import World

SCHEMA = {"type": "object", "properties": {"total": {"type": "integer"}}, "required": ["total"]}
CALLER = Caller("run-1", "supplier_quotes", "acme", "doc-1", "extractions", "2026-11-19|supplier_quotes")
CALL = Call("extract", "Be exact.", "<document>\n12\n</document>", SCHEMA, "quote", 500, "p1")
DAY = datetime(2026, 11, 19, 9, tzinfo=UTC)


def endpoint(name: str, **changes: Any) -> Endpoint:
    plain = Endpoint(
        name=name,
        provider="openai",
        wire="openai",
        model=f"{name}-model-1",
        base_url=f"http://127.0.0.1:1/{name}",
        api_key="sk-secret-of-the-test",
        max_tokens=1000,
        attempt_timeout_s=60.0,
        connect_timeout_s=5.0,
        price=Price(Decimal(1), Decimal(2), Decimal(1)),
    )
    return replace(plain, **changes)


@dataclass(frozen=True, slots=True)
class Seeing(Endpoint):
    """One that is shown pictures."""

    vision: bool = True


def seeing(name: str, **changes: Any) -> Endpoint:
    plain = endpoint(name, **changes)
    return Seeing(**{fact.name: getattr(plain, fact.name) for fact in fields(Endpoint) if fact.name != "vision"})


def terms(at: Endpoint | None = None, **changes: Any) -> Terms:
    """How one request is made: as the endpoint would have it, if one is named."""
    plain = Terms(500, at.attempt_timeout_s if at else 10.0)
    return replace(plain, **{"structured_output": at.structured_output if at else "json_schema", **changes})


def route(*names: str | Step, **changes: Any) -> Route:
    steps = tuple(name if isinstance(name, Step) else Step(endpoint(name)) for name in names)
    plain = Route("extract", steps, 2, 6, 300.0, 2, "version-1")
    return replace(plain, **changes)


@dataclass
class ManualTime:
    """A clock that only sleeping moves; chance is a constant."""

    now_s: float = 1000.0
    chance: float = 0.5
    slept: list[float] = field(default_factory=list)
    ids: int = 0

    async def sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)
        self.now_s += delay_s

    def new_id(self) -> str:
        self.ids += 1
        return f"call-{self.ids}"

    def world(self) -> World:
        return World(
            monotonic=lambda: self.now_s,
            now=lambda: DAY + timedelta(seconds=self.now_s),
            sleep=self.sleep,
            random=lambda: self.chance,
            new_id=self.new_id,
        )


@dataclass
class MemoryStore:
    """Keeps answers and rows, in the order in which they came."""

    answers: dict[str, StoredAnswer] = field(default_factory=dict)
    rows: list[Attempt] = field(default_factory=list)
    recalls: int = 0

    def recent_answers(self) -> Sequence[Timed]:
        return ()

    def recall_answer(self, key: str) -> StoredAnswer | None:
        self.recalls += 1
        return self.answers.get(key)

    def keep_answer(self, key: str, answer: StoredAnswer, attempts: Sequence[Attempt]) -> None:
        self.answers[key] = answer
        self.rows.extend(attempts)


def said(text: str, **usage: int) -> Completion:
    counted = Usage(**usage) if usage else Usage(input_tokens=100, output_tokens=10)
    return Completion(text, "served-model", "stop", counted)


Reply = Completion | EndpointFailed | BaseException | Callable[[], Any]


@dataclass
class ScriptedAdapter:
    """Plays a provider: one scripted reply for each endpoint and request."""

    replies: Mapping[str, list[Reply]]
    asked: list[tuple[str, Prompt, int, float]] = field(default_factory=list)
    embedded: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    closed: int = 0

    async def complete(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Completion:
        self.asked.append((endpoint.name, prompt, terms.max_tokens, terms.timeout_s))
        reply = self._next(endpoint)
        assert isinstance(reply, Completion)
        return reply

    async def embed(self, endpoint: Endpoint, texts: Sequence[str], timeout_s: float) -> Vectors:
        self.embedded.append((endpoint.name, texts))
        if self.replies.get(endpoint.name):
            self._next(endpoint)
        matrix = np.array([[float(len(text)), 1.0] for text in texts], dtype=np.float32)
        return Vectors(matrix, endpoint.model, Usage(input_tokens=len(texts)))

    async def close(self) -> None:
        self.closed += 1

    def _next(self, endpoint: Endpoint) -> Any:
        reply = self.replies[endpoint.name].pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply() if callable(reply) else reply

    @property
    def order(self) -> list[str]:
        return [name for name, *_ in self.asked]


@dataclass
class Stage:
    """An engine on fakes, and everything a test wants to look at."""

    adapter: ScriptedAdapter
    store: MemoryStore
    time: ManualTime
    llm: Llm


def stage(
    replies: Mapping[str, list[Reply]],
    way: Route | None = None,
    embedding: Route | None = None,
    store: MemoryStore | None = None,
    watches: Sequence[Watch] = (),
) -> Stage:
    adapter, time = ScriptedAdapter(replies), ManualTime()
    kept = store or MemoryStore()
    travelled = way or route(*replies)
    on = [step.endpoint.name for each in (travelled, embedding) if each for step in each.steps]
    breakers = dict.fromkeys(on, BreakerSettings())
    plan = Plan({travelled.task: travelled}, {}, embedding, {}, is_sandbox=False, breakers=breakers)
    llm = Llm(plan, kept, connections=Connections(lambda _: adapter), world=time.world(), watches=watches)
    return Stage(adapter, kept, time, llm)


def anything(value: Any) -> Complaint | None:
    """Accepts every answer."""
    return None


def needs_total(value: Any) -> Complaint | None:
    """Accepts an object with a whole number as its total."""
    fine = isinstance(value, dict) and isinstance(value.get("total"), int)
    return None if fine else Complaint("total must be a whole number", 1)
