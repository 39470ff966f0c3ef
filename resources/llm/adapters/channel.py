"""One SDK's client as every wire uses it: retries off, bodies and headers raw, every error one of the tree.

Requests go through the SDK's own door for raw requests: it knows the address, the key and the connection, and
leaves out the models that it otherwise builds of everything sent and received (half of its CPU time, measured).
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import httpx2

from resources.llm.adapters import failures
from resources.llm.adapters.events import ServerSentEvents
from resources.llm.adapters.hearing import Hearing, Interrupted, Watch
from resources.llm.adapters.standing import allowances
from resources.llm.endpoints import Endpoint
from resources.llm.errors import Auth, BadRequest, Connection, EndpointFailed, Malformed, TimeoutAfterSend
from resources.llm.messages import Allowance, Terms

Body = Mapping[str, Any]
_WHOLE = re.compile(r"\bjson|\bhtml")  # kinds of bodies by servers that do not stream, and of proxies


class Sdk(NamedTuple):
    """What its exceptions are called: a refusal with a response, all that it raises, and no way to sign a request."""

    refusal: type[Exception]
    failure: tuple[type[Exception], ...]
    locked_out: tuple[type[Exception], ...] = ()


class Events(Protocol):
    """How bytes become events; one for each stream."""

    def feed(self, chunk: bytes) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class Received:
    """A whole JSON body, whatever it holds."""

    body: Any
    allowances: tuple[Allowance, ...] = ()
    first_token_s: float | None = None


class Channel:
    """One client, for one event loop."""

    def __init__(self, client: Any, sdk: Sdk, key: str, events: Callable[[], Events] = ServerSentEvents) -> None:
        self._client = client
        self._sdk = sdk
        self._caught: tuple[type[Exception], ...] = (*sdk.failure, httpx2.HTTPError, ValueError)
        self._key = key
        self._events = events

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, endpoint: Endpoint, path: str, body: Body, timeout_s: float) -> Received:
        """An answer in one piece."""
        try:
            response = await self._post(endpoint, path, body, timeout_s)
            standing = allowances(response.headers, datetime.now(UTC))
            return _whole(endpoint, response.content, standing)
        except self._caught as error:
            raise self._translated(endpoint, error) from error
        except EndpointFailed as error:
            error.forget(self._key)
            raise

    async def listen(self, endpoint: Endpoint, path: str, body: Body, terms: Terms, hearing: Hearing) -> Received:
        """An answer in pieces, whole or not at all; silence ends it long before the attempt's time does."""
        turn = _Turn(endpoint, hearing, Watch(terms, _now_s()), self._events())
        try:
            async with asyncio.timeout_at(turn.watch.until_s) as limit:
                async with aclosing(await self._post(endpoint, path, body, terms.timeout_s, stream=True)) as response:
                    return await turn.listen(response, limit)
        except TimeoutError as error:
            if not hearing.is_whole:
                raise TimeoutAfterSend(endpoint.name, turn.watch.complaint, **turn.facts) from error
        except self._caught as error:
            if not hearing.is_whole:
                raise self._translated(endpoint, error, **turn.facts) from error
        except EndpointFailed as error:
            error.forget(self._key)
            raise
        return turn.received()

    async def _post(
        self, endpoint: Endpoint, path: str, body: Body, timeout_s: float, *, stream: bool = False
    ) -> httpx2.Response:
        timeout = httpx2.Timeout(timeout_s, connect=endpoint.connect_timeout_s)
        response: httpx2.Response = await self._client.post(
            path, cast_to=httpx2.Response, body=body, options={"timeout": timeout}, stream=stream
        )
        return response

    def _translated(self, endpoint: Endpoint, error: Exception, **facts: Any) -> EndpointFailed:
        meant = self._meant(endpoint, error, **facts)
        meant.forget(self._key)
        failures.scrub(error, self._key)
        return meant

    def _meant(self, endpoint: Endpoint, error: Exception, **facts: Any) -> EndpointFailed:
        if isinstance(error, self._sdk.refusal):
            refused: Any = error
            return failures.of_status(endpoint.name, refused.response, refused.body)
        if isinstance(error, UnicodeEncodeError):
            return BadRequest(endpoint.name, f"the request holds what cannot be sent: {error.reason}")
        if isinstance(error, self._sdk.locked_out):
            return Auth(endpoint.name, f"{type(error).__name__}: {error}")
        return failures.of_transport(endpoint.name, error, **facts)


class _Turn:
    """One answer while it is listened to."""

    def __init__(self, endpoint: Endpoint, hearing: Hearing, watch: Watch, events: Events) -> None:
        self.watch = watch
        self._endpoint = endpoint
        self._hearing = hearing
        self._events = events
        self._standing: tuple[Allowance, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """What is known also of an answer that did not come to its end."""
        return {"allowances": self._standing, "first_token_s": self.watch.first_token_s}

    def received(self) -> Received:
        return Received(self._hearing.body(), **self.facts)

    async def listen(self, response: httpx2.Response, limit: asyncio.Timeout) -> Received:
        self._standing = allowances(response.headers, datetime.now(UTC))
        if _WHOLE.search(response.headers.get("content-type", "")):
            content = await response.aread()
            return _whole(self._endpoint, content, self._standing)
        async with aclosing(response.aiter_bytes()) as chunks:
            async for chunk in chunks:
                self._take(chunk, limit)
        if not self._hearing.is_whole:
            raise Connection(self._endpoint.name, "its answer was cut off", spend="ambiguous", **self.facts)
        return self.received()

    def _take(self, chunk: bytes, limit: asyncio.Timeout) -> None:
        before = self._hearing.pieces
        try:
            for data in self._events.feed(chunk):
                self._hearing.take(data)
        except (AttributeError, IndexError, Interrupted, KeyError, TypeError, ValueError) as error:
            if not self._hearing.is_whole:
                raise self._broken(error) from None  # the cause holds what was said until then
        if self._hearing.pieces > before or self._hearing.is_whole:
            self.watch.heard(_now_s(), is_whole=self._hearing.is_whole)
            limit.reschedule(self.watch.until_s)

    def _broken(self, error: Exception) -> EndpointFailed:
        if isinstance(error, Interrupted):
            return failures.of_event(self._endpoint.name, error.body, **self.facts)
        told = "an event of its stream that cannot be read"
        return Malformed(self._endpoint.name, told, spend="ambiguous", **self.facts)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _whole(endpoint: Endpoint, content: bytes, standing: tuple[Allowance, ...]) -> Received:
    """A body of one piece; gateways tell failures also in those of a status of 200."""
    try:
        body = json.loads(content)
    except ValueError:  # it holds the whole body
        told = f"a body that is no JSON: {content[:60].decode('utf-8', 'replace')}"
        raise Malformed(endpoint.name, told, spend="ambiguous", allowances=standing) from None
    if isinstance(body, dict) and body.get("error"):
        raise failures.of_event(endpoint.name, body, allowances=standing)
    return Received(body, standing)
