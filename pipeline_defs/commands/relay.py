"""The relay until it is told to stop: what is released leaves the moment it is committed."""

import signal
import time
from contextlib import ExitStack, closing
from types import FrameType

from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.logs import say
from resources.probes import address_of
from resources.relay import Relay
from resources.relay.health import Health, health_server
from resources.sink import open_sink
from resources.sink.address import shown_url
from resources.tracing import spans

POOL_SIZE = 4  # three hands, and one to spare


def relay(probe: str | None) -> int:
    environment = Environment.read()
    url, health = database_url(environment), Health(time.monotonic)
    with ExitStack() as open_things:
        sink = open_things.enter_context(closing(open_sink(environment.delivery_url)))
        if probe:
            open_things.enter_context(closing(health_server(health, *address_of(probe))))
        work = Relay(lambda: Ledger.open(url, POOL_SIZE), sink, health, say)
        _stop_on_signal(work)
        say(f"relaying to {shown_url(environment.delivery_url)}")
        work.run()
        spans().flush()
    say("stopped; the batch in hand was finished")
    return 0


def _stop_on_signal(work: Relay) -> None:
    """The first signal asks it to finish, a second one ends it: nothing is lost either way."""

    def stop(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        work.stop()

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
