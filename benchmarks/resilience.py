"""What providers do to callers, and what callers do to providers: ours beside others, same server, same load, same run.

Each scenario prints a table: one row a side, `ok` or `MISSED` for the bars ours is held to, and how many times ours
the others' figures are. Times are the wall's; sides take turns, and with `--reps` figures are medians.
"""

import argparse
import asyncio
import os
import sys
from functools import partial
from time import monotonic
from typing import Any

from benchmarks.arena import crew, money
from benchmarks.arena.figures import Figure, middle
from benchmarks.arena.ledgers import Fresh, ledgers
from benchmarks.arena.measures import Times
from benchmarks.arena.ours import config
from benchmarks.arena.scenarios import SCENARIOS, Scenario
from benchmarks.arena.sides import SIDES
from benchmarks.arena.tables import OURS, table
from benchmarks.conduct.faults import FAULTS
from benchmarks.conduct.playing import play_all
from benchmarks.provider import Provider, running

BUDGET, KILLED, CONFORMANCE = "budget", "budget-killed", "conformance"
_QUICK_CONFORMANCE_SPEED = 10.0


def main() -> None:
    options = _options()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {options.reps} repetitions, loopback only\n")
    begun = monotonic()
    with running() as provider, ledgers() as fresh:
        missed = [each for name in options.scenarios for each in _play(provider, fresh, name, options)]
    print(f"{monotonic() - begun:.0f} s; " + (f"missed by ours: {'; '.join(missed)}" if missed else "no bar missed"))
    sys.exit(1 if missed else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resilience", description=__doc__)
    names = [*SCENARIOS, BUDGET, KILLED, CONFORMANCE]
    parser.add_argument("--scenarios", nargs="+", choices=names, metavar="NAME", help=f"all of {', '.join(names)}")
    parser.add_argument("--sides", nargs="+", choices=sorted(SIDES), help="default: those the scenario is for")
    parser.add_argument("--reps", type=int, default=1, help="how often each side plays (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="short faults and few other sides; three minutes")
    options = parser.parse_args()
    options.scenarios = options.scenarios or [name for name in names if not (options.quick and name == KILLED)]
    return options


def _play(provider: Provider, fresh: Fresh, name: str, options: argparse.Namespace) -> list[str]:
    """The bars ours missed."""
    if name == CONFORMANCE:
        return _conformance(provider, options.quick)
    if name in (BUDGET, KILLED):
        return _budget(provider, fresh, name)
    scenario = SCENARIOS[name]
    times = scenario.quick if options.quick else scenario.full
    told = f"from {times.before_s:g} s to {times.end_s:g} s of {times.all_s:g}, {scenario.rate:g} requests a second"
    print(f"{name}: {scenario.title} ({told})")
    figures: dict[str, list[list[Figure]]] = {}
    for _ in range(options.reps):
        for side in options.sides or (scenario.quick_sides if options.quick else scenario.sides):
            run = _once(provider, fresh, scenario, times, side)
            if run is not None:
                figures.setdefault(side, []).append(run)
    return _report(name, {side: middle(runs) for side, runs in figures.items()})


def _report(name: str, rows: dict[str, list[Figure]]) -> list[str]:
    print("\n".join(table(rows)) + "\n", flush=True)
    ours = [each for side, figures in rows.items() if side.startswith(OURS) for each in figures]
    return [f"{name}: {each.title} is {each.told}" for each in ours if not each.holds]


def _once(provider: Provider, fresh: Fresh, scenario: Scenario, times: Times, side: str) -> list[Figure] | None:
    provider.strike([])
    database = fresh() if side.startswith(OURS) and scenario.processes > 1 else None
    strike = partial(provider.strike, scenario.rules(times))
    told = crew.run(side, tasks(provider, scenario, times, side, database), strike, scenario.patience_s)
    if told is None:
        return None
    seen = {spot.place: provider.seen(spot.place) for spot in scenario.spots}
    cpu = Figure("CPU ms a call", told.cpu_s / len(told.calls) * 1e3, lambda value: f"{value:.1f}", compared=True)
    return [*scenario.figures(times, told.calls, seen), cpu]


def tasks(
    provider: Provider, scenario: Scenario, times: Times, side: str, database: str | None = None
) -> list[dict[str, Any]]:
    """One a process: the calls of all of them together come at the scenario's pace."""
    spots = [spot.untold if side == "weir-untold" else spot for spot in scenario.spots]
    facts = {
        "endpoints": [{"url": provider.at(spot.place), "model": spot.model} for spot in spots],
        "config": config(provider, spots, **scenario.route),
        "database": database,
        "speed": scenario.speed,
        "rate": scenario.rate / scenario.processes,
        "seconds": times.all_s,
        "patience_s": scenario.patience_s,
        "again_after_s": scenario.again_after_s,
    }
    return [
        {**facts, "offset_s": number / scenario.rate, "first": number * 1_000_000}
        for number in range(scenario.processes)
    ]


def _budget(provider: Provider, fresh: Fresh, name: str) -> list[str]:
    killed = name == KILLED
    how = "one of them is killed after 1.5 s" if killed else "nobody is killed"
    print(f"{name}: {money.PROCESSES} processes of {money.CALLERS} callers spend {money.LIMIT_USD} USD; {how}")
    return _report(name, {OURS: money.play(provider, fresh(), 8.0, 1.5 if killed else None)})


def _conformance(provider: Provider, quick: bool) -> list[str]:
    """The sixteen faults on both wires at once; nobody else is played here."""
    speed = _QUICK_CONFORMANCE_SPEED if quick else 1.0
    played = asyncio.run(play_all(provider, FAULTS, ("openai", "anthropic"), speed))
    print(f"{CONFORMANCE}: sixteen faults on two wires, " + (f"{speed:g} times as fast" if quick else "in full time"))
    for run in played:
        print(f"  {run.told}")
    counts = [sum(run.verdict == verdict for run in played) for verdict in ("pass", "partial", "safe", "fail")]
    print("  pass/partial/safe/fail: {}/{}/{}/{}\n".format(*counts), flush=True)
    return [f"{CONFORMANCE}: {run.told}" for run in played if run.verdict != "pass"]


if __name__ == "__main__":
    main()
