"""Real providers, real money: only on request (`make test-live`), and never beyond a cap that is counted beforehand."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from resources.llm.adapters import connect
from resources.llm.config import SHIPPED, load_config
from resources.llm.endpoints import Endpoint
from resources.llm.errors import NoProvider
from resources.llm.messages import Adapter, Completion, Prompt, Terms
from resources.llm.plan import plan
from resources.llm.prices import most_it_can_have_cost_usd

ASKED_FOR = os.environ.get("TEST_LIVE") == "1"
CAP_USD = Decimal(os.environ.get("TEST_LIVE_CAP_USD") or "0.50")


@pytest.fixture(autouse=True)
def only_loopback() -> None:
    """Here the network is what is asked for."""


@dataclass
class Purse:
    """What every request may cost at the most is taken out before it is sent, and nothing is put back."""

    cap_usd: Decimal
    taken_usd: Decimal = field(default_factory=Decimal)

    def take(self, endpoint: Endpoint, chars: int, max_tokens: int) -> None:
        most_usd = most_it_can_have_cost_usd(endpoint, chars, max_tokens)
        if self.taken_usd + most_usd > self.cap_usd:
            pytest.skip(f"the cap of {self.cap_usd} USD is reached; raise TEST_LIVE_CAP_USD to ask on")
        self.taken_usd += most_usd


@dataclass(frozen=True)
class Asker:
    """Asks one endpoint, as far as the purse allows."""

    purse: Purse

    async def ask(self, at: Endpoint, prompt: Prompt, terms: Terms, priced: Endpoint | None = None) -> Completion:
        """`priced` is whose price counts, where the endpoint has none."""
        chars = len(prompt.system) + len(str(prompt.schema)) + sum(len(turn.text) for turn in prompt.messages)
        self.purse.take(priced or at, chars, terms.max_tokens)
        async with self.adapter(at) as adapter:
            return await adapter.complete(at, prompt, terms)

    @asynccontextmanager
    async def adapter(self, at: Endpoint) -> AsyncIterator[Adapter]:
        adapter = connect(at)
        try:
            yield adapter
        finally:
            await adapter.close()


@pytest.fixture(scope="session")
def asker() -> Iterator[Asker]:
    """One purse for all."""
    purse = Purse(CAP_USD)
    yield Asker(purse)
    print(f"\nat the most {purse.taken_usd:.4f} USD were spent, of {purse.cap_usd}")  # noqa: T201


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test once for each endpoint that is on."""
    wanted = {"chat": False, "embedder": True}
    for name in wanted.keys() & set(metafunc.fixturenames):
        found = [at for at in _endpoints() if (at.dimensions is not None or "embed" in at.name) is wanted[name]]
        metafunc.parametrize(name, found or [_nobody()], ids=[at.name for at in found] or ["nobody"])


def _nobody() -> object:
    why = "no provider's key is set" if ASKED_FOR else "real providers are asked by make test-live only"
    return pytest.param(None, marks=pytest.mark.skip(reason=why))


def _endpoints() -> list[Endpoint]:
    """Of LLM_CONFIG, else of the shipped file: those whose provider is on."""
    if not ASKED_FOR:
        return []
    named = os.environ.get("LLM_CONFIG", "").strip()
    try:
        planned = plan(load_config(Path(named) if named else SHIPPED), os.environ)
    except NoProvider:
        return []
    routes = [*planned.routes.values(), *([planned.embedding] if planned.embedding else [])]
    return list({step.endpoint.name: step.endpoint for route in routes for step in route.steps}.values())
