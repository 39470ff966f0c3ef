"""From the outbox to the sink: what `deliveries` does for a partition and the relay for all of them."""

from resources.relay.courier import Courier
from resources.relay.relay import Relay

__all__ = ["Courier", "Relay"]
