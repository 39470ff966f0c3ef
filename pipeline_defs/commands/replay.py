"""Documents again, from the terminal: what is meant is told first, and with --dry-run that is all."""

import getpass

import dagster as dg

from pipeline_defs.commands.errors import refuse_unknown
from pipeline_defs.commands.stopping import beside
from pipeline_defs.replaying import plan, replay, run_partition
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.ledger.replays import Which
from resources.logs import say


def replay_command(which: Which, *, outdated: bool, dry_run: bool, by: str | None, reason: str) -> int:
    environment = Environment.read()
    refuse_unknown(environment.feeds_dir, which.feeds)
    with Ledger.open(database_url(environment)) as ledger:
        planned = plan(ledger, which, outdated, environment, say)
        print("\n".join(planned.sentences()))
        if dry_run or not planned.documents:
            return 0
        with dg.DagsterInstance.get() as instance:
            failed = replay(
                ledger,
                planned,
                by or getpass.getuser(),
                reason,
                lambda partition: beside(lambda: run_partition(partition, instance, {"weir/replay": "command"})),
                print,
            )
    for key in failed:
        say(f"the run of {key} failed; its next run does what was asked for")
    return 1 if failed else 0
