"""`python -m pipeline_defs VERB`: the commands behind `make run` and `make demo`, and the score of the gold."""

import argparse
import os
import sys
from collections.abc import Callable

from pipeline_defs.commands.stopping import Stopped, listen
from resources.environment import ROOT


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline_defs", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("demo", help="the sample documents end to end, then a summary")
    run = verbs.add_parser("run", help="the same, then the Dagster UI until Ctrl-C")
    run.add_argument("--port", default=os.environ.get("PORT") or "3000", help="port of the UI")
    gold = verbs.add_parser("gold", help="how well the feeds read their gold, field by field; 1 if below a floor")
    gold.add_argument("feed", nargs="?", help="one feed; all if left away")
    gold.add_argument("--again", action="store_true", help="ask again what was measured before")
    chosen = parser.parse_args(arguments)
    _settle_in()
    return _in_one_sentence(lambda: _command(chosen))


def _command(chosen: argparse.Namespace) -> int:
    # Dagster is imported only now: `--help` and a wrong verb answer at once.
    if chosen.verb == "gold":
        from pipeline_defs.commands.gold import gold

        return gold(chosen.feed, chosen.again)
    from pipeline_defs.commands import demo, run

    return run.run(chosen.port) if chosen.verb == "run" else demo.demo()


def _settle_in() -> None:
    """At home in the project's root, whatever the working directory."""
    os.chdir(ROOT)
    os.environ["DAGSTER_HOME"] = str(ROOT)
    listen()


def _in_one_sentence(command: Callable[[], int]) -> int:
    """A problem a person can mend is told in a sentence; any other keeps its traceback."""
    try:
        return command()
    except Stopped as stopped:
        # Whatever else still works in this process need not come to an end: nothing is lost by leaving it.
        print(f"\nweir: {stopped}", file=sys.stderr, flush=True)  # noqa: T201
        os._exit(stopped.exit_code)
    except Exception as problem:
        from pipeline_defs.commands.errors import sentence_of

        sentence = sentence_of(problem)
        if sentence is None:
            raise
        print(f"weir: {sentence}", file=sys.stderr)  # noqa: T201 - this is the terminal's voice
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
