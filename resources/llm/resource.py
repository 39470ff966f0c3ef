"""The LLM engine as a Dagster resource: which file configures it, and what of it the launchpad replaces."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from resources.embedded import hold_sandbox
from resources.environment import ROOT, Environment
from resources.llm.config import SHIPPED, LlmConfig, load_config
from resources.llm.engine import Llm
from resources.llm.model import AnswerStore
from resources.llm.plan import is_on, plan


class EndpointOverride(dg.Config):
    """Values of one endpoint, for this run."""

    model: str | None = Field(default=None, description="Another pinned model.")
    base_url: str | None = Field(default=None, description="Another server; see LLM_CONFIG about its key.")
    max_tokens: int | None = Field(default=None, description="The most output tokens one answer may have.")


class RouteOverride(dg.Config):
    """Values of one route, for this run."""

    attempts_per_endpoint: int | None = Field(default=None, description="Failed attempts before it is left.")
    max_attempts: int | None = Field(default=None, description="All requests of one call.")
    deadline_s: float | None = Field(default=None, description="Seconds after which a call is given up.")
    max_validation_rounds: int | None = Field(default=None, description="How often a refused answer goes back.")


class LlmResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # it is its own value
    """Models by task, behind one engine. Loads without any key; what is wrong is refused on opening."""

    config_file: str | None = Field(
        default=None, description="YAML of endpoints and routes; LLM_CONFIG if unset, else the shipped file."
    )
    endpoints: dict[str, EndpointOverride] = Field(
        default={}, description="Replaces values of the file's endpoints, by name."
    )
    routes: dict[str, RouteOverride] = Field(default={}, description="Replaces values of the file's routes, by task.")

    def load(self, variables: Mapping[str, str] = os.environ) -> LlmConfig:
        """The configuration in force, or an error that names the field and the remedy."""
        overrides = {"endpoints": _given(self.endpoints), "routes": _given(self.routes)}
        return load_config(self._path(variables), overrides)

    def has_provider(self, variables: Mapping[str, str] = os.environ) -> bool:
        """Whether a real endpoint can be asked; if none can, the sandbox has to be running."""
        return is_on(self.load(variables), variables)

    @asynccontextmanager
    async def open(
        self, store: AnswerStore, sandbox_url: str | None = None, variables: Mapping[str, str] = os.environ
    ) -> AsyncIterator[Llm]:
        """The engine, for the event loop that opens it; the sandbox answers where no provider is on."""
        config = self.load(variables)
        if sandbox_url is None and not is_on(config, variables):
            sandbox_url = await asyncio.to_thread(_sandbox)
        async with Llm(plan(config, variables, sandbox_url), store) as llm:
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
