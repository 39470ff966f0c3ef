"""The LLM engine as a Dagster resource: which file configures it, and what of it the launchpad replaces."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from resources.embedded import hold_sandbox
from resources.environment import ROOT, Environment
from resources.llm.config import SHIPPED, load_config
from resources.llm.engine import Llm
from resources.llm.plan import is_on, plan
from resources.llm.sections import LlmConfig
from resources.llm.sharing import Board
from resources.llm.store import AnswerStore
from resources.llm.watching import Watch

_log = logging.getLogger(__name__)


class LimitsOverride(dg.Config):
    """Values of one endpoint's limits, for this run."""

    requests_per_minute: int | None = Field(default=None, description="Requests a minute.")
    tokens_per_minute: int | None = Field(default=None, description="Tokens a minute, in and out.")


class EndpointOverride(dg.Config):
    """Values of one endpoint, for this run."""

    model: str | None = Field(default=None, description="Another pinned model.")
    base_url: str | None = Field(default=None, description="Another server; see LLM_CONFIG about its key.")
    max_tokens: int | None = Field(default=None, description="The most output tokens one answer may have.")
    limits: LimitsOverride | None = Field(default=None, description="What its provider allows, for this run.")


class RouteOverride(dg.Config):
    """Values of one route, for this run."""

    attempts_per_endpoint: int | None = Field(default=None, description="Failed attempts before it is left.")
    max_attempts: int | None = Field(default=None, description="All requests of one call.")
    deadline_s: float | None = Field(default=None, description="Seconds after which a call is given up.")
    patience_s: float | None = Field(default=None, description="Seconds in which nobody at all could be asked.")
    max_validation_rounds: int | None = Field(default=None, description="How often a refused answer goes back.")
    escalate_after: int | None = Field(default=None, description="Refused answers before a stronger model is asked.")
    prefer: str | None = Field(default=None, description="Who is first in a tier: order, price or latency.")


class BudgetOverride(dg.Config):
    """One budget; those of the launchpad stand in for all of the file's."""

    scope: str = Field(description="Whose spending counts: all, tenant, feed or provider.")
    name: str = Field(default="*", description="Which tenant, feed or provider; * for each of them.")
    per: str = Field(description="The period, in UTC: day or month.")
    limit_usd: str = Field(description="US dollars in one period, as a decimal number.")


class LlmResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # it is its own value
    """Models by task, behind one engine. Loads without any key; what is wrong is refused on opening."""

    config_file: str | None = Field(
        default=None, description="YAML of endpoints and routes; LLM_CONFIG if unset, else the shipped file."
    )
    endpoints: dict[str, EndpointOverride] = Field(
        default={}, description="Replaces values of the file's endpoints, by name."
    )
    routes: dict[str, RouteOverride] = Field(default={}, description="Replaces values of the file's routes, by task.")
    budgets: list[BudgetOverride] = Field(default=[], description="Stands in for the file's budgets, if not empty.")

    def load(self, variables: Mapping[str, str] = os.environ) -> LlmConfig:
        """The configuration in force, or an error that names the field and the remedy."""
        overrides: dict[str, Any] = {"endpoints": _given(self.endpoints), "routes": _given(self.routes)}
        if self.budgets:
            overrides["budgets"] = [budget.model_dump() for budget in self.budgets]
        return load_config(self._path(variables), overrides)

    def has_provider(self, variables: Mapping[str, str] = os.environ) -> bool:
        """Whether a real endpoint can be asked; if none can, the sandbox has to be running."""
        return is_on(self.load(variables), variables)

    def versions(self, variables: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The version of each route as it could be travelled now, by task; of the embedding, by EMBEDDING_TASK."""
        config = self.load(variables)
        planned = plan(config, variables, None if is_on(config, variables) else "http://sandbox.invalid")
        routes = [*planned.routes.values(), *([planned.embedding] if planned.embedding else [])]
        return {route.task: route.version for route in routes}

    @asynccontextmanager
    async def open(
        self,
        store: AnswerStore,
        board: Board | None = None,
        sandbox_url: str | None = None,
        variables: Mapping[str, str] = os.environ,
        tell: Callable[[str], None] = _log.warning,
        watches: Sequence[Watch] = (),
    ) -> AsyncIterator[Llm]:
        """The engine, for the event loop that opens it; the sandbox answers where no provider is on.

        What all processes share of breakers, limits and budgets is on the board; without one it decides alone.
        """
        config = self.load(variables)
        if sandbox_url is None and not is_on(config, variables):
            sandbox_url = await asyncio.to_thread(_sandbox)
        async with Llm(plan(config, variables, sandbox_url), store, board, tell=tell, watches=watches) as llm:
            yield llm

    def _path(self, variables: Mapping[str, str]) -> Path:
        named = self.config_file or variables.get("LLM_CONFIG", "").strip()
        return ROOT / Path(named).expanduser() if named else SHIPPED


def _sandbox() -> str:
    """The sandbox's URL; it runs for as long as this process does."""
    environment = Environment.read()
    environment.allow_sandbox()
    return hold_sandbox(environment.root)


def _given(overrides: Mapping[str, dg.Config]) -> dict[str, dict[str, Any]]:
    return {name: values.model_dump(exclude_none=True) for name, values in overrides.items()}
