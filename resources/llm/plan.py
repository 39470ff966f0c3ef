"""Who can be asked, here and now: the configuration against the environment, with or without the sandbox.

With a sandbox's URL only sandbox endpoints answer, without one never: rules and real models do not mix.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from resources.llm.budgets import BudgetSettings
from resources.llm.endpoints import Endpoint, HedgeSettings, Price, RetrySettings, Route, Step
from resources.llm.errors import ConfigRefused, NoProvider, Problem, UnknownTask
from resources.llm.health import BreakerSettings
from resources.llm.limits import LimitSettings
from resources.llm.prices import has_price
from resources.llm.providers import DUMMY_KEY, PROVIDERS
from resources.llm.sections import (
    Allowed,
    EmbeddingConfig,
    EndpointConfig,
    LlmConfig,
    RouteConfig,
    StepConfig,
)

EMBEDDING_TASK = "embed"
_PROBE_GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes holding only endpoints that are on; `skipped` says of every other why it is off."""

    routes: Mapping[str, Route]
    unanswerable: Mapping[str, NoProvider]
    embedding: Route | None
    skipped: Mapping[str, str]
    is_sandbox: bool
    breakers: Mapping[str, BreakerSettings] = field(default_factory=dict)
    slow_floors_s: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, LimitSettings] = field(default_factory=dict)
    budgets: tuple[BudgetSettings, ...] = ()

    def route(self, task: str) -> Route:
        """The route of a task, or an error that says what to add."""
        if task in self.unanswerable:
            raise self.unanswerable[task]
        if task not in self.routes:
            raise UnknownTask(task, sorted(self.routes))
        return self.routes[task]


def is_on(config: LlmConfig, variables: Mapping[str, str]) -> bool:
    """Whether any real endpoint could be asked; the sandbox is for those who have none."""
    return any(
        not isinstance(_locate(endpoint, variables, None), str)
        for endpoint in config.endpoints
        if endpoint.provider != "sandbox"
    )


def plan(config: LlmConfig, variables: Mapping[str, str], sandbox_url: str | None = None) -> Plan:
    """The routes as they can be travelled now; that nobody at all is on is an error."""
    found = {endpoint.name: _resolve(endpoint, variables, sandbox_url) for endpoint in config.endpoints}
    on = {name: endpoint for name, endpoint in found.items() if isinstance(endpoint, Endpoint)}
    skipped = {name: why for name, why in found.items() if isinstance(why, str)}
    _refuse_unpriced(config, on)
    versions = _Versions(config, is_sandbox=sandbox_url is not None)
    ways = {route.task: _with_fallbacks(route, config.by_task) for route in config.routes}
    routes = [_route(route, ways[route.task], on, versions) for route in config.routes]
    unanswerable = {route.task: _nobody(ways[route.task], route.task, skipped) for route in routes if not route.steps}
    if len(unanswerable) == len(routes):
        raise next(iter(unanswerable.values()))
    return Plan(
        routes={route.task: route for route in routes if route.steps},
        unanswerable=unanswerable,
        embedding=_embedding(config.embedding, on, versions),
        skipped=skipped,
        is_sandbox=sandbox_url is not None,
        breakers={each.name: _breaker(each, on[each.name]) for each in config.endpoints if each.name in on},
        slow_floors_s={each.name: each.breaker.slow_s for each in config.endpoints if each.name in on},
        limits={each.name: LimitSettings(**each.limits.model_dump()) for each in config.endpoints if each.name in on},
        budgets=tuple(BudgetSettings(**budget.model_dump()) for budget in config.budgets),
    )


def _breaker(said: EndpointConfig, endpoint: Endpoint) -> BreakerSettings:
    """A probe's lease is lost when its attempt must be over; another key or address is another door."""
    return BreakerSettings(
        **said.breaker.model_dump(exclude={"slow_s"}),
        probe_ttl_s=said.timeouts.attempt_s + _PROBE_GRACE_S,
        identity=hashlib.sha256(f"{endpoint.base_url} {endpoint.api_key}".encode()).hexdigest()[:8],
    )


@dataclass(frozen=True, slots=True)
class _Place:
    url: str
    key: str


def _locate(endpoint: EndpointConfig, variables: Mapping[str, str], sandbox_url: str | None) -> _Place | str:
    """Where an endpoint is and with which key, or why it is off."""
    if endpoint.provider == "sandbox":
        return _sandbox(endpoint, sandbox_url) if sandbox_url else "the sandbox is not running"
    if sandbox_url:
        return "the sandbox answers"
    provider = PROVIDERS[endpoint.provider]
    key_variable = endpoint.api_key_env or (None if endpoint.base_url else provider.key_variable)
    key = _value(variables, key_variable)
    own_url = endpoint.base_url or _value(variables, provider.url_variable)
    signs = any(_value(variables, name) for name in provider.chain_variables)
    url = own_url or (provider.base_url if key or signs else None)
    if url is None:
        return f"neither {key_variable} nor {provider.url_variable} is set"
    return _Place(url.format(region=endpoint.region) if endpoint.region else url, key or DUMMY_KEY)


def _sandbox(endpoint: EndpointConfig, url: str) -> _Place:
    root = url.rstrip("/")
    return _Place(f"{root}/v1" if endpoint.speaks == "openai" else root, DUMMY_KEY)


def _value(variables: Mapping[str, str], name: str | None) -> str | None:
    value = variables.get(name, "").strip() if name else ""
    if not value:
        return None
    if name and name.endswith("_URL") and not value.startswith(("http://", "https://")):
        raise ConfigRefused("the environment", [Problem(name, "it must begin with http:// or https://")])
    if not value.isascii() or not value.isprintable():
        raise ConfigRefused("the environment", [Problem(str(name), "it holds a character that cannot be sent")])
    return value


