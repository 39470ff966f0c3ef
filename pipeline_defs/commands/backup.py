"""Ledger and lake into a folder, and back: the ledger first, so that all it speaks of is in the lake, copied next."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from assets.lake_check import KINDS
from assets.lake_repair import differences
from extraction.feed import feed_names
from pipeline_defs.backup_folder import LAKE, LEDGER, Backup, complete, in_the_making, open_backup
from resources.environment import Environment
from resources.lake import Lake
from resources.lake.copying import copy_lake, refuse_full
from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.ledger.database import database_url
from resources.ledger.dump import dump
from resources.ledger.restoring import begin_restore, is_half_restored, restore_dump
from resources.logs import say

UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
HARMLESS = "orphaned"  # what came into the lake after the ledger was dumped: the next run knows it again


def backup(folder: Path) -> int:
    """While everything works on; the folder appears when it is whole."""
    environment = Environment.read()
    url = database_url(environment)
    with Ledger.open(url, size=1), in_the_making(folder) as draft:
        dumped = dump(url, draft / LEDGER)
        say(f"the ledger as of {dumped.taken_at:%Y-%m-%d %H:%M:%S %Z} is dumped; copying the lake")
        copy_lake(environment.lake_uri, str(draft / LAKE))
        made = complete(draft, dumped)
    print(f"{folder}: {sum(dumped.rows.values()):,} rows of ledger and runs, and the lake: {made.bytes / 1e6:,.1f} MB")
    print(f"not in it: the inbox ({environment.inbox_uri}), the feeds, and what was delivered")
    return 0


def restore(folder: Path) -> int:
    """Into an empty database and an empty lake; 1 if they do not agree afterwards."""
    environment, found = Environment.read(), open_backup(folder)
    url = database_url(environment)
    with connect(url) as connection:
        if not is_half_restored(connection):
            refuse_full(environment.lake_uri)
        begin_restore(connection, found.dumped)
    copy_lake(found.lake, environment.lake_uri)
    say("the lake is copied; restoring the ledger")
    held = restore_dump(url, found.ledger, found.dumped)
    with Ledger.open(url) as ledger:
        _end_runs_under_way(found)
        return _tell(found, held, list(_what_differs(environment, ledger)))


def _end_runs_under_way(found: Backup) -> None:
    """Nobody works on them any more; left as they are, they would keep their partitions from running."""
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)):
            instance.report_run_canceled(run, message=f"under way when the backup {found.folder} was taken")


def _what_differs(environment: Environment, ledger: Ledger) -> Iterator[str]:
    lake = Lake.open(environment.lake_uri)
    lake.optimize(always=True)  # the indices are made anew
    for feed in feed_names(environment.feeds_dir):
        for kind, number in differences(feed, lake, ledger).numbers.items():
            if number and kind != HARMLESS:
                yield f"{feed}: {number} {KINDS[kind]}"


def _tell(found: Backup, held: int, differing: list[str]) -> int:
    print(f"restored as of {found.dumped.taken_at:%Y-%m-%d %H:%M:%S %Z}: {sum(found.dumped.rows.values()):,} rows")
    print(*differing or ["lake and ledger agree"], sep="\n")
    if held:
        print(
            f"{held} events may have left after that and are set aside: python -m pipeline_defs outbox lists them, and "
            "with --retry they leave under their old ids, which files and idempotent consumers drop."
        )
    if differing:
        print("python -m pipeline_defs lake check --repair mends what the inbox still holds")
    return 1 if differing else 0
