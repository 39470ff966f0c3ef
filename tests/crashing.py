"""Processes that die at a statement's boundary: imports done once, a fork for each death, so it costs milliseconds.

The program that dies is told a number, and is killed (SIGKILL, from within, as by a power cut) before or after its n-th
exchange with the database; production code knows nothing of it.
"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import psycopg

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Countdown:
    """Kills this process when it reaches zero; negative: never."""

    def __init__(self, left: int) -> None:
        self._left = left
        self.ticks = 0

    def tick(self) -> None:
        if self._left == self.ticks:
            os.kill(os.getpid(), signal.SIGKILL)
        self.ticks += 1


def die_at_exchange(number: int, kind: type[Any] = psycopg.Connection) -> Countdown:
    """Before the first exchange is 0, after it 1, and so on; `tick` may be called at boundaries of one's own."""
    countdown = Countdown(number)
    wait = kind.wait

    if kind is psycopg.Connection:

        def counted(self: Any, *arguments: Any, **more: Any) -> Any:
            countdown.tick()
            result = wait(self, *arguments, **more)
            countdown.tick()
            return result

        kind.wait = counted
    else:

        async def counted_async(self: Any, *arguments: Any, **more: Any) -> Any:
            countdown.tick()
            result = await wait(self, *arguments, **more)
            countdown.tick()
            return result

        kind.wait = counted_async
    return countdown


@dataclass
class Zygote:
    """A process that has imported everything; each `run` is a fork of it."""

    process: "subprocess.Popen[str]"

    @classmethod
    def start(cls, module: str, *arguments: str) -> "Zygote":
        command = [sys.executable, "-m", module, *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return cls(process)

    def __enter__(self) -> "Zygote":
        return self

    def __exit__(self, _: type | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.process.communicate()

    def run(self, *numbers: int) -> list[int]:
        """Forks, one for each number, at the same time; how each ended (-9: killed)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join(str(number) for number in numbers) + "\n")
        self.process.stdin.flush()
        return [int(word) for word in self.process.stdout.readline().split()]


def serve(work: Callable[[int], None]) -> None:
    """The zygote's side: for each line of numbers, a fork each that does the work and ends."""
    for line in sys.stdin:
        children = [_fork(work, int(word)) for word in line.split()]
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        sys.stdout.write(" ".join(str(end) for end in ends) + "\n")
        sys.stdout.flush()


def _fork(work: Callable[[int], None], number: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work(number)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def sample(seed: int, boundaries: int, count: int) -> list[int]:
    """So many of the boundaries, seeded; all of them where there are no more."""
    return random.Random(seed).sample(range(boundaries), min(count, boundaries))
