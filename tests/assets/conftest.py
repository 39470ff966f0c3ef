"""One ledger for the cases of a file: each has a feed of its own in it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.connections import connect
from tests.assets.stage import Stage


@pytest.fixture(scope="module")
def shared_ledger(server_url: str) -> Iterator[Ledger]:
    name = f"test_{uuid4().hex}"
    with connect(server_url) as connection:
        connection.execute(f'create database "{name}"')
    with Ledger.open(urlsplit(server_url)._replace(path=f"/{name}").geturl()) as opened:
        yield opened
    with connect(server_url) as connection:
        connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def stage(shared_ledger: Ledger, tmp_path: Path) -> Stage:
    return Stage(shared_ledger, Lake.open(str(tmp_path / "lake")))
