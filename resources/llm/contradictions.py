"""What is right field by field in LLM_CONFIG, but not together: each with its path and what to do."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from resources.llm.errors import Problem
from resources.llm.sections import EndpointConfig, LlmConfig, RouteConfig, StepConfig


def contradictions(config: LlmConfig) -> Iterator[Problem]:
    yield from _twice("endpoints", "name", [endpoint.name for endpoint in config.endpoints])
    yield from _twice("routes", "task", [route.task for route in config.routes])
    budgets = [f"{budget.scope} {budget.name} a {budget.per}" for budget in config.budgets]
    yield from _twice("budgets", "name", budgets)
    for position, endpoint in enumerate(config.endpoints):
        yield from _unspeakable(endpoint, f"endpoints[{position}]")
        yield from _unreachable(endpoint, f"endpoints[{position}]")
    known = {endpoint.name: endpoint for endpoint in config.endpoints}
    for position, route in enumerate(config.routes):
        yield from _wrong_steps(route.steps, known, f"routes[{position}]", embeddings=False)
        yield from _too_few_attempts(route, f"routes[{position}]")
        yield from _astray(route, config.by_task, f"routes[{position}].fallback")
    if config.embedding:
        yield from _wrong_steps(config.embedding.steps, known, "embedding", embeddings=True)
    for position, budget in enumerate(config.budgets):
        if budget.scope == "all" and budget.name != "*":
            yield Problem(f"budgets[{position}].name", "a budget for all has no name; remove it")


def _twice(section: str, field: str, names: Sequence[str]) -> Iterator[Problem]:
    counted = Counter(names)
    for position, name in enumerate(names):
        if counted[name] > 1 and position != names.index(name):
            yield Problem(f"{section}[{position}].{field}", f"{name!r} is taken already; each needs one of its own")


def _unspeakable(endpoint: EndpointConfig, path: str) -> Iterator[Problem]:
    capabilities = endpoint.capabilities
    if capabilities.structured_output == "tool" and not capabilities.tools:
        yield Problem(f"{path}.capabilities.tools", "without tools no answer can be forced by one; write json_object")
    if endpoint.speaks == "anthropic" and capabilities.structured_output == "json_object":
        yield Problem(f"{path}.capabilities.structured_output", "the Anthropic wire has no json_object; write text")
    if endpoint.speaks == "anthropic" and capabilities.embeddings:
        yield Problem(f"{path}.capabilities.embeddings", "the Anthropic wire has no embeddings; remove it")
    if endpoint.speaks == "anthropic" and endpoint.reasoning_effort in ("none", "minimal"):
        yield Problem(f"{path}.reasoning_effort", "the Anthropic wire begins at low; remove it to have none")
    if endpoint.wire and endpoint.provider not in ("sandbox", "compatible") and endpoint.base_url is None:
        yield Problem(f"{path}.wire", "a provider speaks its own wire; remove it, or add the base_url that speaks it")
    if endpoint.breaker.open_s > endpoint.breaker.max_open_s:
        yield Problem(
            f"{path}.breaker.open_s", "the first rest is longer than the longest; lower it, or raise max_open_s"
        )


def _unreachable(endpoint: EndpointConfig, path: str) -> Iterator[Problem]:
    if endpoint.provider == "sandbox" and (endpoint.base_url or endpoint.api_key_env):
        yield Problem(f"{path}.base_url", "the sandbox is started where it is needed; remove URL and key")
    if endpoint.name.startswith("sandbox") != (endpoint.provider == "sandbox"):
        # Delivery knows answers by rules by this name, also long after the configuration changed.
        yield Problem(f"{path}.name", "names that begin with sandbox are those of the sandbox's endpoints, all of them")
    if endpoint.provider == "compatible" and endpoint.base_url is None:
        yield Problem(f"{path}.base_url", "a compatible server has no address of its own; add it")
    if endpoint.provider == "compatible" and endpoint.price is None:
        yield Problem(f"{path}.price", "no table knows its price; add it (0 for a server of your own)")
    if endpoint.provider == "bedrock" and endpoint.region is None:
        yield Problem(f"{path}.region", "Bedrock answers in a region; add it, for example eu-central-1")
    if endpoint.provider != "bedrock" and endpoint.region is not None:
        yield Problem(f"{path}.region", "only Bedrock has regions; remove it")


def _wrong_steps(
    steps: Sequence[StepConfig], known: Mapping[str, EndpointConfig], path: str, *, embeddings: bool
) -> Iterator[Problem]:
    names = [step.endpoint for step in steps]
    for position, name in enumerate(names):
        place = f"{path}.steps[{position}].endpoint"
        if name not in known:
            yield Problem(place, f"no endpoint is named {name!r}; there are {', '.join(known)}")
        elif known[name].capabilities.embeddings != embeddings:
            kind = "does not make vectors" if embeddings else "makes vectors, it does not answer"
            yield Problem(place, f"{name} {kind}; name another, or correct its capabilities.embeddings")
        elif name in names[:position]:
            yield Problem(place, f"{name} is in this route already; raise attempts_per_endpoint instead")


def _too_few_attempts(route: RouteConfig, path: str) -> Iterator[Problem]:
    if route.max_attempts <= route.max_validation_rounds:
        yield Problem(
            f"{path}.max_attempts",
            f"{route.max_validation_rounds} validation rounds need at least "
            f"{route.max_validation_rounds + 1} attempts; raise it",
        )


def _astray(route: RouteConfig, by_task: Mapping[str, RouteConfig], path: str) -> Iterator[Problem]:
    """A fallback that is nowhere, or that leads back to where it began."""
    way, here = [route.task], route.fallback
    while here is not None:
        if here not in by_task:
            if len(way) == 1:
                yield Problem(path, f"no route answers {here!r}; there are {', '.join(by_task)}")
            return
        if here in way:
            circle = " -> ".join([*way, here])
            if here == route.task:
                yield Problem(path, f"it leads back to itself ({circle}); remove one of these fallbacks")
            return
        way.append(here)
        here = by_task[here].fallback
