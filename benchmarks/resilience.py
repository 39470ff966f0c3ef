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

from benchmarks.arena import crew
from benchmarks.arena.figures import Figure, middle
from benchmarks.arena.ours import config
from benchmarks.arena.scenarios import SCENARIOS, Scenario, Times
from benchmarks.arena.sides import SIDES
from benchmarks.conduct.faults import FAULTS
from benchmarks.conduct.playing import play_all
from benchmarks.provider import Provider, running

CONFORMANCE = "conformance"
_QUICK_CONFORMANCE_SPEED = 10.0


def main() -> None:
    options = _options()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {options.reps} repetitions, loopback only\n")
    begun = monotonic()
    with running() as provider:
        missed = [each for name in options.scenarios for each in _play(provider, name, options)]
    print(f"{monotonic() - begun:.0f} s; " + (f"missed by ours: {'; '.join(missed)}" if missed else "no bar missed"))
    sys.exit(1 if missed else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resilience", description=__doc__)
    names = [*SCENARIOS, CONFORMANCE]
    parser.add_argument("--scenarios", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--sides", nargs="+", choices=sorted(SIDES), help="default: those the scenario is for")
    parser.add_argument("--reps", type=int, default=1, help="how often each side plays (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="short faults and few other sides; under two minutes")
    return parser.parse_args()


def _play(provider: Provider, name: str, options: argparse.Namespace) -> list[str]:
    """The bars ours missed."""
    if name == CONFORMANCE:
        return _conformance(provider, options.quick)
    scenario = SCENARIOS[name]
    times = scenario.quick if options.quick else scenario.full
    sides = options.sides or (scenario.quick_sides if options.quick else scenario.sides)
    print(
        f"{name}: {scenario.title} (from {times.before_s:g} s to {times.end_s:g} s of {times.all_s:g}, "
        f"{scenario.rate:g} requests a second)"
    )
    figures: dict[str, list[list[Figure]]] = {}
    for _ in range(options.reps):
        for side in sides:
            run = _once(provider, scenario, times, side)
            if run is not None:
                figures.setdefault(side, []).append(run)
    rows = {side: middle(runs) for side, runs in figures.items()}
    print("\n".join(table(rows)) + "\n", flush=True)
    return [f"{name}: {each.title} is {each.told}" for each in rows.get("weir", []) if not each.holds]


def _once(provider: Provider, scenario: Scenario, times: Times, side: str) -> list[Figure] | None:
    provider.strike([])
    strike = partial(provider.strike, scenario.rules(times))
    told = crew.run(side, tasks(provider, scenario, times), strike, scenario.patience_s)
    if told is None:
        return None
    seen = {spot.place: provider.seen(spot.place) for spot in scenario.spots}
    cpu = Figure("CPU ms a call", told.cpu_s / len(told.calls) * 1e3, lambda value: f"{value:.1f}", compared=True)
    return [*scenario.figures(times, told.calls, seen), cpu]


def tasks(provider: Provider, scenario: Scenario, times: Times) -> list[dict[str, Any]]:
    """One a process: the calls of all of them together come at the scenario's pace."""
    share = scenario.rate / scenario.processes
    facts = {
        "endpoints": [{"url": provider.at(spot.place), "model": spot.model} for spot in scenario.spots],
        "config": config(provider, scenario.spots, **scenario.route),
        "speed": scenario.speed,
        "rate": share,
        "seconds": times.all_s,
        "patience_s": scenario.patience_s,
        "again_after_s": scenario.again_after_s,
    }
    return [
        {**facts, "offset_s": number / scenario.rate, "first": number * 1_000_000}
        for number in range(scenario.processes)
    ]


def table(rows: dict[str, list[Figure]]) -> list[str]:
    """Sides below each other; beside each of the others' compared figures, how many times ours it is."""
    if not rows:
        return ["no side could run"]
    ours = {each.name: each.value for each in rows.get("weir", [])}
    first = next(iter(rows.values()))
    lines = [["", *(each.title for each in first)]]
    for side, figures in rows.items():
        lines.append([side, *(_cell(each, ours.get(each.name), side == "weir") for each in figures)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]


def _cell(figure: Figure, ours: float | None, is_ours: bool) -> str:
    if is_ours:
        return figure.told if figure.bar is None else f"{figure.told} {'ok' if figure.holds else 'MISSED'}"
    if not figure.compared or not ours or figure.value is None:
        return figure.told
    return f"{figure.told} ({figure.value / ours:.1f}x)"


def _conformance(provider: Provider, quick: bool) -> list[str]:
    """The sixteen faults, in full time one wire after the other's start; nobody else is played here."""
    speed = _QUICK_CONFORMANCE_SPEED if quick else 1.0
    played = asyncio.run(play_all(provider, FAULTS, ("openai", "anthropic"), speed))
    print(f"{CONFORMANCE}: sixteen faults on two wires" + (f", {speed:g} times as fast" if quick else ", in full time"))
    for run in played:
        print(f"  {run.told}")
    counts = [sum(run.verdict == verdict for run in played) for verdict in ("pass", "partial", "safe", "fail")]
    print("  pass/partial/safe/fail: {}/{}/{}/{}\n".format(*counts))
    return [f"{CONFORMANCE}: {run.told}" for run in played if run.verdict != "pass"]


if __name__ == "__main__":
    main()
