"""A scenario is played with the real engine over real sockets, at endpoints of its own, and told by both sides."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.asked import FIXED
from benchmarks.conduct.checks import Ended, Found, Run, Verdict, judge
from benchmarks.conduct.faults import SPACING_S, Fault, Place
from benchmarks.engines import CALLER, PRICE, MemoryStore, engine, faster, is_whole, question
from benchmarks.provider import Provider, Rule, Seen
from resources.llm.endpoints import Wire
from resources.llm.engine import Llm
from resources.llm.errors import Unanswered

_ATTEMPT_S, _FIRST_TOKEN_S, _STALL_S = 30.0, 14.0, 15.0
_SMALL, _LARGE = 8_000, 200_000


@dataclass(frozen=True, slots=True)
class Played:
    fault: Fault
    wire: Wire
    verdict: Verdict
    found: Sequence[Found]

    @property
    def told(self) -> str:
        missed = [f"{each.name} ({each.told})" for each in self.found if not each.ok]
        return f"{self.fault.number} {self.wire}: {self.verdict}" + (f"; missed: {', '.join(missed)}" if missed else "")


class Stage:
    """One scenario's endpoints, its engine, and a clock by which a full run's second is `speed` times as short."""

    def __init__(self, fault: Fault, wire: Wire, provider: Provider, speed: float) -> None:
        self.fault, self.wire, self._provider, self._speed = fault, wire, provider, speed
        self._store = MemoryStore()
        self._llm = engine(self._config(), self._store, faster(speed))

    def place(self, who: Place) -> str:
        return f"{self.fault.number}-{self.wire}-{who}".lower()

    def rules(self) -> list[Rule]:
        """What strikes, at this scenario's endpoints alone."""
        made = self.fault.rules(1 / self._speed)
        return [
            {**rule, "name": f"{self.place(who)}-{number}", "path": f"/{self.place(who)}/*"}
            for who, rules in made.items()
            for number, rule in enumerate(rules)
        ]

    async def play(self) -> Played:
        async with self._llm as llm:
            ended = await self._calls(llm)
            rows, seen = list(self._store.rows), {who: await self._seen(who) for who in self._places()}
            alive = (await self._call(llm, 1_000, time.monotonic())).answer is not None
        rows += [row for each in ended if each.error for row in each.error.attempts]
        run = Run(
            ended,
            rows,
            seen["primary"],
            seen["twin"],
            seen["fallback"],
            alive,
            lambda value: value == FIXED,
        )
        return Played(self.fault, self.wire, *judge(run, self.fault.wanted, self.fault.answerable, self.fault.most_s))

    def _places(self) -> tuple[Place, ...]:
        return ("primary", "twin", "fallback")

    async def _seen(self, who: Place) -> list[Seen]:
        """The provider's journal, in full seconds since the scenario began."""
        seen = await asyncio.to_thread(self._provider.seen, self.place(who))
        return [replace(each, at_s=each.at_s * self._speed, took_s=each.took_s * self._speed) for each in seen]

    async def _calls(self, llm: Llm) -> list[Ended]:
        begun, ended = time.monotonic(), []
        for number in range(self.fault.calls):
            await asyncio.sleep(max(0.0, begun + number * SPACING_S / self._speed - time.monotonic()))
            ended.append(await self._call(llm, number, begun))
        return ended

    async def _call(self, llm: Llm, number: int, begun: float) -> Ended:
        sent = time.monotonic()
        answer, error = None, None
        try:
            async with asyncio.timeout(self.fault.most_s / self._speed + 1):
                answer = await llm.ask(question(number), CALLER, is_whole)
        except Unanswered as unanswered:
            error = unanswered
        except TimeoutError:
            pass
        took_s = (time.monotonic() - sent) * self._speed
        return Ended((sent - begun) * self._speed, took_s, answer, error)

    def _config(self) -> dict[str, Any]:
        """An LLM_CONFIG as a user would write it, with what a socket waits for as short as the scenario's clock."""
        return {
            "endpoints": [self._endpoint(who) for who in self.fault.route],
            "routes": [{"task": "extract", "steps": [{"endpoint": who} for who in self.fault.route]}],
        }

    def _endpoint(self, who: Place) -> dict[str, Any]:
        wire: Wire = self.wire if who != "fallback" else "openai"
        window = _SMALL if self.fault.small_primary and who != "fallback" else _LARGE
        return {
            "name": who,
            "provider": "openai",
            "wire": wire,
            "model": "primary-model-1" if who != "fallback" else "fallback-model-1",
            "base_url": self._provider.at(self.place(who), wire),
            "max_tokens": 500,
            "price": PRICE,
            "capabilities": {"context_window_tokens": window},
            "timeouts": {
                "attempt_s": _ATTEMPT_S / self._speed,
                "first_token_s": _FIRST_TOKEN_S / self._speed,
                "stall_s": _STALL_S / self._speed,
            },
        }


async def play_all(provider: Provider, faults: Sequence[Fault], wires: Sequence[Wire], speed: float) -> list[Played]:
    """All scenarios at once: each has endpoints of its own, so none disturbs another."""
    stages = [Stage(fault, wire, provider, speed) for fault in faults for wire in wires]
    await asyncio.to_thread(provider.strike, [rule for stage in stages for rule in stage.rules()])
    return list(await asyncio.gather(*(stage.play() for stage in stages)))
