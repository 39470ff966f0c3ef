"""Jobs that do a worker harm, each in its own way."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def add(one: int, two: int) -> int:
    return one + two


def whoami() -> int:
    return os.getpid()


def refuse(what: str) -> None:
    raise LookupError(f"no {what}")


def hang() -> None:
    while True:
        time.sleep(60)


def grab(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


_KEPT: list[bytearray] = []


def keep(megabytes: int) -> None:
    _KEPT.append(bytearray(megabytes * 1_000_000))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_once(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def leave() -> None:
    os._exit(3)


def plod(steps: int, step_s: float, beat: Callable[[], None]) -> str:
    for _ in range(steps):
        time.sleep(step_s)
        beat()
    return "arrived"


def variables() -> dict[str, str]:
    return dict(os.environ)


def echo(content: bytes) -> bytes:
    return content
