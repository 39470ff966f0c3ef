"""What LLM_CONFIG may say; anything else is refused at load, with the field's path and the remedy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from resources.llm.errors import ConfigRefused, Problem
from resources.llm.model import Effort, StructuredOutput, Wire
from resources.llm.providers import PROVIDERS

SHIPPED = Path(__file__).with_name("default.yaml")

ProviderName = Literal["openai", "anthropic", "gemini", "sandbox"]

_REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "greater_than": "give a larger value; nothing is switched off by a 0",
    "too_short": "list at least one",
    "list_type": "write a list, one item a line, each beginning with '- '",
    "model_type": "write fields below it, one a line",
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PriceConfig(_Section):
    """Overrides the price table for one endpoint."""

    input_usd_per_mtok: Decimal = Field(ge=0, description="US dollars a million input tokens.")
    output_usd_per_mtok: Decimal = Field(ge=0, description="US dollars a million output tokens.")
    cached_input_usd_per_mtok: Decimal | None = Field(
        default=None,
        ge=0,
        description="US dollars a million input tokens read from the provider's cache; like input if unset.",
    )
    cache_write_usd_per_mtok: Decimal | None = Field(
        default=None,
        ge=0,
        description="US dollars a million input tokens written to the provider's cache; like input if unset.",
    )


class CapabilitiesConfig(_Section):
    """What the model behind an endpoint can do."""

    structured_output: StructuredOutput = Field(
        default="json_schema",
        description="How an answer's shape is forced: the wire's JSON schema, or (Anthropic) a strict tool.",
    )
    context_window_tokens: int | None = Field(
        default=None, gt=0, description="How much it reads; decides where a document goes that was too long."
    )
    embeddings: bool = Field(default=False, description="Whether it makes vectors instead of answers.")


class TimeoutsConfig(_Section):
    connect_s: float = Field(default=5.0, gt=0, description="Seconds until a connection must stand.")
    attempt_s: float = Field(default=120.0, gt=0, description="Seconds until one attempt must have answered.")


class EndpointConfig(_Section):
    """One model at one provider."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="What routes, records and reports call it.")
    provider: ProviderName = Field(description="Whose variables switch it on, and whose prices it has.")
    model: str = Field(min_length=1, description="The pinned model; an alias that moves is refused.")
    wire: Wire | None = Field(default=None, description="The wire it speaks, if not its provider's own.")
    base_url: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="A server of one's own. No key is sent there unless api_key_env names one.",
    )
    api_key_env: str | None = Field(
        default=None,
        pattern=r"^[A-Z][A-Z0-9_]*$",
        description="The variable that holds the key, if not the provider's usual one. Never the key.",
    )
    max_tokens: int = Field(default=8192, gt=0, description="The most output tokens one answer may have.")
    reasoning_effort: Effort | None = Field(
        default=None, description="How much it may think first; leave unset for models that do not."
    )
    max_batch_texts: int = Field(default=256, gt=0, description="Texts embedded in one request.")
    dimensions: int | None = Field(default=None, gt=0, description="Length of its vectors, if it can be chosen.")
    capabilities: CapabilitiesConfig = Field(
        default=CapabilitiesConfig(), description="What the model behind it can do."
    )
    timeouts: TimeoutsConfig = Field(default=TimeoutsConfig(), description="How long to wait for it.")
    price: PriceConfig | None = Field(default=None, description="Its price, where the price table has none or another.")

    @field_validator("model")
    @classmethod
    def _is_pinned(cls, model: str) -> str:
        if model == "latest" or model.endswith(("-latest", ":latest")):
            raise ValueError(f"{model} is an alias that moves without notice; write the dated model it stands for")
        return model

    @property
    def speaks(self) -> Wire:
        return self.wire or PROVIDERS[self.provider].wire


class StepConfig(_Section):
    endpoint: str = Field(description="The name of an endpoint above.")
    degraded: bool = Field(default=False, description="Whether its answers count as second best.")


class _Limits(_Section):
    attempts_per_endpoint: int = Field(default=2, gt=0, description="Failed attempts after which it is left.")
    max_attempts: int = Field(default=6, gt=0, description="All requests of one call: retries, fallbacks, rounds.")
    deadline_s: float = Field(default=300.0, gt=0, description="Seconds after which a call is given up.")


class RouteConfig(_Limits):
    """Who answers a task, in which order; endpoints that are off are skipped."""

    task: str = Field(min_length=1, description="The task feeds name.")
    steps: list[StepConfig] = Field(min_length=1, description="Endpoints, best first.")
    max_validation_rounds: int = Field(
        default=2, ge=0, description="How often a refused answer is sent back with what is wrong with it."
    )


class EmbeddingConfig(_Limits):
    """Who makes the vectors; the first that is on decides the model, others stand in for the same model."""

    steps: list[StepConfig] = Field(min_length=1, description="Endpoints, best first.")


