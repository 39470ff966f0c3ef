"""What every test leans on: seeded properties, and no network but loopback."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from resources.embedded import hold_postgres, release
from resources.ledger.connections import connect
from tests.broker import AMQP_URL, Broker, answers

settings.register_profile(
    "weir", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("weir")


class OutsideCall(AssertionError):
    """A test reached for an address that is not on this machine."""


def _is_local(address: Any) -> bool:
    return not isinstance(address, tuple) or str(address[0]).startswith(("127.", "::1", "localhost"))


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network call that a test did not ask for fails the suite."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise OutsideCall(f"a test tried to connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A real Postgres for the session: the embedded one in a folder of its own, or the one TEST_DATABASE_URL names."""
    given = os.environ.get("TEST_DATABASE_URL")
    # Not in tmp_path: as root the server runs as a user to whom pytest's folders are closed.
    with TemporaryDirectory(prefix="weir-tests-") as folder:
        Path(folder).chmod(0o755)
        yield given or hold_postgres(Path(folder))
        release()


@pytest.fixture
def database_url(server_url: str) -> Iterator[str]:
    """An empty database of the test's own."""
    name = f"test_{uuid4().hex}"
    with connect(server_url) as connection:
        connection.execute(f'create database "{name}"')
    yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    with connect(server_url) as connection:
        connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def broker() -> Iterator[Broker]:
    """The RabbitMQ at AMQP_URL, with an exchange of the test's own."""
    if not answers(AMQP_URL):
        said = "no RabbitMQ answers at AMQP_URL"
        (pytest.fail if os.environ.get("REQUIRE_SERVICES") else pytest.skip)(said)
    with Broker.open(AMQP_URL) as opened:
        yield opened
