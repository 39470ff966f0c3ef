"""The ledger and Dagster's runs as they are in one instant, in one file, while everybody works on them.

Every row is counted in the dump's own snapshot, to be counted again when it is restored.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import sql

from resources.ledger.connections import SCHEMA, Connection, Row, connect
from resources.ledger.tools import run_tool, server_version

SCHEMAS = (SCHEMA, "dagster")


@dataclass(frozen=True, slots=True)
class Dumped:
    """What a dump holds, and what is needed to read it."""

    taken_at: datetime
    postgres: int
    migration: int
    rows: Mapping[str, int]  # schema.table -> how many


def dump(url: str, file: Path) -> Dumped:
    with connect(url) as connection, _snapshot(connection) as name:
        dumped = _about(connection)
        schemas = [f"--schema={each}" for each in SCHEMAS]
        form = ("--format=custom", "--no-owner", "--no-privileges")
        run_tool("pg_dump", dumped.postgres, url, *schemas, *form, f"--snapshot={name}", f"--file={file}")
    return dumped


@contextmanager
def _snapshot(connection: Connection) -> Iterator[str]:
    """The name under which another connection sees what this transaction sees."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        yield str(one(connection, "select pg_export_snapshot()")[0])


def _about(connection: Connection) -> Dumped:
    query = sql.SQL("select now(), coalesce(max(number), 0) from {}.migrations").format(sql.Identifier(SCHEMA))
    now, migration = one(connection, query)
    return Dumped(now, server_version(connection), migration, count_rows(connection))


def count_rows(connection: Connection) -> dict[str, int]:
    """Of every table that a backup holds."""
    tables = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s) order by 1, 2", [list(SCHEMAS)]
    ).fetchall()
    count = sql.SQL("select count(*) from {}.{}")
    return {
        f"{schema}.{table}": int(one(connection, count.format(sql.Identifier(schema), sql.Identifier(table)))[0])
        for schema, table in tables
    }


def one(connection: Connection, query: str | sql.Composed) -> Row:
    row = connection.execute(query.encode() if isinstance(query, str) else query).fetchone()
    return row or (None,)
