"""One client an address and key, made when first needed in the event loop that uses it, closed with it."""

from collections.abc import Callable

from resources.llm.adapters import connect
from resources.llm.endpoints import Endpoint
from resources.llm.messages import Adapter

Connect = Callable[[Endpoint], Adapter]
_Address = tuple[str, str, str, str, str | None]


class Connections:
    """Endpoints at one address share its connections."""

    def __init__(self, make: Connect = connect) -> None:
        self._make = make
        self._open: dict[_Address, Adapter] = {}

    def to(self, endpoint: Endpoint) -> Adapter:
        address = (endpoint.provider, endpoint.wire, endpoint.base_url, endpoint.api_key, endpoint.region)
        if address not in self._open:
            self._open[address] = self._make(endpoint)
        return self._open[address]

    async def close(self) -> None:
        while self._open:
            _, adapter = self._open.popitem()
            await adapter.close()
