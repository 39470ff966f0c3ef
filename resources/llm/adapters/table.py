"""What the codes, the words and the statuses of all providers mean, as data; the first rule that fits decides.

One table for all, as gateways pass on what others said. Codes decide before words, words before the status.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from resources.llm.errors import (
    Auth,
    BadRequest,
    Connection,
    ContentRefused,
    ContextTooLong,
    EndpointFailed,
    Malformed,
    Overloaded,
    QuotaExhausted,
    RateLimited,
    TimeoutAfterSend,
    TimeoutBeforeSend,
    Unavailable,
)

Leaf = type[EndpointFailed]


class Rule(NamedTuple):
    """A refusal is this leaf if its status, its code and its words are these; what is not said fits all.

    An error in the middle of a stream has no status of its own, so none is asked of it.
    """

    leaf: Leaf
    status: int | None = None
    codes: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None

    def fits(self, status: int | None, codes: frozenset[str], text: str) -> bool:
        return (
            (status is None or self.status in (None, status))
            and (not self.codes or bool(self.codes & codes))
            and (self.words is None or self.words.search(text) is not None)
        )


def rule(leaf: Leaf, *codes: str, status: int | None = None, words: str | None = None) -> Rule:
    return Rule(leaf, status, frozenset(codes), re.compile(words, re.IGNORECASE) if words else None)


_QUOTA = (
    rule(
        QuotaExhausted,
        "insufficient_quota",  # OpenAI
        "billing_hard_limit_reached",
        "billing_not_active",
        "access_terminated",
        "contract_spend_limit_reached",  # Anthropic
        "enforced_spend_limit_reached",
        "linked_organization_spend_limit_reached",
        "linked_organization_billing_unavailable",
        "billing_error",
        "budget_exceeded",  # LiteLLM
        "ServiceQuotaExceededException",  # Bedrock
    ),
    rule(QuotaExhausted, "RESOURCE_EXHAUSTED", words=r"PerDay|per[_ ]day|limit: 0\b"),  # Gemini names its quotas
    rule(QuotaExhausted, status=400, words=r"credit balance is too low|usage limits"),
    rule(QuotaExhausted, "ThrottlingException", words=r"per day"),
    rule(QuotaExhausted, status=429, words=r"tokens per day|requests per day|\b(TPD|RPD)\b|spend(ing)? (limit|cap)"),
)
_TOO_LONG = (
    rule(ContextTooLong, "context_length_exceeded", "string_above_max_length", "request_too_large"),
    rule(ContextTooLong, status=429, words=r"request too large|input or output tokens must be reduced"),
    rule(
        ContextTooLong,
        status=400,
        words=r"maximum context length|context (window|limit|length|size)|exceeds? the maximum (number|input)"
        r"|exceed.*context|(prompt|input) is too long|too many input tokens|input token count.*exceeds",
    ),
)
_REFUSED = (
    rule(
        ContentRefused,
        "content_policy_violation",
        "content_filter",
        "moderation_blocked",
        "invalid_prompt",
        "safety",
    ),
    rule(
        ContentRefused,
        status=400,
        words=r"content (management |filtering )?policy|usage polic|safety system|blocked by.*(safety|guardrail)",
    ),
)
_KEYS_AND_NAMES = (
    rule(
        Auth,
        "model_not_found",
        "invalid_api_key",
        "invalid_organization",
        "unsupported_country_region_territory",
        "API_KEY_INVALID",
        "FAILED_PRECONDITION",
        "PERMISSION_DENIED",
        "UNAUTHENTICATED",
        "NOT_FOUND",
        "authentication_error",
        "permission_error",
        "not_found_error",
        "organization_on_hold",
        "AccessDeniedException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "NotAuthorized",
        "RequestExpired",
        "ExpiredTokenException",
        "ResourceNotFoundException",
    ),
    rule(Auth, status=400, words=r"api key not valid|api key expired|api_key_invalid"),
    rule(
        Auth,
        "ValidationException",
        words=r"model identifier is invalid|on-demand throughput|inference profile|end of its life",
    ),
)
_PRESSURE = (
    rule(RateLimited, "rate_limit_exceeded", "rate_limit_error", "ramp_limit_exceeded", "RESOURCE_EXHAUSTED"),
    rule(RateLimited, "ThrottlingException", "TooManyRequestsException"),
    rule(RateLimited, status=503, words=r"^slow down"),  # OpenAI, of callers that speed up too fast
    rule(Overloaded, "overloaded_error", "server_overloaded", "ModelNotReadyException"),
    rule(Overloaded, status=503, words=r"overloaded|too many connections"),
    rule(TimeoutAfterSend, "timeout_error", "ModelTimeoutException", "DEADLINE_EXCEEDED"),
    rule(
        Unavailable,
        "api_error",
        "server_error",
        "service_unavailable_error",
        "UNAVAILABLE",
        "INTERNAL",
        "InternalServerException",
        "ServiceUnavailableException",
        "ModelErrorException",
        "ModelStreamErrorException",
    ),
)

RULES = (*_QUOTA, *_TOO_LONG, *_REFUSED, *_KEYS_AND_NAMES, *_PRESSURE)

BY_STATUS: Mapping[int, Leaf] = {
    401: Auth,
    402: QuotaExhausted,
    403: Auth,
    404: Auth,  # providers say of a model that one may not use that it does not exist
    405: Auth,
    407: Auth,
    408: TimeoutBeforeSend,
    409: Unavailable,
    410: Auth,  # a model that is no more
    413: ContextTooLong,
    424: Unavailable,
    425: Unavailable,
    429: RateLimited,
    499: Connection,
    503: Unavailable,
    504: TimeoutAfterSend,
    524: TimeoutAfterSend,
    529: Overloaded,
}


def meaning(status: int | None, codes: frozenset[str], text: str) -> Leaf:
    """The leaf a refusal is."""
    return next((rule.leaf for rule in RULES if rule.fits(status, codes, text)), by_status(status))


def by_status(status: int | None) -> Leaf:
    """What a status means where nothing else is said; an error in a stream is the provider's own."""
    if status is None or status < 200:
        return Unavailable
    if status < 400:
        return Malformed
    return BY_STATUS.get(status, Unavailable if status >= 500 else BadRequest)
