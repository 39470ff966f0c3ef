"""The schema is the sum of its migrations, applied once, in order, by whoever comes first."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from resources.ledger import migrate as module
from resources.ledger.connections import connect
from resources.ledger.errors import LedgerTooNew, LedgerUnreachable, MigrationChanged, without_secrets
from resources.ledger.migrate import Migration, migrate, shipped

CONTRACT = {
    "documents": {"doc_id", "feed", "date", "place", "status", "cause"},
    "extractions": {
        *(
            "doc_id",
            "feed",
            "date",
            "verdict",
            "record",
            "evidence",
            "endpoint",
            "prompt_version",
            "schema_version",
        ),
    },
    "review_items": {"doc_id", "reasons", "resolved_at"},
    "dead_letters": {"doc_id", "cause", "message"},
    "outbox": {"event_id", "doc_id", "type", "payload", "released_at", "published_at"},
    "releases": {"date", "feed", "state", "by", "reason", "at"},
    "llm_calls": {
        *("call_id", "run_id", "doc_id", "feed", "tenant", "endpoint", "task", "attempt", "outcome", "error"),
        *("input_tokens", "output_tokens", "cost_usd", "latency_s", "started_at"),
    },
}


def columns(url: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with connect(url) as connection:
        for table, column in connection.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'weir'"
        ):
            found.setdefault(table, set()).add(column)
    return found


def test_an_empty_database_becomes_the_contract(database_url: str) -> None:
    """Operators and other systems rely on these names."""
    with connect(database_url) as connection:
        assert migrate(connection) == tuple(each.number for each in shipped())
    found = columns(database_url)
    assert {name: found[name] & wanted for name, wanted in CONTRACT.items()} == CONTRACT


def test_migrating_again_changes_nothing(database_url: str) -> None:
    """Every process migrates at its start; only the first has something to do."""
    with connect(database_url) as connection:
        migrate(connection)
        assert migrate(connection) == ()


def test_many_at_once_migrate_once(database_url: str) -> None:
    """Two commands started together both succeed."""

    def one(_: int) -> tuple[int, ...]:
        with connect(database_url) as connection:
            return migrate(connection)

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(one, range(4)))
    assert sorted(done) == [(), (), (), tuple(each.number for each in shipped())]


def test_each_migration_has_a_number_of_its_own() -> None:
    """Two of one number would be one migration that some ledgers have and others do not."""
    numbers = [each.number for each in shipped()]
    assert numbers == sorted(set(numbers))


def test_a_ledger_of_a_later_version_is_refused(database_url: str) -> None:
    """Old code does not write into a schema it does not know."""
    with connect(database_url) as connection:
        migrate(connection)
        connection.execute("insert into weir.migrations (number, name, digest) values (999, 'later', 'x')")
        with pytest.raises(LedgerTooNew, match="at migration 999"):
            migrate(connection)


def test_a_migration_that_ran_with_another_text_is_refused(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ran cannot be rewritten."""
    with connect(database_url) as connection:
        migrate(connection)
        changed = tuple(Migration(each.number, each.name, each.text + "\n-- more") for each in shipped())
        monkeypatch.setattr(module, "shipped", lambda: changed)
        with pytest.raises(MigrationChanged, match="Migration 1"):
            migrate(connection)


def test_a_migration_that_fails_leaves_nothing_behind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it or nothing."""
    broken = (*shipped(), Migration(99, "broken", "create table half (x int); select 1 / 0;"))
    monkeypatch.setattr(module, "shipped", lambda: broken)
    with connect(database_url) as connection, pytest.raises(psycopg.errors.DivisionByZero):
        migrate(connection)
    assert columns(database_url) == {}


def test_a_database_that_is_not_there_is_one_sentence_without_its_password() -> None:
    """Culprit, place, remedy; no secret."""
    with pytest.raises(LedgerUnreachable) as refused:
        connect("postgresql://ada:geheim@127.0.0.1:1/weir")
    assert "ada:***@127.0.0.1:1" in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert "correct DATABASE_URL" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:p@h/d", "postgresql://u:***@h/d"),
        ("host=h password=p user=u", "host=h password=*** user=u"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_secrets_are_cut_out_of_messages(text: str, shown: str) -> None:
    """Both ways in which libpq is told a password."""
    assert without_secrets(text) == shown
