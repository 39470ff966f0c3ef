"""What providers answer when they do not: bodies as their documentation and their SDKs show them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """A body, and the leaf of the tree it means."""

    label: str
    status: int
    body: Any
    means: str
    headers: dict[str, str] = field(default_factory=dict)
    retry_after_s: float | None = None


def openai_body(message: str, kind: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def anthropic_body(kind: str, message: str, error_code: str | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"type": kind, "message": message}
    if error_code:
        error["details"] = {"error_code": error_code}
    return {"type": "error", "error": error, "request_id": "req_011"}


# developers.openai.com/api/docs/guides/error-codes; compatible servers as their projects document them.
OPENAI = [
    Refusal(
        "a key that is wrong",
        401,
        openai_body(
            "Incorrect API key provided: sk-secret-of-the-test. You can find your API key in your account.",
            "invalid_request_error",
            "invalid_api_key",
        ),
        "auth",
    ),
    Refusal("a region not served", 403, openai_body("Country not supported", "request_forbidden"), "auth"),
    Refusal(
        "a model that is not there",
        404,
        openai_body("The model `x` does not exist", "invalid_request_error", "model_not_found"),
        "auth",
    ),
    Refusal(
        "a rate limit with seconds",
        429,
        openai_body("Rate limit reached for requests per min", "requests", "rate_limit_exceeded"),
        "rate_limited",
        {"retry-after": "7"},
        7.0,
    ),
    Refusal(
        "a rate limit with milliseconds",
        429,
        openai_body("Rate limit reached for tokens per min", "tokens", "rate_limit_exceeded"),
        "rate_limited",
        {"retry-after-ms": "250", "retry-after": "1"},
        0.25,
    ),
    Refusal("a rate limit without a word", 429, b"", "rate_limited"),
    Refusal(
        "a request larger than a minute's limit",
        429,
        openai_body("Request too large for x on tokens per min (TPM): Limit 30000", "tokens", "rate_limit_exceeded"),
        "context_too_long",
    ),
    Refusal(
        "a quota that is used up",
        429,
        openai_body("You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
        "quota_exhausted",
    ),
    Refusal(
        "a context that is too long",
        400,
        openai_body(
            "This model's maximum context length is 128000 tokens.",
            "invalid_request_error",
            "context_length_exceeded",
            "messages",
        ),
        "context_too_long",
    ),
    Refusal(
        "a context that is too long, at a compatible server",
        400,
        {"object": "error", "message": "This model's maximum context length is 4096 tokens.", "code": 400},
        "context_too_long",
    ),
    Refusal(
        "content against the policy",
        400,
        openai_body("Your request was flagged", "invalid_request_error", "content_policy_violation"),
        "content_refused",
    ),
    Refusal(
        "content against the policy, at a compatible server",
        400,
        {"message": "The response was filtered due to the content management policy", "code": 400},
        "content_refused",
    ),
    Refusal(
        "a schema it does not take",
        400,
        openai_body("Invalid schema for response_format 'x'", "invalid_request_error", None, "response_format"),
        "bad_request",
    ),
    Refusal("what it cannot process", 422, {"detail": [{"msg": "field required"}]}, "bad_request"),
    Refusal("a body that is too large", 413, b"<html>too large</html>", "context_too_long"),
    Refusal("a request it waited for too long", 408, b"", "timeout_before_send"),
    Refusal("a conflict of the moment", 409, openai_body("locked", "conflict"), "unavailable"),
    Refusal("an error of its own", 500, openai_body("The server had an error", "server_error"), "unavailable"),
    Refusal("an error of what is in front", 502, b"<html><h1>Bad gateway</h1></html>", "unavailable"),
    Refusal(
        "an overload",
        503,
        openai_body("The engine is currently overloaded", "server_error"),
        "overloaded",
        {"retry-after": "3"},
        3.0,
    ),
    Refusal("a pause", 503, b"", "unavailable"),
    Refusal("a gateway that lost patience", 504, b"", "timeout_after_send"),
    Refusal("no payment", 402, openai_body("Payment required", "billing"), "quota_exhausted"),
]

# platform.claude.com/docs/en/api/errors; the codes of `details` are those of the SDK's error classes.
ANTHROPIC = [
    Refusal("a key that is wrong", 401, anthropic_body("authentication_error", "invalid x-api-key"), "auth"),
    Refusal("a key that may not", 403, anthropic_body("permission_error", "not allowed"), "auth"),
    Refusal("a model that is not there", 404, anthropic_body("not_found_error", "model: x"), "auth"),
    Refusal(
        "a rate limit",
        429,
        anthropic_body("rate_limit_error", "This request would exceed your rate limit"),
        "rate_limited",
        {"retry-after": "12"},
        12.0,
    ),
    Refusal(
        "usage that grows too fast",
        429,
        anthropic_body("rate_limit_error", "Usage is growing too fast", "ramp_limit_exceeded"),
        "rate_limited",
        {"retry-after": "30"},
        30.0,
    ),
    Refusal(
        "a spending limit",
        429,
        anthropic_body("rate_limit_error", "Monthly threshold crossed", "enforced_spend_limit_reached"),
        "quota_exhausted",
    ),
    Refusal("a bill unpaid", 402, anthropic_body("billing_error", "Payment required"), "quota_exhausted"),
    Refusal(
        "credit that ran out",
        400,
        anthropic_body("invalid_request_error", "Your credit balance is too low to access the API"),
        "quota_exhausted",
    ),
    Refusal(
        "a prompt that is too long",
        400,
        anthropic_body("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        "context_too_long",
    ),
    Refusal("a body that is too large", 413, anthropic_body("request_too_large", "too large"), "context_too_long"),
    Refusal(
        "content that is blocked",
        400,
        anthropic_body("invalid_request_error", "Output blocked by content filtering policy"),
        "content_refused",
    ),
    Refusal(
        "a schema it does not take",
        400,
        anthropic_body("invalid_request_error", "output_config.format.schema: For 'string' type, ..."),
        "bad_request",
    ),
    Refusal("an error of its own", 500, anthropic_body("api_error", "Internal server error"), "unavailable"),
    Refusal("a pause", 503, b"", "unavailable"),
    Refusal("a gateway that lost patience", 504, anthropic_body("timeout_error", "timed out"), "timeout_after_send"),
    Refusal("an overload", 529, anthropic_body("overloaded_error", "Overloaded"), "overloaded"),
    Refusal("an overload without a word", 529, b"", "overloaded"),
]
