"""A few processes side by side: each job's output in a file of its own, and nobody left behind when one fails."""

import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True)
class Job:
    command: Sequence[str]
    environ: Mapping[str, str]
    output: Path


class JobFailed(Exception):
    def __init__(self, job: Job) -> None:
        self.job = job
        self.output = job.output.read_text("utf-8", "replace")
        super().__init__(self.output)


class Crew:
    """Runs jobs, at most so many at once. `held` is a file descriptor that every process keeps open with us."""

    def __init__(self, hands: int, held: int, meanwhile: Callable[[], None]) -> None:
        self._hands = hands
        self._held = held
        self._meanwhile = meanwhile

    def run(self, jobs: Sequence[Job]) -> None:
        """Returns when all are done; raises JobFailed at the first that fails, after the others have ended."""
        waiting = deque(jobs)
        running: list[tuple[Job, subprocess.Popen[bytes]]] = []
        try:
            while waiting or running:
                while waiting and len(running) < self._hands:
                    running.append(self._start(waiting.popleft()))
                running = [(job, process) for job, process in running if not _done(job, process)]
                self._meanwhile()
        finally:
            _end([process for _, process in running])

    def _start(self, job: Job) -> tuple[Job, subprocess.Popen[bytes]]:
        with job.output.open("wb") as output:
            return job, self._open(job, output)

    def _open(self, job: Job, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            job.command,
            env=dict(job.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[self._held],
        )


def _done(job: Job, process: subprocess.Popen[bytes]) -> bool:
    if process.poll():
        raise JobFailed(job)
    return process.returncode == 0


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
