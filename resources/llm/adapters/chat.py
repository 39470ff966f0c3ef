"""A question goes out and its answer comes back: what is the same on every wire, by what is its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from resources.llm.adapters.channel import Channel, Received
from resources.llm.adapters.hearing import Hearing
from resources.llm.adapters.schema import Schema
from resources.llm.adapters.strict_limits import is_too_much
from resources.llm.endpoints import Endpoint
from resources.llm.errors import BadRequest
from resources.llm.messages import Completion, Prompt, Terms, Vectors


class Request(Protocol):
    """What is sent; it remembers what it made of a schema, as thousands of documents share one."""

    def body(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Mapping[str, Any]: ...

    def loosen(self, schema: Schema) -> bool:
        """Ask for this schema in no strict mode from now on; False if it was not asked for in one."""


@dataclass(frozen=True, slots=True)
class Wire:
    """Where a wire is asked, what is sent there, how a stream is heard and how an answer is read."""

    path: str
    request: Callable[[], Request]
    hearing: Callable[[], Hearing]
    read: Callable[[Endpoint, Received], Completion]


class ChatAdapter:
    """One client, for one event loop."""

    def __init__(self, channel: Channel, wire: Wire) -> None:
        self._channel = channel
        self._wire = wire
        self._request = wire.request()

    async def close(self) -> None:
        await self._channel.close()

    async def complete(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Completion:
        """What the provider will not compile is asked for in a looser mode: at once, and from then on."""
        try:
            return await self._complete(endpoint, prompt, terms)
        except BadRequest as error:
            if not (is_too_much(error.detail) and self._request.loosen(prompt.schema)):
                raise
        return await self._complete(endpoint, prompt, terms)

    async def _complete(self, endpoint: Endpoint, prompt: Prompt, terms: Terms) -> Completion:
        body = self._request.body(endpoint, prompt, terms)
        if terms.stream:
            received = await self._channel.listen(endpoint, self._wire.path, body, terms, self._wire.hearing())
        else:
            received = await self._channel.ask(endpoint, self._wire.path, body, terms.timeout_s)
        return self._wire.read(endpoint, received)

    async def embed(self, endpoint: Endpoint, texts: Sequence[str], timeout_s: float) -> Vectors:
        raise BadRequest(endpoint.name, "its wire has no embeddings")
