"""The sections of LLM_CONFIG: every field with what it means, and what cannot be meant refused by its type."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from resources.llm.endpoints import Effort, Prefer, StructuredOutput, Wire
from resources.llm.providers import PROVIDERS

ProviderName = Literal["openai", "anthropic", "gemini", "bedrock", "compatible", "sandbox"]

_MOVING = ("latest", "-latest", ":latest", "@latest")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PriceConfig(Section):
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


class CapabilitiesConfig(Section):
    """What the model behind an endpoint can do."""

    structured_output: StructuredOutput = Field(
        default="json_schema",
        description="The strictest way it has to force an answer's shape: json_schema, tool (a strict tool), "
        "json_object (JSON, its shape told in words) or text (all told in words).",
    )
    tools: bool = Field(default=True, description="Whether it can be given tools.")
    streaming: bool = Field(
        default=True, description="Whether its answers can be streamed, so that silence is noticed."
    )
    vision: bool = Field(default=False, description="Whether it reads pictures of pages.")
    context_window_tokens: int | None = Field(
        default=None, gt=0, description="How much it reads; decides where a document goes that was too long."
    )
    embeddings: bool = Field(default=False, description="Whether it makes vectors instead of answers.")


class TimeoutsConfig(Section):
    connect_s: float = Field(default=5.0, gt=0, description="Seconds until a connection must stand.")
    first_token_s: float = Field(default=14.0, gt=0, description="Seconds of silence before an answer begins.")
    stall_s: float = Field(default=15.0, gt=0, description="Seconds of silence in the middle of an answer.")
    attempt_s: float = Field(default=120.0, gt=0, description="Seconds until one attempt must have answered.")


class BreakerConfig(Section):
    """When an endpoint is left alone, and how it comes back. ADR 7 says why these numbers."""

    window_s: float = Field(default=60.0, gt=0, description="Calls of so many seconds count.")
    failure_share: float = Field(default=0.3, gt=0, le=1, description="It rests when this share of them failed.")
    min_calls: int = Field(default=10, gt=0, description="Shares say nothing below so many calls.")
    consecutive_failures: int = Field(default=3, gt=0, description="It rests when so many failed without a success.")
    slow_share: float = Field(default=0.5, gt=0, le=1, description="It rests when this share of them were slow.")
    consecutive_slow: int = Field(default=5, gt=0, description="It rests when so many in a row were slow.")
    slow_s: float = Field(
        default=20.0, gt=0, description="No call is slow before so many seconds; long answers are given more."
    )
    open_s: float = Field(default=10.0, gt=0, description="The first rest, in seconds.")
    growth: float = Field(default=2.0, ge=1, description="Each further rest is so many times as long.")
    max_open_s: float = Field(default=24.0, gt=0, description="No rest is longer.")
    quarantine_s: float = Field(
        default=900.0, gt=0, description="The rest of one whose key or quota waiting does not mend."
    )
    ramp: tuple[PositiveInt, ...] = Field(
        default=(1, 5, 10), min_length=1, description="Probes of each stage before it is trusted again."
    )


class LimitsConfig(Section):
    """What the provider allows; its headers are believed where they say less, or more lately."""

    requests_per_minute: int | None = Field(default=None, gt=0, description="Requests a minute.")
    tokens_per_minute: int | None = Field(default=None, gt=0, description="Tokens a minute, in and out.")
    input_tokens_per_minute: int | None = Field(default=None, gt=0, description="Tokens a minute that are read.")
    output_tokens_per_minute: int | None = Field(default=None, gt=0, description="Tokens a minute that are written.")
    window_s: float = Field(default=60.0, gt=0, description="The window the limits are published for, if not a minute.")
    burst_s: float = Field(default=10.0, gt=0, description="So many seconds' worth may go at once.")
    use: float = Field(default=1.0, gt=0, le=1, description="The share of the limits that is ours to use.")
    shape: Literal["bucket", "window"] | None = Field(
        default=None, description="Refilled drop by drop, or at once when a window ends; found out if unset."
    )


class EndpointConfig(Section):
    """One model at one provider."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="What routes, records and reports call it.")
    provider: ProviderName = Field(description="Whose variables switch it on, and whose prices it has.")
    model: str = Field(min_length=1, description="The pinned model; an alias that moves is refused.")
    region: str | None = Field(
        default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="The AWS region; Bedrock only."
    )
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
    breaker: BreakerConfig = Field(default=BreakerConfig(), description="When it is left alone.")
    limits: LimitsConfig = Field(default=LimitsConfig(), description="What its provider allows.")
    price: PriceConfig | None = Field(default=None, description="Its price, where the price table has none or another.")

    @field_validator("model")
    @classmethod
    def _is_pinned(cls, model: str) -> str:
        if model == "latest" or model.endswith(_MOVING):
            raise ValueError(f"{model} is an alias that moves without notice; write the dated model it stands for")
        return model

    @property
    def speaks(self) -> Wire:
        return self.wire or PROVIDERS[self.provider].wire


