"""`python -m pipeline_defs VERB`: the commands behind `make`, and those of operators."""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from uuid import UUID

from pipeline_defs import night_verbs, people_verbs
from pipeline_defs.commands.stopping import Stopped, listen
from resources.environment import ROOT
from resources.logs import say, speak


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline_defs", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("demo", help="the sample documents end to end, then a summary")
    run = verbs.add_parser("run", help="the same, then the Dagster UI until Ctrl-C")
    run.add_argument("--port", default=os.environ.get("PORT") or "3000", help="port of the UI")
    _add_health(verbs)
    _add_gold(verbs)
    _add_relay(verbs)
    _add_outbox(verbs)
    metrics = verbs.add_parser("metrics", help="tell Prometheus what the ledger knows, until SIGTERM")
    metrics.add_argument(
        "--bind", metavar="[HOST:]PORT", type=_probe, default="127.0.0.1:9464", help="where; %(default)s"
    )
    night_verbs.add_night(verbs)
    people_verbs.add_people(verbs)
    _add_backup(verbs)
    chosen = parser.parse_args(arguments)
    if what := _senseless(chosen):
        parser.error(what)
    return _in_one_sentence(lambda: _at_home(chosen))


def _senseless(chosen: argparse.Namespace) -> str | None:
    """What the parser lets through and nobody can mean."""
    if chosen.verb == "gold" and chosen.export and not chosen.feed:
        return "gold --export: say of which feed"
    if chosen.verb == "outbox" and chosen.skip is not None and not chosen.event_ids:
        return "outbox --skip: say which events"
    return people_verbs.senseless(chosen)


def _add_gold(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    gold = verbs.add_parser("gold", help="how well the feeds read their gold, field by field; 1 if below a floor")
    gold.add_argument("feed", nargs="?", help="one feed; all if left away")
    gold.add_argument("--again", action="store_true", help="ask again what was measured before")
    gold.add_argument(
        "--export", action="store_true", help="write what people corrected in review into its gold folder"
    )
    gold.add_argument("--approved", action="store_true", help="with --export: also what they approved as proposed")


def _add_health(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    health = verbs.add_parser("health", help="which endpoints can be called, and why not; 1 if a task has nobody")
    health.add_argument("--json", action="store_true", help="the same as JSON")
    health.add_argument("--probe", metavar="[HOST:]PORT", type=_probe, help="answer /health there until SIGTERM")


def _add_relay(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    relay = verbs.add_parser("relay", help="publish what is released as soon as it is committed, until SIGTERM")
    relay.add_argument("--probe", metavar="[HOST:]PORT", type=_probe, help="answer /live and /ready there")


def _add_outbox(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    outbox = verbs.add_parser("outbox", help="the events the sink refused for good: list, retry or skip them")
    outbox.add_argument("event_ids", metavar="EVENT_ID", nargs="*", type=UUID)
    what = outbox.add_mutually_exclusive_group()
    what.add_argument("--retry", action="store_true", help="try these events again (all, if none is named)")
    what.add_argument(
        "--skip",
        metavar="REASON",
        type=people_verbs.said,
        help="let the places go on without these events; kept with the reason",
    )
    outbox.add_argument("--by", help="in whose name (the user's, if not given)")


def _add_backup(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = verbs.add_parser("backup", help="ledger, runs and lake into a new folder, while everything works on")
    restore = verbs.add_parser("restore", help="a backup into an empty database and an empty lake")
    for each in (backup, restore):
        each.add_argument("folder", metavar="FOLDER", type=people_verbs.file_of)


def _probe(given: str) -> str:
    port = given.rpartition(":")[2]
    if not port.isdecimal() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"{given!r} is neither a port nor HOST:PORT")
    return given


def _command(chosen: argparse.Namespace) -> int:
    # What a command needs is imported only now: `--help` and a wrong verb answer at once.
    match chosen.verb:
        case verb if verb in people_verbs.NAMES:
            return people_verbs.people(chosen)
        case verb if verb in night_verbs.NAMES:
            return night_verbs.night(chosen)
        case "health":
            from pipeline_defs.commands.health import health

            return health(as_json=chosen.json, probe=chosen.probe)
        case "relay":
            from pipeline_defs.commands.relay import relay

            return relay(chosen.probe)
        case "metrics":
            from pipeline_defs.commands.metrics import metrics

            return metrics(chosen.bind)
        case "outbox":
            from pipeline_defs.commands.outbox import outbox

            return outbox(chosen.event_ids, retry=chosen.retry, skip=chosen.skip, by=chosen.by)
        case "gold":
            return _gold(chosen)
        case "backup" | "restore":
            from pipeline_defs.commands import backup

            return (backup.backup if chosen.verb == "backup" else backup.restore)(chosen.folder)
        case "run":
            from pipeline_defs.commands.run import run

            return run(chosen.port)
        case _:
            from pipeline_defs.commands.demo import demo

            return demo()


def _gold(chosen: argparse.Namespace) -> int:
    if chosen.export:
        from pipeline_defs.commands.gold_export import export

        return export(chosen.feed, chosen.approved)
    from pipeline_defs.commands.gold import gold

    return gold(chosen.feed, chosen.again)


def _at_home(chosen: argparse.Namespace) -> int:
    """In the project's root, whatever the working directory; a deployment's daemon may have settings of its own."""
    os.chdir(ROOT)
    if not (chosen.verb == "daemon" and os.environ.get("DAGSTER_HOME")):
        os.environ["DAGSTER_HOME"] = str(ROOT)
    speak()
    listen()
    return _command(chosen)


def _in_one_sentence(command: Callable[[], int]) -> int:
    """A problem a person can mend is told in a sentence; any other keeps its traceback."""
    try:
        return command()
    except Stopped as stopped:
        # Whatever else still works in this process need not come to an end: nothing is lost by leaving it.
        if sys.stderr.isatty():
            sys.stderr.write("\n")  # behind the terminal's ^C
        say(str(stopped))
        os._exit(stopped.exit_code)
    except Exception as problem:
        from pipeline_defs.commands.errors import sentence_of

        sentence = sentence_of(problem)
        if sentence is None:
            raise
        say(sentence, logging.ERROR)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
