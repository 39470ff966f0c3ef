"""A webhook: one POST an event, signed, under a key that lets the other side know it again."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import httpx2

from resources.sink.address import Address, is_loopback, read_address
from resources.sink.answers import OVERLOADED, Answer, judge, retry_after
from resources.sink.background import Background
from resources.sink.errors import SinkError, UnusableUrl
from resources.sink.event import Event
from resources.sink.limits import Limits, settle
from resources.sink.signing import Secret

AT_ONCE = 8
TIMEOUT_S = 15.0
ANSWER_BYTES = 2_000  # of an answer's body; the rest is not read
MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"


class WebhookSink:
    batch = 64

    def __init__(
        self, address: Address, secret: Secret | None, limits: Limits, now: Callable[[], float] = time.time
    ) -> None:
        self._address = address
        self._secret = secret
        self._limits = limits
        self._now = now
        self._background = Background("webhook sink")
        self._client: httpx2.AsyncClient | None = None

    @classmethod
    def read(cls, url: str, variables: Mapping[str, str]) -> "WebhookSink":
        address = read_address(url)
        parts = httpx2.URL(url)
        if parts.scheme == "http" and not is_loopback(parts.host):
            raise UnusableUrl(address.shown, "http:// is for this machine only, records must not travel in the clear")
        return cls(address, Secret.read(variables), Limits.read(variables))

    def publish(self, feed: str, events: Sequence[Event]) -> Mapping[str, SinkError]:
        """Returns once every event was answered with a 2xx, but for those it names."""
        admitted = self._limits.admit(feed, events, self._address.shown)
        if not admitted.bodies:
            return admitted.refused
        traces = {event.event_id: event.extensions.get("traceparent", "") for event in events}
        answers = self._background.run(self._post_all(admitted.bodies, traces))
        refused = judge(answers, self._address.shown)
        settle(refused, taken=len(answers) - len(refused))
        return {**admitted.refused, **refused}

    def close(self) -> None:
        if self._client:
            self._background.run(self._client.aclose())
        self._background.close()

    async def _post_all(self, bodies: Mapping[str, bytes], traces: Mapping[str, str]) -> dict[str, Answer]:
        """Some at once; whoever says that it is overloaded is spared the rest."""
        gate, enough = asyncio.Semaphore(AT_ONCE), list[Answer]()

        async def one(event_id: str, body: bytes) -> Answer:
            async with gate:
                answer = enough[0] if enough else await self._post(event_id, body, traces[event_id])
            if answer.status in OVERLOADED:
                enough.append(answer)
            return answer

        answers = await asyncio.gather(*(one(event_id, body) for event_id, body in bodies.items()))
        return dict(zip(bodies, answers, strict=True))

    async def _post(self, event_id: str, body: bytes, traceparent: str) -> Answer:
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                self._opened().stream(
                    "POST", self._address.url, content=body, headers=self._headers(event_id, body, traceparent)
                ) as response,
            ):
                words = await _beginning(response)
                later = retry_after(response.headers.get("retry-after"), self._now)
                return Answer(response.status_code, self._address.clean(words), later)
        except (httpx2.RemoteProtocolError, httpx2.DecodingError, httpx2.TooManyRedirects) as problem:
            return Answer(0, self._words(problem), nonsense=True)
        except (httpx2.HTTPError, OSError) as problem:
            return Answer(0, self._words(problem))

    def _headers(self, event_id: str, body: bytes, traceparent: str) -> dict[str, str]:
        at = int(self._now())
        headers = {
            "content-type": MEDIA_TYPE,
            "idempotency-key": event_id,
            "webhook-id": event_id,
            "webhook-timestamp": str(at),
            **({"traceparent": traceparent} if traceparent else {}),
        }
        return headers | ({"webhook-signature": self._secret.sign(event_id, at, body)} if self._secret else {})

    def _opened(self) -> httpx2.AsyncClient:
        if self._client is None:
            # A server on this machine is reached directly, whatever proxy the environment names.
            self._client = httpx2.AsyncClient(
                timeout=TIMEOUT_S, trust_env=not is_loopback(httpx2.URL(self._address.url).host)
            )
        return self._client

    def _words(self, problem: Exception) -> str:
        text = f"{type(problem).__name__}: {problem}" if str(problem) else f"{type(problem).__name__}"
        return self._address.clean(text)


async def _beginning(response: httpx2.Response) -> str:
    """The first words of a refusal; of a success nothing is read."""
    if response.is_success:
        return ""
    content = b""
    async for part in response.aiter_bytes():
        content += part
        if len(content) >= ANSWER_BYTES:
            break
    return content[:ANSWER_BYTES].decode(errors="replace")
