"""A run of all assets with the real lake, in a process of its own, which dies at the boundary it is told.

Arguments: the partition, and the number of the boundary, of an exchange with the database or a write into the lake; -1:
it lives, and says how many there were.
"""

import sys
from collections.abc import Callable
from typing import Any

import dagster as dg

from pipeline_defs.definitions import defs
from resources.lake.contents import Contents
from resources.lake.tables import Table
from tests.crashing import Countdown, die_at_exchange

WRITES = ((Contents, "_write"), (Table, "merge"), (Table, "delete"), (Table, "tidy"))


def die_at_writes_too(countdown: Countdown) -> None:
    for kind, name in WRITES:
        setattr(kind, name, _counted(getattr(kind, name), countdown))


def _counted(write: Callable[..., Any], countdown: Countdown) -> Callable[..., Any]:
    def counted(*arguments: Any, **more: Any) -> Any:
        countdown.tick()
        result = write(*arguments, **more)
        countdown.tick()
        return result

    return counted


def main(partition: str, number: int) -> None:
    countdown = die_at_exchange(number)
    die_at_writes_too(countdown)
    with dg.DagsterInstance.ephemeral() as instance:
        defs.resolve_job_def("process_partition").execute_in_process(partition_key=partition, instance=instance)
    sys.stdout.write(f"{countdown.ticks}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
