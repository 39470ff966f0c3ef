"""What an adapter is given, and what it gives back: one request, one answer or one error of the tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from resources.llm.endpoints import Endpoint, StructuredOutput

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a page, for models that see."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["user", "assistant"]
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is sent: the conversation so far and the shape of the answer."""

    system: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    schema_name: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as they are billed: input includes what the cache held or was given, output includes reasoning."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """How one request is to be made; an adapter keeps to them and decides nothing.

    `stream` only so that silence is noticed: after `first_token_s` without a token, or `stall_s` between two.
    """

    max_tokens: int
    timeout_s: float
    stream: bool = False
    first_token_s: float = 15.0
    stall_s: float = 15.0
    structured_output: StructuredOutput = "json_schema"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Where a provider says we stand with one limit: what is left of it, and when it is full again."""

    what: Literal["requests", "tokens", "input_tokens", "output_tokens"]
    limit: int
    remaining: int
    reset_s: float


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back, whole: an answer that was cut is an error and never this."""

    text: str
    model: str
    stop_reason: str | None
    usage: Usage
    first_token_s: float | None = None
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class Vectors:
    """One row for each text, in their order."""

    matrix: "NDArray[float32]"
    model: str
    usage: Usage
    allowances: tuple[Allowance, ...] = ()


class Adapter(Protocol):
    """A provider's wire, without any policy: one request, one answer or one error of the tree."""

    async def complete(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Completion: ...

    async def embed(self, endpoint: Endpoint, texts: Sequence[str], timeout_s: float) -> Vectors: ...

    async def close(self) -> None: ...