def _resolve(endpoint: EndpointConfig, variables: Mapping[str, str], sandbox_url: str | None) -> Endpoint | str:
    place = _locate(endpoint, variables, sandbox_url)
    if isinstance(place, str):
        return place
    return Endpoint(
        name=endpoint.name,
        provider=endpoint.provider,
        wire=endpoint.speaks,
        model=endpoint.model,
        base_url=place.url,
        api_key=place.key,
        max_tokens=endpoint.max_tokens,
        attempt_timeout_s=endpoint.timeouts.attempt_s,
        connect_timeout_s=endpoint.timeouts.connect_s,
        first_token_timeout_s=endpoint.timeouts.first_token_s,
        stall_timeout_s=endpoint.timeouts.stall_s,
        region=endpoint.region,
        streaming=endpoint.capabilities.streaming,
        vision=endpoint.capabilities.vision,
        structured_output=endpoint.capabilities.structured_output,
        reasoning_effort=endpoint.reasoning_effort,
        context_window_tokens=endpoint.capabilities.context_window_tokens,
        batch_texts=endpoint.max_batch_texts,
        dimensions=endpoint.dimensions,
        price=_price(endpoint),
        price_list=PROVIDERS[endpoint.provider].price_list,
    )


def _price(endpoint: EndpointConfig) -> Price | None:
    return Price(**endpoint.price.model_dump()) if endpoint.price else None


def _refuse_unpriced(config: LlmConfig, on: Mapping[str, Endpoint]) -> None:
    """Money that cannot be counted is not spent."""
    problems = [
        Problem(
            f"endpoints[{position}].price",
            f"no price is known for {endpoint.model} of {endpoint.provider}; add input_usd_per_mtok and "
            "output_usd_per_mtok (0 for a server of your own)",
        )
        for position, endpoint in enumerate(config.endpoints)
        if endpoint.name in on and not has_price(on[endpoint.name])
    ]
    if problems:
        raise ConfigRefused("LLM_CONFIG", problems)


def _steps(steps: Sequence[StepConfig], on: Mapping[str, Endpoint]) -> Iterator[Step]:
    for step in steps:
        if step.endpoint in on:
            yield Step(on[step.endpoint], step.degraded, step.tier, step.max_tokens, step.structured_output)


def _with_fallbacks(route: RouteConfig, by_task: Mapping[str, RouteConfig]) -> list[StepConfig]:
    """A route's own steps, then those of its fallbacks, second best."""
    steps, here = list(route.steps), route.fallback
    while here is not None:
        further = by_task[here]
        named = {step.endpoint for step in steps}
        steps += [step.model_copy(update={"degraded": True}) for step in further.steps if step.endpoint not in named]
        here = further.fallback
    return steps


def _nobody(steps: Sequence[StepConfig], task: str, skipped: Mapping[str, str]) -> NoProvider:
    return NoProvider(task, [f"{step.endpoint}: {skipped[step.endpoint]}" for step in steps])


def _route(route: RouteConfig, steps: Sequence[StepConfig], on: Mapping[str, Endpoint], versions: "_Versions") -> Route:
    hedge = route.hedge
    return replace(
        _allowed(route, route.task, tuple(_steps(steps, on)), versions.of(steps)),
        max_validation_rounds=route.max_validation_rounds,
        escalate_after=route.escalate_after,
        complex_above_chars=route.complex_above_chars,
        hedge=HedgeSettings(hedge.share, hedge.after_s) if hedge else None,
    )


def _allowed(said: Allowed, task: str, steps: tuple[Step, ...], version: str) -> Route:
    return Route(
        task=task,
        steps=steps,
        attempts_per_endpoint=said.attempts_per_endpoint,
        max_attempts=said.max_attempts,
        deadline_s=said.deadline_s,
        max_validation_rounds=0,
        version=version,
        patience_s=said.patience_s,
        prefer=said.prefer,
        retries=RetrySettings(**said.retries.model_dump()),
    )


def _embedding(embedding: EmbeddingConfig | None, on: Mapping[str, Endpoint], versions: "_Versions") -> Route | None:
    """None where nobody makes vectors; vectors of two models are not to be compared, so one model decides."""
    steps = tuple(_steps(embedding.steps, on)) if embedding else ()
    if embedding is None or not steps:
        return None
    first = steps[0].endpoint
    alike = tuple(
        step for step in steps if (step.endpoint.model, step.endpoint.dimensions) == (first.model, first.dimensions)
    )
    return _allowed(embedding, EMBEDDING_TASK, alike, versions.of(embedding.steps))


class _Versions:
    """What a route would answer with, as a hash: its models and their settings, not keys, limits or timeouts.

    An endpoint that is off counts like one that is on: a second key must not extract everything again.
    """

    def __init__(self, config: LlmConfig, *, is_sandbox: bool) -> None:
        self._endpoints = {
            endpoint.name: endpoint for endpoint in config.endpoints if (endpoint.provider == "sandbox") == is_sandbox
        }

    def of(self, steps: Sequence[StepConfig]) -> str:
        facts = [
            self._facts(self._endpoints[step.endpoint], step) for step in steps if step.endpoint in self._endpoints
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]

    def _facts(self, endpoint: EndpointConfig, step: StepConfig) -> list[Any]:
        return [
            endpoint.provider,
            endpoint.model,
            endpoint.max_tokens,
            endpoint.reasoning_effort,
            endpoint.dimensions,
            step.structured_output or endpoint.capabilities.structured_output,
            step.max_tokens,
            step.tier,
            step.degraded,
        ]
