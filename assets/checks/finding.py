"""What a check saw is a value: tests read it, Dagster shows it, the gate obeys it. One function judges all measures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from extraction.limits import Limits

Severity = Literal["none", "WARN", "ERROR"]
Number = float | int

OFFENDERS = 100  # rows of a check's table: enough to see the pattern


@dataclass(frozen=True, slots=True)
class Finding:
    """The sentence says what was counted, zeros too; `offenders` are rows of one table, their cells text."""

    severity: Severity
    sentence: str
    numbers: Mapping[str, Number]
    offenders: Sequence[Mapping[str, str]] = ()

    @property
    def passed(self) -> bool:
        return self.severity == "none"

    @property
    def blocks(self) -> bool:
        """Whether a gate that this finding guards stays closed."""
        return self.severity == "ERROR"

    def showing(self, offenders: Callable[[], Sequence[Mapping[str, str]]]) -> "Finding":
        """With its offenders, which are looked for only where there is something to show."""
        if self.passed:
            return self
        return Finding(self.severity, self.sentence, self.numbers, tuple(offenders())[:OFFENDERS])


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that has limits: what was measured, on how many things, and how a person reads it."""

    name: str
    value: float
    count: int
    of: str  # what was counted, as in "below 20 answers"
    said: str
    unit: Callable[[float], str]
    numbers: Mapping[str, Number]


def share(name: str, part: int, whole: int, of: str, did: str) -> Measure:
    """So many of so many, as in 3 of 120 answers came from a fallback (2.5%)."""
    value = part / whole if whole else 0.0
    said = f"{part:,} of {whole:,} {of} {did} ({percent(value)})"
    return Measure(name, value, whole, of, said, percent, {"offending": part, "of": whole})


def judged(measure: Measure, limits: Limits, place: str) -> Finding:
    """WARN over the soft limit, ERROR over the hard one; on a limit is not over it; below the minimum it says nothing.

    `place` is where a person changes the limits.
    """
    severity = _severity(measure, limits)
    numbers = {measure.name: measure.value, **measure.numbers, **_told(limits)}
    return Finding(severity, f"{measure.said}{_why(measure, limits, severity, place)}", numbers)


def _severity(measure: Measure, limits: Limits) -> Severity:
    if measure.count < limits.min_count or measure.value <= limits.warn:
        return "none"
    return "ERROR" if measure.value > limits.error else "WARN"


def _why(measure: Measure, limits: Limits, severity: Severity, place: str) -> str:
    if measure.count < limits.min_count:
        return f"; below {limits.min_count:,} {measure.of} that says nothing"
    if severity == "none":
        return ""
    limit, word = (limits.error, "hard") if severity == "ERROR" else (limits.warn, "soft")
    return f", over the {word} limit of {measure.unit(limit)} ({place})"


def _told(limits: Limits) -> dict[str, Number]:
    """A limit that is switched off is no number Dagster could plot."""
    told = {"warn_above": limits.warn, "error_above": limits.error}
    return {**{name: each for name, each in told.items() if isfinite(each)}, "minimum_count": limits.min_count}


def worst(findings: Sequence[Finding]) -> Severity:
    """How bad the worst of them is."""
    found = {each.severity for each in findings}
    return next((each for each in ("ERROR", "WARN") if each in found), "none")


def percent(value: float) -> str:
    return f"{100 * value:.3g}%"


def seconds(value: float) -> str:
    return f"{value:.3g} s"


def times(value: float) -> str:
    return f"{value:.3g} times"


def usd(value: float) -> str:
    return f"{value:,.4f} USD" if value < 1 else f"{value:,.2f} USD"


def hours(value: float) -> str:
    return f"{value:,.3g} h"
