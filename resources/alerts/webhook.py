"""A Slack-compatible webhook: `{"text": …}` by POST, under a key that lets the other side know a second copy."""

import httpx2

from resources.alerts.channels import PATIENCE_S, within
from resources.alerts.errors import NotDelivered, UnusableChannel
from resources.alerts.text import plain, unmarked
from resources.ledger.alerts import Message
from resources.sink.address import Address, is_loopback, read_address
from resources.sink.errors import UnusableUrl

VARIABLE = "ALERT_WEBHOOK_URL"
LONGEST = 3_500  # characters: Slack cuts at 4,000, and escaping makes them more


class WebhookChannel:
    name = "webhook"

    def __init__(self, address: Address, patience_s: float = PATIENCE_S) -> None:
        self._address = address
        self._patience_s = patience_s
        # A server on this machine is reached directly, whatever proxy the environment names.
        self._direct = is_loopback(httpx2.URL(address.url).host)

    @classmethod
    def read(cls, url: str) -> "WebhookChannel":
        try:
            address = read_address(url)
        except UnusableUrl as problem:
            raise UnusableChannel(VARIABLE, "it is not a URL", "It begins with https://.") from problem
        scheme = httpx2.URL(address.url).scheme
        if scheme not in ("https", "http"):
            raise UnusableChannel(VARIABLE, f"{scheme}:// is no webhook", "It begins with https://.")
        if scheme == "http" and not is_loopback(httpx2.URL(address.url).host):
            raise UnusableChannel(VARIABLE, "http:// is for this machine only", "Use https://.")
        return cls(address)

    def send(self, message: Message) -> None:
        within(self._patience_s, self._address.shown, lambda: self._post(message))

    def _post(self, message: Message) -> None:
        key = str(message.message_id)
        try:
            with (
                httpx2.Client(timeout=self._patience_s, trust_env=not self._direct) as client,
                client.stream(
                    "POST",
                    self._address.url,
                    json={"text": unmarked(plain(message, LONGEST))},
                    headers={"idempotency-key": key},
                ) as response,
            ):
                status = response.status_code
        except (httpx2.HTTPError, OSError) as problem:
            raise NotDelivered(self._address.shown, self._address.clean(repr(problem))) from None
        if not 200 <= status < 300:
            raise NotDelivered(self._address.shown, f"it answered {status}")
