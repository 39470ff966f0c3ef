"""The processes of one side are started, begin at the same moment under fresh faults, and hand over what they saw."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from benchmarks.arena.litellm_home import VARIABLES, interpreter
from resources.environment import ROOT

_LEAD_S = 0.3


@dataclass(frozen=True, slots=True)
class Call:
    """One call as its caller saw it; `who` is the model that answered, None if nobody did."""

    sent_s: float
    took_s: float
    who: str | None
    asked: int
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Told:
    calls: list[Call]
    cpu_s: float


def run(
    side: str,
    tasks: Sequence[dict[str, Any]],
    strike: Callable[[], None],
    patience_s: float,
    kill_first_after_s: float | None = None,
) -> Told | None:
    """One process a task; `strike` is called once all are ready. None if the side cannot run here.

    The first can be killed as the kernel kills, without a word; it then tells nothing.
    """
    python = interpreter(side)
    if python is None:
        return None
    with ExitStack() as stack:
        crew = [_start(stack, [str(python), "-m", "benchmarks.arena.client"], {**task, "side": side}) for task in tasks]
        for process in crew:
            _line(process)  # ready
        strike()
        moment = time.time() + _LEAD_S
        for process in crew:
            _tell(process, str(moment))
        if kill_first_after_s is not None:
            time.sleep(max(0.0, moment + kill_first_after_s - time.time()))
            crew.pop(0).kill()
        told = [json.loads(_line(process)) for process in crew]
        for process in crew:
            process.wait(patience_s)
    calls = [Call(**call) for each in told for call in each["calls"]]
    return Told(sorted(calls, key=lambda call: call.sent_s), sum(each["cpu_s"] for each in told))


def _start(stack: ExitStack, command: list[str], task: dict[str, Any]) -> "subprocess.Popen[str]":
    variables = {**os.environ, **VARIABLES, "PYTHONPATH": str(ROOT)}
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=variables, text=True, **pipes))
    stack.callback(_end, process)
    _tell(process, json.dumps(task))
    return process


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.kill()


def _tell(process: "subprocess.Popen[str]", line: str) -> None:
    if process.stdin is not None:
        process.stdin.write(line + "\n")
        process.stdin.flush()


def _line(process: "subprocess.Popen[str]") -> str:
    """Its next line; other things libraries print are passed over."""
    while process.stdout is not None and (line := process.stdout.readline()):
        if line.startswith(("ready", "{")):
            return line
    raise RuntimeError(f"a client ended early: {process.args!r}")
