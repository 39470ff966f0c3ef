"""One SDK's client as every wire uses it: retries off, bodies and headers raw, every error one of the tree.

Requests go through the SDK's own door for raw requests: it knows the address, the key and the connection, and
leaves out the models that it otherwise builds of everything sent and received (half of its CPU time, measured).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx2

from resources.llm.adapters import failures
from resources.llm.adapters.standing import allowances
from resources.llm.errors import BadRequest, EndpointFailed, Malformed
from resources.llm.model import Allowance, Endpoint

Body = Mapping[str, Any]


class Sdk(NamedTuple):
    """What its exceptions are called: a refusal with a response, and everything else it raises."""

    refusal: type[Exception]
    failure: tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Received:
    """A whole JSON body, whatever it holds."""

    body: Any
    allowances: tuple[Allowance, ...] = ()
    first_token_s: float | None = None


class Channel:
    """One client, for one event loop."""

    def __init__(self, client: Any, sdk: Sdk, key: str) -> None:
        self._client = client
        self._sdk = sdk
        self._caught: tuple[type[Exception], ...] = (*sdk.failure, httpx2.HTTPError, ValueError)
        self._key = key

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, endpoint: Endpoint, path: str, body: Body, timeout_s: float) -> Received:
        """An answer in one piece."""
        try:
            response = await self._client.post(
                path, cast_to=httpx2.Response, body=body, options={"timeout": _timeout(endpoint, timeout_s)}
            )
            standing = allowances(response.headers, datetime.now(UTC))
            return Received(_json(endpoint, response.content, standing), standing)
        except self._caught as error:
            raise self._translated(endpoint, error) from error

    def _translated(self, endpoint: Endpoint, error: Exception) -> EndpointFailed:
        failures.scrub(error, self._key)
        if isinstance(error, self._sdk.refusal):
            refused: Any = error
            return failures.of_status(endpoint.name, refused.response, refused.body, datetime.now(UTC))
        if isinstance(error, UnicodeEncodeError):
            return BadRequest(endpoint.name, f"the request holds what cannot be sent: {error.reason}")
        return failures.of_transport(endpoint.name, error)


def _timeout(endpoint: Endpoint, timeout_s: float) -> httpx2.Timeout:
    return httpx2.Timeout(timeout_s, connect=endpoint.connect_timeout_s)


def _json(endpoint: Endpoint, content: bytes, standing: tuple[Allowance, ...]) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        told = f"a body that is no JSON: {content[:60].decode('utf-8', 'replace')}"
        raise Malformed(endpoint.name, told, spend="ambiguous", allowances=standing) from error
