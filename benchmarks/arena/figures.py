"""What a run comes to in numbers, from calls as their callers saw them and requests as the provider saw them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median
from typing import Literal

from benchmarks.arena.crew import Call
from benchmarks.provider import Seen

Form = Callable[[float], str]


def as_count(value: float) -> str:
    return f"{value:.0f}"


def as_share(value: float) -> str:
    return f"{value:.2%}"


def as_seconds(value: float) -> str:
    return f"{value:.2f} s"


def as_times(value: float) -> str:
    return f"{value:.2f}x"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one side; `bar` is what ours is held to, `compared` ones are set against the others'."""

    name: str
    value: float | None
    form: Form = as_count
    bar: float | None = None
    wanted: Literal["at most", "at least"] = "at most"
    compared: bool = False

    @property
    def told(self) -> str:
        return "-" if self.value is None else self.form(self.value)

    @property
    def holds(self) -> bool:
        if self.bar is None:
            return True
        if self.value is None:
            return False
        return self.value <= self.bar if self.wanted == "at most" else self.value >= self.bar

    @property
    def title(self) -> str:
        sign = "<=" if self.wanted == "at most" else ">="
        return self.name if self.bar is None else f"{self.name} ({sign} {self.form(self.bar)})"


def middle(runs: Sequence[Sequence[Figure]]) -> list[Figure]:
    """The median of each figure over several runs; a bar is held to it."""
    return [_middle(same) for same in zip(*runs, strict=True)]


def _middle(same: Sequence[Figure]) -> Figure:
    first = same[0]
    values = [each.value for each in same if each.value is not None]
    return Figure(first.name, median(values) if values else None, first.form, first.bar, first.wanted, first.compared)


def quantile(calls: Iterable[Call], share: float) -> float | None:
    """Of the seconds that answered calls took: the least that is not exceeded by this share of them."""
    took = sorted(call.took_s for call in calls if call.who is not None)
    return took[min(len(took) - 1, int(len(took) * share))] if took else None


def lost(calls: Sequence[Call]) -> int:
    return sum(call.who is None for call in calls)


def ratio(of: float | None, to: float | None) -> float | None:
    return None if of is None or not to else of / to


def failing_calls(seen: Sequence[Seen]) -> int:
    """Those a client could have spared: started after the first failure had returned to it."""
    failed = [each for each in seen if not each.was_answered]
    known_s = min((each.back_at_s for each in failed), default=0.0)
    return sum(each.at_s > known_s for each in failed)


def back_after(seen: Sequence[Seen], recovered_s: float) -> float | None:
    """Seconds from its recovery until the provider answered again."""
    return next((max(0.0, each.at_s - recovered_s) for each in seen if _answers_after(each, recovered_s)), None)


def _answers_after(each: Seen, recovered_s: float) -> bool:
    return each.was_answered and each.at_s >= recovered_s


def busiest_second(seen: Iterable[Seen], begin_s: float, end_s: float) -> int:
    """The most requests that came within any one second."""
    times = sorted(each.at_s for each in seen if begin_s <= each.at_s < end_s)
    steps = sorted([(at_s, 1) for at_s in times] + [(at_s + 1.0, -1) for at_s in times])
    return max(accumulate(step for _, step in steps), default=0)
