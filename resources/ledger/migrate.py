"""The schema is the sum of the numbered migrations: applied in order, once, by whoever comes first."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from resources.ledger.errors import LedgerTooNew, MigrationChanged

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x77656972  # one migrator at a time, in any process on any machine


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def shipped() -> tuple[Migration, ...]:
    """Every migration of this version, in order."""
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.sql")))


def _read(path: Path) -> Migration:
    number, _, name = path.stem.partition("_")
    return Migration(int(number), name, path.read_text(encoding="utf-8"))


def migrate(connection: psycopg.Connection, schema: str = "weir") -> tuple[int, ...]:
    """Bring the schema up to this version; the numbers that were applied now."""
    migrations = shipped()
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        _prepare(connection, schema)
        done = _applied(connection)
        _refuse_strangers(done, migrations)
        return tuple(_apply(connection, each) for each in migrations if each.number not in done)


def _prepare(connection: psycopg.Connection, schema: str) -> None:
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("create schema if not exists {}").format(name))
    connection.execute(sql.SQL("set local search_path to {}").format(name))
    connection.execute(
        "create table if not exists migrations"
        " (number integer primary key, name text not null, digest text not null,"
        " applied_at timestamptz not null default now())"
    )


def _applied(connection: psycopg.Connection) -> dict[int, str]:
    return dict(connection.execute("select number, digest from migrations").fetchall())


def _refuse_strangers(done: dict[int, str], migrations: Sequence[Migration]) -> None:
    known = max(each.number for each in migrations)
    if done and max(done) > known:
        raise LedgerTooNew(max(done), known)
    for each in migrations:
        if done.get(each.number, each.digest) != each.digest:
            raise MigrationChanged(each.number, each.name)


def _apply(connection: psycopg.Connection, migration: Migration) -> int:
    connection.execute(migration.text.encode())
    connection.execute(
        "insert into migrations (number, name, digest) values (%s, %s, %s)",
        [migration.number, migration.name, migration.digest],
    )
    return migration.number
