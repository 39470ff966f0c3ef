"""What the engine costs on top of the bare SDK: CPU a success, CPU a failed attempt, and the time to import it.

Each side is a process of its own and only its own CPU counts, not the server's; sides take turns, and figures are
medians of what a turn cost more than the other side's of the same minute. The server answers with canned bytes and
without latency, and remembers what it was sent: sides that did not send the same requests are not compared.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.arena.litellm_home import VARIABLES, interpreter
from benchmarks.canned import Sent, running, sent_since
from benchmarks.engines import PRICE
from resources.environment import ROOT

MODEL = "primary-model-1"
Turn = dict[tuple[str, bool], float]  # CPU ms a call, by side and whether the first attempt failed
SUCCESS_MS, FAILURE_MS, IMPORT_MS = 0.3, 1.0, 100.0
_OURS = (
    "resources.llm",
    "resources.llm.config",
    "resources.llm.plan",
    "resources.llm.adapters.openai",
    "resources.llm.adapters.anthropic",
)


@dataclass(frozen=True, slots=True)
class Block:
    """Calls of one kind; a failing one is refused by the first endpoint and answered by the second."""

    wire: str
    stream: bool
    at_once: int
    failing: bool = False

    @property
    def name(self) -> str:
        how = "streamed" if self.stream else "whole"
        return f"{self.wire:9} {how:8} c={self.at_once:<2} {'failed, then answered' if self.failing else 'answered'}"

    def task(self, server: str, count: int) -> dict[str, Any]:
        well = "stream" if self.stream else "whole"
        urls = {
            "first": self._at(server, "overloaded" if self.failing else well),
            "second": self._at(server, well),
        }
        return {
            "name": self.name,
            "wire": self.wire,
            "stream": self.stream,
            "at_once": self.at_once,
            "count": count,
            "urls": list(urls.values()),
            "config": _config(self.wire, urls),
        }

    def _at(self, server: str, place: str) -> str:
        return f"{server}/{place}/v1" if self.wire == "openai" else f"{server}/{place}"


def _config(wire: str, urls: Mapping[str, str]) -> dict[str, Any]:
    """A breaker that never trips: what is to be measured is the failed attempt, not the one that is spared."""
    never = {"consecutive_failures": 1_000_000_000, "min_calls": 1_000_000_000}
    said = {"provider": wire, "model": MODEL, "price": PRICE, "breaker": never}
    return {
        "endpoints": [{"name": name, "base_url": url, **said} for name, url in urls.items()],
        "routes": [{"task": "extract", "steps": [{"endpoint": name} for name in urls]}],
    }


def blocks() -> Iterator[Block]:
    for wire in ("openai", "anthropic"):
        for stream in (False, True):
            for at_once in (1, 32):
                yield Block(wire, stream, at_once)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    parser.add_argument("--reps", type=int, default=7, help="turns of each side (default: %(default)s)")
    parser.add_argument("--count", type=int, default=160, help="calls a turn (default: %(default)s)")
    options = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, medians of {options.reps} turns of {options.count}\n"
    )
    missed = [*_calls(options.reps, options.count), *_imports(options.reps)]
    print(f"\nmissed: {'; '.join(missed)}" if missed else "\nno bar missed")
    sys.exit(1 if missed else 0)


def _calls(reps: int, count: int) -> list[str]:
    with running() as server, ExitStack() as stack:
        sides = {side: _start(stack, side) for side in ("bare", "weir", "litellm")}
        known = {side: process for side, process in sides.items() if process is not None}
        print(f"{'CPU ms a call':46} {'bare SDK':>9} {'weir':>9} {'on top':>9}        {'LiteLLM Router':>15}")
        return [missed for block in blocks() for missed in report(block, _turns(known, block, server, reps, count))]


def _start(stack: ExitStack, side: str) -> "subprocess.Popen[str] | None":
    python = interpreter(side)
    if python is None:
        return None
    command = [str(python), "-m", "benchmarks.arena.blocks", side]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **VARIABLES, "PYTHONPATH": str(ROOT)}, **pipes)
    stack.callback(process.kill)
    return stack.enter_context(process)


def _turns(sides: dict[str, "subprocess.Popen[str]"], block: Block, server: str, reps: int, count: int) -> list[Turn]:
    """Each side in turn, answered and then failed; LiteLLM is asked on the wire its users know it by."""
    asked = {side: process for side, process in sides.items() if side != "litellm" or block.wire == "openai"}
    tasks = {each: each.task(server, count) for each in (block, replace(block, failing=True))}
    for process in asked.values():
        for task in tasks.values():
            _turn(process, task)  # clients are made, caches filled
    return [_one_turn(asked, tasks, server, count) for _ in range(reps)]


def _one_turn(
    sides: dict[str, "subprocess.Popen[str]"], tasks: dict[Block, dict[str, Any]], server: str, count: int
) -> Turn:
    turn: Turn = {}
    for block, task in tasks.items():
        seen = {side: _turn_seen(process, task, server) for side, process in sides.items()}
        refuse_different(block, seen["bare"][1], seen["weir"][1], count)
        turn |= {(side, block.failing): ms for side, (ms, _) in seen.items()}
    return turn


def _turn_seen(process: "subprocess.Popen[str]", task: dict[str, Any], server: str) -> tuple[float, Sent]:
    """What a turn cost, and what the server was sent in it."""
    sent_since(server)
    return _turn(process, task), sent_since(server)


def refuse_different(block: Block, bare: Sent, weir: Sent, count: int) -> None:
    """As many requests, of the same bodies, to the same doors."""
    wanted = 2 * count if block.failing else count
    if bare != weir or bare.total() != wanted:
        sys.exit(
            f"{block.name}: not the same was sent: bare {bare.total()}, weir {weir.total()} of {wanted} requests, "
            f"{(bare - weir).total()} of them by bare alone"
        )


def _turn(process: "subprocess.Popen[str]", task: dict[str, Any]) -> float:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a side without pipes")
    process.stdin.write(json.dumps(task) + "\n")
    process.stdin.flush()
    while line := process.stdout.readline():
        if line.startswith("{"):
            return float(json.loads(line)["ms"])
    raise RuntimeError(f"a side ended early: {process.args!r}")


def report(block: Block, turns: Sequence[Turn]) -> Iterator[str]:
    """What we add; of a failed attempt, without what we add to the success after it."""
    added = [{failing: turn["weir", failing] - turn["bare", failing] for failing in (False, True)} for turn in turns]
    on_top = {False: median(ms[False] for ms in added), True: median(ms[True] - ms[False] for ms in added)}
    for failing, bar in ((False, SUCCESS_MS), (True, FAILURE_MS)):
        name, holds = replace(block, failing=failing).name, on_top[failing] <= bar
        ms = {side: median(turn[side, failing] for turn in turns) for side, which in turns[0] if which == failing}
        other = f"{ms['litellm']:15.2f} ({ms['litellm'] / ms['weir']:.1f}x)" if "litellm" in ms else ""
        said = f"{ms['bare']:9.2f} {ms['weir']:9.2f} {on_top[failing]:9.2f} {'ok' if holds else 'MISSED':6}"
        print(f"{name:46} {said} {other}", flush=True)
        if not holds:
            yield f"{name.strip()}: {on_top[failing]:.2f} ms on top, {bar:g} at most"


def _imports(reps: int) -> Iterator[str]:
    """CPU of a fresh interpreter that has the SDKs already; turns alternate."""
    litellm = interpreter("litellm")
    ours, theirs = [], []
    for _ in range(reps):
        ours.append(_import_ms(Path(sys.executable), ("openai", "anthropic"), _OURS))
        if litellm is not None:
            theirs.append(_import_ms(litellm, ("openai",), ("litellm",)))
    on_top, holds = median(ours), median(ours) <= IMPORT_MS
    told = f"; litellm on top of its SDK {median(theirs):.0f} ms ({median(theirs) / on_top:.0f}x)" if theirs else ""
    print(f"\nimport on top of the SDKs: {on_top:.0f} ms {'ok' if holds else 'MISSED'}{told}")
    if not holds:
        yield f"import: {on_top:.0f} ms, {IMPORT_MS:g} at most"


def _import_ms(python: Path, before: Sequence[str], then: Sequence[str]) -> float:
    lines = [f"import {name}" for name in before]
    lines += ["import time", "begun = time.process_time()"]
    lines += [*(f"import {name}" for name in then), "print(time.process_time() - begun)"]
    code = "\n".join(lines)
    variables = {**os.environ, **VARIABLES, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [str(python), "-c", code], env=variables, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return float(told.stdout.strip().splitlines()[-1]) * 1e3


if __name__ == "__main__":
    main()
