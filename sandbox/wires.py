"""Which wire and operation a path belongs to; any prefix may stand before it, to play several providers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import unquote

from sandbox import anthropic_wire, bedrock_wire, openai_wire
from sandbox.exchange import Headers
from sandbox.frames import Frame
from sandbox.problems import ProviderProblem
from sandbox.question import Question, Reply
from sandbox.quota import Standing


class Wire(Protocol):
    """What a module must hold to speak a provider's wire."""

    NAME: str
    REPLY_PREFIX: str
    STREAM_TYPE: str

    def read_question(self, body: Mapping[str, Any]) -> Question:
        """The question in a request's body."""

    def error_body(self, problem: ProviderProblem, request_id: str) -> tuple[int, dict[str, Any]]:
        """Status and body of an error."""

    def error_headers(self, problem: ProviderProblem) -> Headers:
        """What an error's headers say of it."""

    def error_frame(self, problem: ProviderProblem) -> Frame:
        """The event that reports an error in the middle of a stream."""

    def headers(self, request_id: str) -> Headers:
        """The headers of every response."""

    def limit_headers(self, standing: Standing, now: datetime) -> Headers:
        """The headers that say where the caller stands."""

    def reply_body(self, reply: Reply) -> dict[str, Any]:
        """A whole answer."""

    def reply_frames(self, reply: Reply, wants_usage: bool) -> list[Frame]:
        """The events of a streamed answer."""


_PATHS: tuple[tuple[re.Pattern[str], Wire | None, str, str], ...] = (
    (re.compile(r".*/chat/completions"), openai_wire, "chat", "POST"),
    (re.compile(r".*/embeddings"), openai_wire, "embeddings", "POST"),
    (re.compile(r".*/messages"), anthropic_wire, "chat", "POST"),
    (re.compile(r".*/messages/count_tokens"), anthropic_wire, "count_tokens", "POST"),
    (re.compile(r".*/model/(?P<model>[^/]+)/invoke"), bedrock_wire, "chat", "POST"),
    (re.compile(r".*/model/(?P<model>[^/]+)/(?P<stream>invoke-with-response-stream)"), bedrock_wire, "chat", "POST"),
    (re.compile(r".*/models(?:/(?P<model>[^/]+))?"), None, "models", "GET"),
)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request leads; `told` is what the path says and other wires have in the body."""

    wire: Wire
    operation: str
    model: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


def find_route(method: str, path: str, headers: Mapping[str, str]) -> Route:
    """The route of a request; a model list is told apart by the caller's version header."""
    spoken = _spoken(path, headers)
    for pattern, wire, operation, wanted in _PATHS:
        found = pattern.fullmatch(path)
        if found is None:
            continue
        if method != wanted:
            raise ProviderProblem("method_not_allowed", f"Not allowed to {method} on {path}.")
        return _route(wire or spoken, operation, found)
    raise ProviderProblem("not_found", f"Unknown request URL: {method} {path}. Please check the URL for typos.")


def _route(wire: Wire, operation: str, found: re.Match[str]) -> Route:
    named = found.groupdict()
    model = unquote(named["model"]) if named.get("model") else None
    told = {"model": model, "stream": "stream" in named} if wire is bedrock_wire else {}
    return Route(wire, operation, model, told)


def _spoken(path: str, headers: Mapping[str, str]) -> Wire:
    if "/model/" in path:
        return bedrock_wire
    return anthropic_wire if "anthropic-version" in headers or "/messages" in path else openai_wire


def wire_of(path: str, headers: Mapping[str, str]) -> Wire:
    """The wire in which to answer what leads nowhere."""
    return _spoken(path, headers)