class StepConfig(Section):
    endpoint: str = Field(description="The name of an endpoint above.")
    tier: int = Field(
        default=1, ge=1, le=9, description="1 is asked first; a refused answer climbs to the next, stronger one."
    )
    degraded: bool = Field(default=False, description="Whether its answers count as second best.")
    max_tokens: int | None = Field(default=None, gt=0, description="Fewer output tokens than the endpoint would give.")
    structured_output: StructuredOutput | None = Field(
        default=None, description="A simpler way to ask for the shape than the endpoint's own."
    )


class RetriesConfig(Section):
    """Retries at one endpoint are a share of the calls made there, over all calls of a process."""

    share: float = Field(default=0.2, ge=0, le=1, description="Retries a call.")
    floor_per_minute: float = Field(default=10.0, ge=0, description="So many a minute are always there.")
    most: float = Field(default=20.0, gt=0, description="So many can be saved up.")


class HedgeConfig(Section):
    """Ask a second endpoint when the first is late. It costs money: off unless this section stands in the route."""

    share: float = Field(default=0.05, gt=0, le=0.05, description="At most this share of the calls, up to 5 %.")
    after_s: float | None = Field(
        default=None, gt=0, description="Late is after so many seconds; the endpoint's p95 if unset."
    )


class Allowed(Section):
    attempts_per_endpoint: int = Field(default=2, gt=0, description="Failed attempts after which it is left.")
    max_attempts: int = Field(default=6, gt=0, description="All requests of one call: retries, fallbacks, rounds.")
    deadline_s: float = Field(default=300.0, gt=0, description="Seconds after which a call is given up.")
    patience_s: float = Field(
        default=60.0, gt=0, description="Seconds in which nobody at all could be asked, after which it is given up."
    )
    prefer: Prefer = Field(
        default="order", description="Who is first in a tier: as listed, the cheapest, or the fastest as measured."
    )
    retries: RetriesConfig = Field(default=RetriesConfig(), description="How much may be asked again.")


class RouteConfig(Allowed):
    """Who answers a task, in which order; endpoints that are off are skipped."""

    task: str = Field(min_length=1, description="The task feeds name.")
    steps: list[StepConfig] = Field(min_length=1, description="Endpoints, best first.")
    fallback: str | None = Field(
        default=None, description="Another task, whose endpoints are asked as second best when all of these fail."
    )
    escalate_after: int = Field(
        default=1, gt=0, description="Refused answers of one tier after which the next is asked."
    )
    complex_above_chars: int | None = Field(
        default=None, gt=0, description="Prompts longer than this begin with the second tier."
    )
    max_validation_rounds: int = Field(
        default=2, ge=0, description="How often a refused answer is sent back with what is wrong with it."
    )
    hedge: HedgeConfig | None = Field(default=None, description="Ask a second endpoint when the first is late.")


class EmbeddingConfig(Allowed):
    """Who makes the vectors; the first that is on decides the model, others stand in for the same model."""

    steps: list[StepConfig] = Field(min_length=1, description="Endpoints, best first.")


class BudgetConfig(Section):
    """Money that may be spent. Told at 50 %, slowed at 80 %, urgent feeds only at 95 %, refused at 100 %."""

    scope: Literal["all", "tenant", "feed", "provider"] = Field(description="Whose spending counts.")
    name: str = Field(default="*", min_length=1, description="Which tenant, feed or provider; * for each of them.")
    per: Literal["day", "month"] = Field(description="The period, in UTC.")
    limit_usd: Decimal = Field(gt=0, description="US dollars in one period.")


class SamplesConfig(Section):
    """Some requests are kept in full, so that people see what is asked and answered. Secrets are hidden."""

    share: float = Field(default=0.01, ge=0, le=1, description="The share of calls kept in full; 0 keeps none.")
    failed_share: float = Field(default=0.1, ge=0, le=1, description="The same of requests that failed.")
    redact: tuple[str, ...] = Field(
        default=(), description="Regular expressions of what else must not be kept, such as names or IBANs."
    )

    @field_validator("redact")
    @classmethod
    def _can_be_read(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as wrong:
                raise ValueError(f"{pattern!r} is no regular expression ({wrong})") from wrong
        return patterns


class LlmConfig(Section):
    endpoints: list[EndpointConfig] = Field(min_length=1, description="Every endpoint that routes may use.")
    routes: list[RouteConfig] = Field(min_length=1, description="One route a task.")
    embedding: EmbeddingConfig | None = Field(default=None, description="The route of embeddings, if any.")
    budgets: list[BudgetConfig] = Field(default=[], description="What may be spent; nothing is limited if empty.")
    samples: SamplesConfig = Field(default=SamplesConfig(), description="Which requests are kept in full.")

    @property
    def by_task(self) -> Mapping[str, RouteConfig]:
        return {route.task: route for route in self.routes}
