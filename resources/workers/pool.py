"""A job runs in a warm process of its own; one that costs its worker is given a new one, and the others go on."""

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, TypeVar

from resources.workers.errors import Died, TookTooMuch
from resources.workers.worker import Limit, Worker

T = TypeVar("T")

_JOBS_A_WORKER = 2_000  # after which it is replaced: what leaks in foreign code does not add up


class Workers:
    """At most `most` processes, started when there is work for them. Callable from any thread; a context manager."""

    def __init__(self, most: int, limit: Limit, modules: Sequence[str] = ()) -> None:
        self._limit, self._modules = limit, tuple(modules)
        self._free: list[tuple[Worker, int]] = []
        self._slots = threading.Semaphore(most)
        self._lock = threading.Lock()

    def run(self, function: Callable[..., T], *arguments: Any, beats: bool = False) -> T:
        """The outcome of a function of a module, given as itself; raises what it raises, or Lost.

        With `beats` it is given one more argument to call whenever a part is done: its time begins anew.
        """
        with self._slots:
            try:
                return self._run(function, arguments, beats, *self._take())
            except (Died, TookTooMuch):
                # The system may have ended it, and what went before may have taken the memory: a job is blamed
                # when it ends a worker that has done nothing else.
                return self._run(function, arguments, beats, Worker(self._limit, self._modules), 0)

    def _run(self, function: Callable[..., T], arguments: Sequence[Any], beats: bool, worker: Worker, done: int) -> T:
        try:
            return worker.run(function, arguments, beats)
        finally:
            self._give_back(worker, done + 1)

    def _take(self) -> tuple[Worker, int]:
        with self._lock:
            if self._free:
                return self._free.pop()
        return Worker(self._limit, self._modules), 0

    def _give_back(self, worker: Worker, done: int) -> None:
        if worker.is_usable and done < _JOBS_A_WORKER:
            with self._lock:
                self._free.append((worker, done))
        elif worker.is_usable:
            worker.end()

    def end(self) -> None:
        """All that are idle."""
        with self._lock:
            free, self._free = self._free, []
        for worker, _ in free:
            worker.end()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.end()
