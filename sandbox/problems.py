"""What a provider complains about, before a wire gives the complaint its shape.

ProviderProblem
    kind      one of Kind: decides status, type and code on each wire
    sentence  what the provider says
    param     the part of the request that is at fault, where there is one
"""

from typing import Literal

Kind = Literal[
    "bad_request",
    "context_too_long",
    "content_policy",
    "unauthorized",
    "forbidden",
    "model_not_found",
    "not_found",
    "method_not_allowed",
    "too_large",
    "rate_limited",
    "quota_exhausted",
    "server_error",
    "unavailable",
    "timeout",
    "overloaded",
]


class ProviderProblem(Exception):
    """A request the provider answers with an error."""

    def __init__(self, kind: Kind, sentence: str, param: str | None = None, status: int | None = None) -> None:
        super().__init__(sentence)
        self.kind, self.sentence, self.param, self.status = kind, sentence, param, status


_BY_STATUS: dict[int, Kind] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    408: "timeout",
    413: "too_large",
    429: "rate_limited",
    503: "unavailable",
    504: "timeout",
    529: "overloaded",
}

_SENTENCES: dict[Kind, str] = {
    "unauthorized": "Incorrect API key provided (a fault of the sandbox).",
    "forbidden": "Your account has no access to this model (a fault of the sandbox).",
    "rate_limited": "Rate limit reached (a fault of the sandbox). Please try again later.",
    "server_error": "The server had an error while processing your request (a fault of the sandbox).",
    "unavailable": "The service is temporarily unavailable (a fault of the sandbox).",
    "timeout": "The request timed out (a fault of the sandbox).",
    "overloaded": "Overloaded (a fault of the sandbox).",
    "too_large": "Request exceeds the maximum size (a fault of the sandbox).",
}


def problem_of(status: int, sentence: str | None = None) -> ProviderProblem:
    """The problem a bare status stands for."""
    kind = _BY_STATUS.get(status, "server_error" if status >= 500 else "bad_request")
    said = sentence or _SENTENCES.get(kind, f"The request failed with status {status} (a fault of the sandbox).")
    return ProviderProblem(kind, said, status=status)
