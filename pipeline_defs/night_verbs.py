"""The verbs of whoever sees to it that every night is worked: the daemon, and what people were told of."""

import argparse
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
NAMES = ("alerts", "daemon")


def add_night(verbs: Verbs) -> None:
    alerts = verbs.add_parser("alerts", help="what stands and whom it could not be told; 1 if messages wait")
    alerts.add_argument(
        "--test", action="store_true", help="tell everybody that nothing is wrong; 1 if one does not hear"
    )
    daemon = verbs.add_parser("daemon", help="Dagster's daemon, as soon as its code locations answer")
    daemon.add_argument("-w", "--workspace", metavar="FILE", help="workspace.yaml of this folder, if not given")


def night(chosen: argparse.Namespace) -> int:
    # What a command needs is imported only now: `--help` and a wrong verb answer at once.
    if chosen.verb == "alerts":
        from pipeline_defs.commands.alerts import alerts

        return alerts(test=chosen.test)
    from pipeline_defs.commands.daemon import daemon

    return daemon(chosen.workspace)