class LlmConfig(_Section):
    endpoints: list[EndpointConfig] = Field(min_length=1, description="Every endpoint that routes may use.")
    routes: list[RouteConfig] = Field(min_length=1, description="One route a task.")
    embedding: EmbeddingConfig | None = Field(default=None, description="The route of embeddings, if any.")


def load_config(path: Path, overrides: Mapping[str, Any] | None = None) -> LlmConfig:
    """The configuration in a file, with single values replaced; what cannot be used is refused as a whole."""
    raw = _read(path)
    problems = list(_override(raw, overrides or {}))
    if problems:
        raise ConfigRefused("the launchpad", problems)
    return check_config(raw, str(path))


def check_config(raw: Any, source: str) -> LlmConfig:
    """A configuration whose every part can be used."""
    try:
        config = LlmConfig.model_validate(raw)
    except ValidationError as error:
        raise ConfigRefused(source, [_problem(found) for found in error.errors()]) from None
    problems = list(_contradictions(config))
    if problems:
        raise ConfigRefused(source, problems)
    return config


def _read(path: Path) -> Any:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = f"cannot be read ({type(error).__name__}); correct LLM_CONFIG, or unset it for the shipped file"
        raise ConfigRefused(str(path), [Problem("file", why)]) from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = f"line {place.line + 1}" if place else "file"
        raise ConfigRefused(str(path), [Problem(line, f"is not YAML: {getattr(error, 'problem', error)}")]) from error
    if not isinstance(raw, dict):
        raise ConfigRefused(str(path), [Problem("file", "holds no endpoints; start from the shipped file")])
    return raw


def _problem(found: Mapping[str, Any]) -> Problem:
    message = str(found["msg"]).removeprefix("Value error, ")
    remedy = _REMEDIES.get(found["type"])
    return Problem(dotted(found["loc"]), f"{message}; {remedy}" if remedy else message)


def dotted(parts: Iterable[str | int]) -> str:
    """`endpoints[1].model`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "file"


def _contradictions(config: LlmConfig) -> Iterator[Problem]:
    """What is right field by field, but not together."""
    yield from _twice("endpoints", "name", [endpoint.name for endpoint in config.endpoints])
    yield from _twice("routes", "task", [route.task for route in config.routes])
    for position, endpoint in enumerate(config.endpoints):
        yield from _unspeakable(endpoint, f"endpoints[{position}]")
    known = {endpoint.name: endpoint for endpoint in config.endpoints}
    for position, route in enumerate(config.routes):
        yield from _wrong_steps(route.steps, known, f"routes[{position}]", embeddings=False)
        yield from _too_few_attempts(route, f"routes[{position}]")
    if config.embedding:
        yield from _wrong_steps(config.embedding.steps, known, "embedding", embeddings=True)


def _twice(section: str, field: str, names: Sequence[str]) -> Iterator[Problem]:
    counted = Counter(names)
    for position, name in enumerate(names):
        if counted[name] > 1 and position != names.index(name):
            yield Problem(f"{section}[{position}].{field}", f"{name!r} is taken already; each needs one of its own")


def _unspeakable(endpoint: EndpointConfig, path: str) -> Iterator[Problem]:
    if endpoint.speaks == "openai" and endpoint.capabilities.structured_output == "tool":
        yield Problem(f"{path}.capabilities.structured_output", "'tool' is Anthropic's way; write json_schema")
    if endpoint.speaks == "anthropic" and endpoint.capabilities.embeddings:
        yield Problem(f"{path}.capabilities.embeddings", "the Anthropic wire has no embeddings; remove it")
    if endpoint.speaks == "anthropic" and endpoint.reasoning_effort in ("none", "minimal"):
        yield Problem(f"{path}.reasoning_effort", "the Anthropic wire begins at low; remove it to have none")
    if endpoint.provider == "sandbox" and (endpoint.base_url or endpoint.api_key_env):
        yield Problem(f"{path}.base_url", "the sandbox is started where it is needed; remove URL and key")
    if endpoint.name.startswith("sandbox") != (endpoint.provider == "sandbox"):
        # Delivery knows answers by rules by this name, also long after the configuration changed.
        yield Problem(f"{path}.name", "names that begin with sandbox are those of the sandbox's endpoints, all of them")
    if endpoint.wire and endpoint.provider != "sandbox" and endpoint.base_url is None:
        yield Problem(f"{path}.wire", "a provider speaks its own wire; remove it, or add the base_url that speaks it")


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


def _override(raw: Any, overrides: Mapping[str, Any]) -> Iterator[Problem]:
    """Replace single values in place; the file's own entries are found by their names."""
    for section, key in (("endpoints", "name"), ("routes", "task")):
        entries = raw.get(section)
        known = {entry.get(key): entry for entry in entries or () if isinstance(entry, dict)}
        for name, values in overrides.get(section, {}).items():
            if name not in known:
                yield Problem(f"{section}.{name}", f"the file has no such {key}; it has {', '.join(map(str, known))}")
            else:
                known[name].update(values)
