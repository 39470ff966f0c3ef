"""What Prometheus scrapes, until SIGTERM; a ledger that is away is told as `weir_up 0`."""

import threading
from contextlib import ExitStack, closing, suppress

from pipeline_defs.commands.errors import NoAddress
from pipeline_defs.commands.stopping import Stopped
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.logs import say
from resources.metrics import Collector, metrics_server
from resources.probes import address_of


def metrics(bind: str) -> int:
    url = database_url(Environment.read())
    host, port = address_of(bind)
    with ExitStack() as open_things, suppress(Stopped):
        collector = open_things.enter_context(closing(Collector(lambda: Ledger.open(url, size=1), say)))
        try:
            server = open_things.enter_context(closing(metrics_server(collector, host, port)))
        except OSError as problem:
            raise NoAddress(bind, str(problem.strerror or problem)) from problem
        say(f"metrics at http://{host}:{server.port}/metrics")
        threading.Event().wait()
    return 0
