"""A ledger of their own for the processes of one run: an empty database on a server of the benchmark's."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from resources.embedded import hold_postgres, release
from resources.ledger import Ledger
from resources.ledger.connections import connect

Fresh = Callable[[], str]


@contextmanager
def ledgers() -> Iterator[Fresh]:
    """URLs of migrated databases, a new one each time; the server runs from the first on."""
    numbers = count()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the embedded server runs as another user

        def fresh() -> str:
            server, name = hold_postgres(Path(folder)), f"bench_{next(numbers)}"
            with connect(server) as connection:
                connection.execute(f'create database "{name}"')
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            with Ledger.open(url):
                return url

        try:
            yield fresh
        finally:
            release()
