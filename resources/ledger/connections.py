"""One pool a process, its connections at home in our schema; a statement is called by its name."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from resources.ledger.errors import LedgerUnreachable
from resources.ledger.queries import load

SCHEMA = "weir"
CONNECT_TIMEOUT_S = 10
_ALIVE: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}

LOST = (LedgerUnreachable, psycopg.OperationalError, psycopg.InterfaceError)  # gone for now: another try may succeed

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]


def connect(url: str) -> Connection:
    """One connection, or the sentence that says why not."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, **_ALIVE)
    except psycopg.Error as problem:
        raise LedgerUnreachable(url, problem) from problem


def _at_home(connection: Connection) -> None:
    # What a machine that vanished held locked is free again after a while.
    connection.execute(f"set search_path to {SCHEMA}; set idle_in_transaction_session_timeout to '5min'")


def pool(url: str, size: int) -> ConnectionPool[Connection]:
    return ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=False,
        configure=_at_home,
        check=ConnectionPool.check_connection,
        kwargs={"autocommit": True, "connect_timeout": CONNECT_TIMEOUT_S, **_ALIVE},
    )


class Book:
    """One topic of the ledger: its statements and the pool they run on."""

    topic: str

    def __init__(self, connections: ConnectionPool[Connection]) -> None:
        self._connections = connections
        self._sql = load(self.topic)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._connections.connection() as connection, connection.transaction():
            yield connection

    def _run(self, connection: Connection, name: str, values: Mapping[str, Any]) -> psycopg.Cursor[Row]:
        return connection.execute(self._sql[name].encode(), values)

    def _rows(self, name: str, **values: Any) -> list[Row]:
        with self._connections.connection() as connection:
            return self._run(connection, name, values).fetchall()

    def _row(self, name: str, **values: Any) -> Row:
        rows = self._rows(name, **values)
        return rows[0] if rows else ()


def jsonb(value: Any) -> Jsonb:
    return Jsonb(value)


def rows_jsonb(rows: Sequence[Mapping[str, Any]]) -> Jsonb:
    return Jsonb([dict(row) for row in rows])
