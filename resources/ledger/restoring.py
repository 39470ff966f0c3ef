"""A dump goes back into a database that holds nothing and that nobody uses: all of it or nothing.

A mark stands in the database from the first step to the last. While it does no ledger opens, so that nothing is
delivered from a past that is only half told; whoever was interrupted begins again.
"""

from datetime import datetime
from pathlib import Path

from psycopg import sql

from resources.ledger.connections import SCHEMA, Connection, connect, pool
from resources.ledger.dump import SCHEMAS, Dumped, count_rows, one
from resources.ledger.errors import HalfRestored, InUse, LedgerTooNew, NotAsDumped, NotEmpty, OtherPostgres
from resources.ledger.migrate import migrate, shipped
from resources.ledger.outbox import Outbox
from resources.ledger.tools import find_tool, run_tool, server_version

MARK = "weir_restoring"
_RUNS = ("dagster.runs", "dagster.event_logs")  # its other tables are filled by a look at the UI


def is_half_restored(connection: Connection) -> bool:
    return bool(one(connection, f"select to_regnamespace('{MARK}') is not null")[0])


def refuse_half_restored(connection: Connection) -> None:
    if is_half_restored(connection):
        raise HalfRestored


def begin_restore(connection: Connection, dumped: Dumped) -> None:
    """Leave the mark; or an error where restoring would destroy something, or could not work."""
    known, version = max(each.number for each in shipped()), server_version(connection)
    if dumped.migration > known:
        raise LedgerTooNew(dumped.migration, known)
    if dumped.postgres > version:
        raise OtherPostgres(dumped.postgres, version)
    find_tool("pg_restore", version)
    if not is_half_restored(connection):
        _refuse_full(connection)
    if others := _others(connection):
        raise InUse(others)
    connection.execute(f"create schema if not exists {MARK}".encode())


def restore_dump(url: str, file: Path, dumped: Dumped) -> int:
    """The rows, each counted; then a new life begins. How many events may have left since, and wait for a person."""
    with connect(url) as connection:
        for schema in SCHEMAS:
            connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
        how = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        run_tool("pg_restore", server_version(connection), url, *how, str(file))
        found = count_rows(connection)
        if found != dumped.rows:
            raise NotAsDumped(min(set(found.items()) ^ set(dumped.rows.items()))[0])
        migrate(connection)
    return _begin_new_life(url, dumped.taken_at)


def _begin_new_life(url: str, backup_at: datetime) -> int:
    with pool(url, 1) as connections:
        return Outbox(connections).begin_new_life(backup_at)


def _refuse_full(connection: Connection) -> None:
    for table, number in count_rows(connection).items():
        schema, _, name = table.partition(".")
        if number and (table in _RUNS or (schema == SCHEMA and name != "migrations")):
            raise NotEmpty(table, number)


def _others(connection: Connection) -> int:
    found = one(
        connection,
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend'",
    )
    return int(found[0])
