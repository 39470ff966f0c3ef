"""The moves of a flow are carried out here: the only place that waits, that times an attempt and that hedges."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from resources.llm.admission import Admission, Entered, Ticket
from resources.llm.attempts import Attempts, Sent
from resources.llm.connections import Connections
from resources.llm.endpoints import Route, Step
from resources.llm.errors import EndpointFailed, TimeoutAfterSend
from resources.llm.hedging import Hedges
from resources.llm.limits import Tokens
from resources.llm.messages import Adapter, Completion, Terms, Vectors
from resources.llm.pace import Pace
from resources.llm.prices import cost_usd, estimated_tokens, most_it_can_have_cost_usd
from resources.llm.retries import Retries
from resources.llm.returns import Returns
from resources.llm.routing import Ask, Ending, Enter, Event, Failed, Flow, Happened, LookUp, Move, Refused, Wait
from resources.llm.world import World

T = TypeVar("T", Completion, Vectors)


@dataclass(frozen=True, slots=True)
class Means:
    """What every call of an engine shares."""

    connections: Connections
    admission: Admission
    pace: Pace
    retries: Retries
    hedges: Hedges
    returns: Returns
    slow_floors_s: Mapping[str, float]
    world: World


class Journey(ABC, Generic[T]):
    """One call on its way; what it asks for, and what it does with an answer, is its own."""

    def __init__(self, route: Route, attempts: Attempts, means: Means) -> None:
        self.attempts = attempts
        self._route = route
        self._means = means
        self._world = means.world
        self._entered: Entered | None = None

    async def travel(self, flow: Flow) -> Ending:
        self._means.returns.came(self._route.task, self._world.monotonic())
        try:
            move = next(flow)
            while True:
                event = await self._carry_out(move)
                try:
                    move = flow.send(event)
                except StopIteration as end:
                    ending: Ending = end.value
                    return ending
        finally:
            if self._entered is not None:
                self._means.admission.unused(self._entered)

    async def _carry_out(self, move: Move) -> Event:
        if isinstance(move, Ask):
            return await self._attempt(move)
        if isinstance(move, Enter):
            return await self._enter(move)
        if isinstance(move, LookUp):
            return await self._look_up(move)
        return await self._wait(move)

    async def _wait(self, move: Wait) -> Event:
        delay_s = move.delay_s
        if move.latest_s is not None:
            now_s = self._world.monotonic()
            moment_s = self._means.returns.moment_s(self._route.task, now_s, now_s + delay_s, move.latest_s)
            delay_s = max(delay_s, moment_s - now_s)
        await self._world.sleep(delay_s)
        return Happened("woke", self._world.monotonic())

    async def _enter(self, move: Enter) -> Event:
        entered = await self._admitted(move.step, move.until_s, last_resort=move.last_resort)
        if isinstance(entered, Refused):
            return entered
        self._entered = entered
        return Happened("entered", self._world.monotonic())

    async def _admitted(self, step: Step, until_s: float, *, last_resort: bool = False) -> Entered | Refused:
        endpoint, max_tokens, chars = step.endpoint, self._max_tokens(step), self._chars()
        tokens = Tokens(estimated_tokens(chars), max_tokens)
        ticket = Ticket(endpoint, tokens, most_it_can_have_cost_usd(endpoint, chars, max_tokens))
        return await self._means.admission.enter(ticket, self.attempts.caller, until_s, last_resort=last_resort)

    async def _attempt(self, ask: Ask) -> Event:
        entered, self._entered = self._entered, None
        if entered is None:
            raise RuntimeError("asked without having entered")
        first = self._sent(ask.step, fallback=ask.fallback)
        if ask.hedge is None:
            return await self._heard_of(first, await self._ask(first, entered, ask.timeout_s))
        return await self._hedged(ask, first, entered, ask.hedge)

    def _sent(self, step: Step, *, fallback: bool, hedge: bool = False) -> Sent:
        return Sent(
            step,
            self._world.now(),
            self._world.monotonic(),
            self._chars(),
            self._max_tokens(step),
            fallback,
            hedge,
        )

    async def _heard_of(self, sent: Sent, result: T | EndpointFailed) -> Event:
        if isinstance(result, EndpointFailed):
            return Failed(result, self._world.monotonic())
        return await self._answered(sent, result)

    async def _hedged(self, ask: Ask, first: Sent, entered: Entered, other: Step) -> Event:
        """The first to answer is heard; the other is called off, and booked."""
        asked = {asyncio.create_task(self._ask(first, entered, ask.timeout_s)): first}
        try:
            after_s = self._means.pace.hedge_after_s(first.endpoint, self._route.task, self._hedge_after_s)
            await asyncio.wait(asked, timeout=after_s)
            second = await self._second(ask, other) if not all(task.done() for task in asked) else None
            if second is not None:
                asked[second[0]] = second[1]
            return await self._first_answer(asked)
        finally:
            await _called_off(task for task in asked if not task.done())

    @property
    def _hedge_after_s(self) -> float | None:
        return self._route.hedge.after_s if self._route.hedge else None

    async def _second(self, ask: Ask, other: Step) -> "tuple[asyncio.Task[T | EndpointFailed], Sent] | None":
        if self._route.hedge is None or not self._means.hedges.may(self._route.hedge):
            return None
        entered = await self._admitted(other, self._world.monotonic())
        if isinstance(entered, Refused):
            self._means.hedges.unused()
            return None
        sent = self._sent(other, fallback=True, hedge=True)
        return asyncio.create_task(self._ask(sent, entered, ask.timeout_s)), sent

    async def _first_answer(self, asked: "dict[asyncio.Task[T | EndpointFailed], Sent]") -> Event:
        errors: list[EndpointFailed] = []
        pending = set(asked)
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                result = task.result()
                if not isinstance(result, EndpointFailed):
                    return await self._answered(asked[task], result)
                errors.append(result)
        errors.sort(key=lambda error: error.endpoint != next(iter(asked.values())).endpoint.name)
        return Failed(errors[0], self._world.monotonic(), errors[1] if len(errors) > 1 else None)

    async def _ask(self, sent: Sent, entered: Entered, timeout_s: float) -> T | EndpointFailed:
        """One request, timed, booked and told to whoever keeps watch."""
        means, endpoint = self._means, sent.endpoint
        means.retries.called(endpoint.name, self._route.retries, sent.started_s)
        slow_after_s = means.pace.slow_after_s(
            endpoint, self._route.task, sent.max_tokens, means.slow_floors_s.get(endpoint.name, 20.0)
        )
        alarm = asyncio.get_running_loop().call_later(slow_after_s, means.admission.late, entered)
        try:
            result = await self._result(sent, timeout_s)
        except BaseException:
            sent.latency_s = self._world.monotonic() - sent.started_s
            self.attempts.cancelled(sent)
            means.admission.abandoned(entered, sent.most_usd())
            raise
        finally:
            alarm.cancel()
        sent.latency_s = self._world.monotonic() - sent.started_s
        self._tell(sent, entered, result)
        return result

    def _tell(self, sent: Sent, entered: Entered, result: T | EndpointFailed) -> None:
        means, used = self._means, Tokens(result.usage.input_tokens, result.usage.output_tokens)
        if isinstance(result, EndpointFailed):
            self.attempts.failed(sent, result)
            means.admission.failed(entered, result, used, sent.cost_of(result))
            return
        if not used.input and not used.output:
            used = entered.ticket.tokens  # the server counts nothing
        means.pace.answered(sent.endpoint.name, self._route.task, sent.latency_s, result.usage.output_tokens)
        means.admission.answered(entered, used, cost_usd(sent.endpoint, result.usage), result.allowances)

    async def _result(self, sent: Sent, timeout_s: float) -> T | EndpointFailed:
        """An answer, or the error of the tree that stands for what came instead."""
        terms = self._terms(sent, timeout_s)
        try:
            async with asyncio.timeout(terms.timeout_s):
                return await self._request(self._means.connections.to(sent.endpoint), sent, terms)
        except EndpointFailed as error:
            return error
        except TimeoutError:
            return TimeoutAfterSend(sent.endpoint.name, f"no whole answer within {terms.timeout_s:g} s")

    def _terms(self, sent: Sent, timeout_s: float) -> Terms:
        endpoint = sent.endpoint
        quick = self._means.pace.is_quick(endpoint, self._route.task)
        if quick:
            timeout_s = min(timeout_s, endpoint.first_token_timeout_s)
        return Terms(
            max_tokens=sent.max_tokens,
            timeout_s=timeout_s,
            stream=endpoint.streaming and not quick,
            first_token_s=endpoint.first_token_timeout_s,
            stall_s=endpoint.stall_timeout_s,
            structured_output=sent.step.structured_output or endpoint.structured_output,
        )

    @abstractmethod
    async def _look_up(self, move: LookUp) -> Event:
        """Whether what would be asked next was answered before."""

    @abstractmethod
    async def _request(self, adapter: Adapter, sent: Sent, terms: Terms) -> T: ...

    @abstractmethod
    async def _answered(self, sent: Sent, result: T) -> Event: ...

    @abstractmethod
    def _chars(self) -> int:
        """How much is sent."""

    @abstractmethod
    def _max_tokens(self, step: Step) -> int:
        """How much may come back."""


async def _called_off(tasks: "Iterable[asyncio.Task[T | EndpointFailed]]") -> None:
    """Cancelled, and waited for, so that what they cost is booked."""
    pending = list(tasks)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
