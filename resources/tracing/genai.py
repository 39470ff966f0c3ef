"""A request to a model as a span of OpenTelemetry's conventions for generative AI, plus what only Weir knows."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from resources.llm.watching import Ended

_PROVIDERS = {"gemini": "gcp.gemini", "bedrock": "aws.bedrock"}
_WORDS = 300  # of an error's sentence


class Requests:
    """Tells each request when it is over, with the times it really had; below whatever span is current."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def ended(self, request: Ended) -> None:
        attempt = request.attempt
        operation = "embeddings" if request.asked is None else "chat"
        span = self._tracer.start_span(
            f"{operation} {request.endpoint.model}",
            kind=SpanKind.CLIENT,
            attributes=_attributes(request, operation),
            start_time=_nanoseconds(attempt.started_at.timestamp()),
        )
        if attempt.error:
            span.set_attribute("error.type", attempt.error)
            span.set_status(Status(StatusCode.ERROR, request.came[:_WORDS]))
        ended_at = attempt.started_at + timedelta(seconds=attempt.latency_s)
        span.end(_nanoseconds(ended_at.timestamp()))


def _attributes(request: Ended, operation: str) -> Mapping[str, AttributeValue]:
    attempt, endpoint = request.attempt, request.endpoint
    address = urlsplit(endpoint.base_url)
    facts: dict[str, AttributeValue | None] = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": _PROVIDERS.get(endpoint.provider, endpoint.provider),
        "gen_ai.request.model": endpoint.model,
        "gen_ai.request.max_tokens": request.max_tokens or None,
        "gen_ai.response.model": attempt.model,
        "gen_ai.response.finish_reasons": [attempt.stop_reason] if attempt.stop_reason else None,
        "gen_ai.usage.input_tokens": attempt.input_tokens,
        "gen_ai.usage.output_tokens": attempt.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": attempt.cached_tokens or None,
        "gen_ai.usage.cache_creation.input_tokens": attempt.cache_write_tokens or None,
        "gen_ai.output.type": "json" if request.asked else None,
        "server.address": address.hostname,
        "server.port": address.port,
        "weir.call_id": attempt.call_id,
        "weir.attempt": attempt.attempt,
        "weir.endpoint": attempt.endpoint,
        "weir.task": attempt.task,
        "weir.outcome": attempt.outcome,
        "weir.prompt_version": attempt.prompt_version,
        "weir.cost_usd": float(attempt.cost_usd),
        "weir.fallback": attempt.fallback,
        "weir.hedge": attempt.hedge,
        "weir.degraded": attempt.degraded,
        "weir.feed": attempt.feed,
        "weir.tenant": attempt.tenant,
        "weir.run_id": attempt.run_id,
        "weir.first_token_s": attempt.first_token_s,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _nanoseconds(epoch_s: float) -> int:
    return int(epoch_s * 1e9)
