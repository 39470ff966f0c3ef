"""Filling an environment: portions of the lock, a few pips at once, and how far they are."""

import os
import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import pip
from .crew import Crew, Job, JobFailed
from .packages import Package, installed, portions
from .progress import Progress

PORTION = 12  # packages a pip: enough to outweigh its start, few enough to lose little when one is cut short
A_TRIED_AGAIN = "the package index does not answer; pip goes on trying"


@dataclass(frozen=True, slots=True)
class Venv:
    """Where things are in an environment. What is ours in it, and not Python's, lies in `.weir`."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site(self) -> Path:
        """site-packages of the Python inside, which is not always the one that runs this."""
        return max((self.folder / "lib").glob("python3.*"), key=lambda path: path.stat().st_mtime) / "site-packages"

    @property
    def notes(self) -> Path:
        return self.folder / ".weir"

    @property
    def logs(self) -> Path:
        return self.notes / "logs"

    @property
    def scratch(self) -> Path:
        return self.notes / "tmp"

    def tidy(self) -> None:
        for folder in (self.logs, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()


@dataclass(slots=True)
class Gauge:
    """How far the pips are, read off the disk: what they fetched lies in their scratch folders while they run."""

    venv: Venv
    wanted: frozenset[tuple[str, str]]
    most: dict[str, int] = field(default_factory=dict)
    told: bool = False

    def measure(self) -> None:
        for folder in self.venv.scratch.glob("*/"):
            self.most[folder.name] = max(self.most.get(folder.name, 0), _size(folder))

    @property
    def megabytes(self) -> float:
        return sum(self.most.values()) / 1e6

    @property
    def done(self) -> int:
        return len(self.wanted & installed(self.venv.site))

    def must_wait(self) -> bool:
        """True once: when a pip has begun to repeat itself."""
        if self.told or not any(pip.RETRYING in _read(log) for log in self.venv.logs.glob("pip-*.txt")):
            return False
        self.told = True
        return True


def fetch(venv: Venv, wanted: Sequence[Package], missing: Sequence[Package], progress: Progress, held: int) -> None:
    """Installs what is missing of what is wanted, or raises the sentence that says why not."""
    gauge = Gauge(venv, frozenset(package.key for package in wanted))

    def meanwhile() -> None:
        gauge.measure()
        if gauge.must_wait():
            progress.say(A_TRIED_AGAIN)
        progress.show(f"{gauge.done} of {len(wanted)} packages, {gauge.megabytes:.0f} MB fetched")

    jobs = [_job(venv, number, portion) for number, portion in enumerate(portions(missing, PORTION))]
    try:
        Crew(hands(os.cpu_count()), held, progress.when_due(meanwhile)).run(jobs)
    except JobFailed as failed:
        raise pip.explain(failed.output, _place(venv, failed.job)) from failed
    shutil.rmtree(venv.scratch, ignore_errors=True)
    progress.say(f"{len(wanted)} packages are installed, {gauge.megabytes:.0f} MB were fetched")


def hands(cores: int | None) -> int:
    """Much of the work is waiting for the network, so never one pip alone; and an index is no place for many."""
    return min(4, max(2, cores or 1))


def _job(venv: Venv, number: int, portion: Sequence[Package]) -> Job:
    scratch = venv.scratch / str(number)
    scratch.mkdir()
    requirements = scratch.with_suffix(".txt")
    requirements.write_text("".join(package.text for package in portion), "utf-8")
    command = pip.command(venv.python, requirements)
    return Job(command, pip.settings(os.environ, scratch), venv.logs / f"pip-{number}.txt")


def _place(venv: Venv, job: Job) -> pip.Place:
    python = venv.site.parent.name.removeprefix("python")
    return pip.Place(str(job.output), str(venv.folder), python, f"{platform.system()} {platform.machine()}")


def _size(folder: Path) -> int:
    """Files come and go while one looks."""
    return sum(_size_of(Path(root, name)) for root, _, names in os.walk(folder) for name in names)


def _size_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _read(log: Path) -> str:
    return log.read_text("utf-8", "replace")
