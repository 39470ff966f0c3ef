"""Rows that all processes change together: one transaction, one order of locks, one clock.

A row is made before the transaction that locks it, in one of its own: two processes that both meet it for the first
time then wait for each other in one order, too.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg_pool import ConnectionPool

from resources.ledger.connections import Book, Connection, jsonb

TABLES = ("llm_breakers", "llm_budgets", "llm_limits")
WAIT_S = 1.5

Json = dict[str, Any]
Rows = Mapping[str, Mapping[str, Json]]


class Board(Book):
    topic = "board"

    def __init__(self, connections: ConnectionPool[Connection]) -> None:
        super().__init__(connections)
        self._made: set[tuple[str, str]] = set()

    def change(self, wanted: Mapping[str, Sequence[str]], change: Callable[[Rows, float], Rows]) -> None:
        """The wanted rows as they are, and the time, into what is to be written of them."""
        named = [(table, sorted(set(wanted[table]))) for table in TABLES if wanted.get(table)]
        with self._connections.connection(timeout=WAIT_S) as connection:
            for table, names in named:
                self._make(connection, table, names)
            with connection.transaction():
                self._run(connection, "bound_waiting", {})
                found = {table: self._lock(connection, table, names) for table, names in named}
                self._write(connection, change(found, self._now_s(connection)))

    def _make(self, connection: Connection, table: str, names: Sequence[str]) -> None:
        new = {(table, name) for name in names} - self._made
        if new:
            self._run(connection, f"make_{table}", {"names": [name for _, name in new]})
            self._made |= new

    def _lock(self, connection: Connection, table: str, names: Sequence[str]) -> dict[str, Json]:
        return {name: state for name, state in self._run(connection, f"lock_{table}", {"names": names}) if state}

    def _now_s(self, connection: Connection) -> float:
        row = self._run(connection, "read_clock", {}).fetchone()
        return float(row[0]) if row else 0.0

    def _write(self, connection: Connection, rows: Rows) -> None:
        for table, states in rows.items():
            if states:
                self._run(connection, f"write_{table}", {"rows": jsonb(dict(states))})
