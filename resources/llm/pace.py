"""How long endpoints take, by task, and what follows: whom to wait for how long, and when silence has to be heard.

Streaming costs CPU for every piece; it pays where an answer may take longer than silence may last.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from resources.llm.endpoints import Endpoint
from resources.llm.store import Timed

_REMEMBERED = 256
_ENOUGH = 20  # answers from which a tail can be told
_RECOUNT_EVERY = 8
_SLOW_TIMES = 3.0  # the tail
_OUTPUT_SHARE = 0.25  # of max_tokens, as long as nothing is known of a task's answers
_OUTPUT_GAIN = 0.1


class Percentiles(NamedTuple):
    p50_s: float
    p95_s: float
    p99_s: float


@dataclass(slots=True)
class _Record:
    """The last answers of one endpoint to one task."""

    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    per_token: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    added: int = 0
    counted: Percentiles | None = None
    per_token_p95: float = 0.0

    def add(self, seconds: float, output_tokens: int) -> None:
        self.seconds.append(seconds)
        self.per_token.append(seconds / max(1, output_tokens))
        self.added += 1
        if self.counted is None or self.added % _RECOUNT_EVERY == 0:
            self._count()

    def _count(self) -> None:
        ordered = sorted(self.seconds)
        self.counted = Percentiles(*(_at(ordered, share) for share in (0.5, 0.95, 0.99)))
        self.per_token_p95 = _at(sorted(self.per_token), 0.95)


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Pace:
    """What is known of the endpoints' speed, from this process and, at its start, from those before it."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], _Record] = {}
        self._output: dict[str, float] = {}

    def remember(self, known: Iterable[Timed]) -> None:
        for each in known:
            self.answered(each.endpoint, each.task, each.seconds, each.output_tokens)

    def answered(self, endpoint: str, task: str, seconds: float, output_tokens: int) -> None:
        self._records.setdefault((endpoint, task), _Record()).add(seconds, output_tokens)
        before = self._output.get(task, float(output_tokens))
        self._output[task] = before + _OUTPUT_GAIN * (output_tokens - before)

    def percentiles(self, endpoint: str, task: str) -> Percentiles | None:
        """None until something is known."""
        record = self._records.get((endpoint, task))
        return record.counted if record else None

    def slow_after_s(self, endpoint: Endpoint, task: str, max_tokens: int, floor_s: float) -> float:
        """From when on an answer is late, by the length that is expected of it."""
        record = self._records.get((endpoint.name, task))
        if record is None or record.added < _ENOUGH:
            return floor_s
        expected = self._output.get(task, max_tokens * _OUTPUT_SHARE)
        return max(floor_s, _SLOW_TIMES * record.per_token_p95 * expected)

    def is_quick(self, endpoint: Endpoint, task: str) -> bool:
        """Whether answers come so fast that one which does not come is missed in time without streaming."""
        record = self._records.get((endpoint.name, task))
        if record is None or record.counted is None or record.added < _ENOUGH:
            return False
        return record.counted.p99_s * _SLOW_TIMES <= endpoint.first_token_timeout_s

    def hedge_after_s(self, endpoint: Endpoint, task: str, after_s: float | None) -> float:
        """When a second endpoint is asked too."""
        if after_s is not None:
            return after_s
        record = self._records.get((endpoint.name, task))
        known = record is not None and record.counted is not None and record.added >= _ENOUGH
        return record.counted.p95_s if known and record and record.counted else endpoint.first_token_timeout_s
