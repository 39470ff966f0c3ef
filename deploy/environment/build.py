"""The order in which an environment is built. The stamp comes last: without it, the next run goes on from there."""

import argparse
import fcntl
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.install import ROOT, fingerprint, is_current

from . import pip
from .crew import Crew, Job, JobFailed
from .faults import CannotInstall, DiskTrouble, VenvFailed
from .fetching import Venv, fetch
from .ground import check_platform, check_room, make_folder
from .packages import installed, meant_for, read_lock, sweep
from .progress import Progress
from .standing import Origin, clear, decide, look_at

WAITING = "another installation is under way; waiting for it"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    lock: Path
    venv: Venv
    version: tuple[int, int] | None  # of Python, if one was insisted on
    space_gb: float

    @classmethod
    def of(cls, options: argparse.Namespace) -> "Order":
        version = sys.version_info[:2] if options.this_python else None
        return cls(Path(options.lock), Venv(Path(options.venv)), version, options.space_gb)


def install(options: argparse.Namespace) -> int:
    """Builds, and turns every way in which that ends into a sentence and an exit code."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    progress = Progress(sys.stdout, time.monotonic, time.sleep)
    _take_heed_of_signals()
    try:
        _install(Order.of(options), progress, options)
    except (CannotInstall, OSError) as error:
        progress.close()
        print(f"weir: {error if isinstance(error, CannotInstall) else DiskTrouble(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.say("interrupted. What is installed stays; run this again to go on.")
        return 130
    return 0


def _install(order: Order, progress: Progress, options: argparse.Namespace) -> None:
    check_platform()
    if order.venv.folder.exists():
        decide(look_at(order.venv.folder), order.version)  # a foreign one is left alone, down to the lock file
    make_folder(order.venv.notes)
    with _alone(order.venv.notes / "lock", lambda: progress.say(WAITING)) as held:
        if not is_current(options.lock, options.venv, options.this_python):
            _build(order, progress, held)


def _build(order: Order, progress: Progress, held: int) -> None:
    venv = order.venv
    step, why = decide(look_at(venv.folder), order.version)
    if why:
        progress.say(f"{venv.folder}: {why}; {'building it anew' if step == 'rebuild' else 'completing it'}")
    venv.tidy()
    if step == "rebuild":
        _make(order, progress, held)
    Origin(str(venv.folder), os.path.realpath(venv.python)).write(venv.notes / "made")
    (venv.notes / "building").unlink(missing_ok=True)
    _fill(order, progress, held)
    _finish(order, progress)


def _make(order: Order, progress: Progress, held: int) -> None:
    """An environment that is empty but for pip."""
    venv = order.venv
    (venv.notes / "building").touch()
    (venv.notes / "made").unlink(missing_ok=True)
    clear(venv.folder)
    check_room(venv.folder, order.space_gb)
    python: str = getattr(sys, "_base_executable", sys.executable)  # sys.executable may have been cleared away just now
    progress.say(f"making {venv.folder} with Python {platform.python_version()} ({python})")
    job = Job([python, "-I", "-m", "venv", str(venv.folder)], os.environ, venv.logs / "venv.txt")
    try:
        Crew(1, held, progress.when_due(lambda: progress.show("making the environment"))).run([job])
    except JobFailed as failed:
        raise VenvFailed(python, pip.last_words(failed.output), str(job.output)) from failed


def _fill(order: Order, progress: Progress, held: int) -> None:
    venv = order.venv
    sweep(venv.site)
    wanted = meant_for(venv.python, read_lock(order.lock.read_text("utf-8")))
    there = installed(venv.site)
    missing = [package for package in wanted if package.key not in there]
    if not missing:
        return
    check_room(venv.folder, order.space_gb * len(missing) / len(wanted))
    progress.say(f"installing {len(missing)} of {len(wanted)} packages, once; all together take about 1.4 GB of disk")
    fetch(venv, wanted, missing, progress, held)


# What every `dagster` of this environment needs to know: its home is the project, whatever the working directory. And
# that `dagster dev` has a successor is news for those who write the README, not for those who follow it.
_AT_HOME = (
    'import os, sys, warnings; os.environ.setdefault("DAGSTER_HOME", os.path.dirname(sys.prefix)); '
    'warnings.filterwarnings("ignore", "Function `.*` is superseded")'
)


def _finish(order: Order, progress: Progress) -> None:
    """Puts the project on the path of every console script, and says that all is done."""
    venv = order.venv
    # Relative, so that no letter of the checkout's own path needs an encoding.
    (venv.site / "weir.pth").write_text(f"{os.path.relpath(ROOT, venv.site)}\n{_AT_HOME}\n", "utf-8")
    (venv.notes / "stamp").write_text(fingerprint(str(order.lock), str(venv.folder)) + "\n", "ascii")
    progress.say(f"{venv.folder} is ready after {progress.elapsed_s:.0f} s")


@contextmanager
def _alone(file: Path, when_not: Callable[[], None]) -> Iterator[int]:
    """Holds the lock. The processes we start inherit it, so that one that outlives us is waited for."""
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            when_not()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()


def _take_heed_of_signals() -> None:
    """A polite end is an interruption, whoever asks for it; a signal that was ignored before us stays so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
