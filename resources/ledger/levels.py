"""What the service achieved, day by day: for the pages a manager reads and for whoever promised somebody something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from resources.ledger.connections import Book


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How the documents of one day and feed stand; `manual` are those a person had to look at."""

    day: date
    feed: str
    judged: int
    manual: int
    accepted: int
    review: int
    dead: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a day's documents were decided; `minutes` are those in which at least one was."""

    day: date
    documents: int
    minutes: int
    p50_s: float
    p99_s: float

    @property
    def documents_per_hour(self) -> float:
        return self.documents * 60 / self.minutes


@dataclass(frozen=True, slots=True)
class Answering:
    """What came of asking models on one day."""

    day: date
    minutes_asked: int
    minutes_answered: int
    questions: int
    answers: int

    @property
    def uptime(self) -> float:
        """Of the minutes in which somebody asked, the share in which somebody answered."""
        return self.minutes_answered / self.minutes_asked


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided."""

    approved: int
    corrected: int
    rejected: int

    @property
    def total(self) -> int:
        return self.approved + self.corrected + self.rejected


@dataclass(frozen=True, slots=True)
class Score:
    feed: str
    f1: float
    documents: int


@dataclass(frozen=True, slots=True)
class Turn:
    """An endpoint's breaker changed its phase."""

    endpoint: str
    phase: str
    why: str
    at: datetime


class Levels(Book):
    topic = "levels"

    def verdicts(self, feeds: Sequence[str], since: date, until: date) -> list[Verdicts]:
        rows = self._rows("count_verdicts", feeds=list(feeds), since=since, until=until)
        return [Verdicts(*row) for row in rows]

    def paces(self, feeds: Sequence[str], since: date, until: date) -> list[Pace]:
        return [Pace(*row) for row in self._rows("measure_paces", feeds=list(feeds), since=since, until=until)]

    def answering(self, since: date, until: date) -> list[Answering]:
        """By the day of the question, in UTC; read from the calls, for days whose calls are still kept."""
        return [Answering(*row) for row in self._rows("measure_answering", since=since, until=until)]

    def decisions(self, since: date, until: date) -> Decisions:
        return Decisions(*self._row("count_decisions", since=since, until=until))

    def scores(self, feeds: Sequence[str]) -> list[Score]:
        return [Score(*row) for row in self._rows("newest_scores", feeds=list(feeds))]

    def turns(self, since: datetime, until: datetime) -> list[Turn]:
        """In order of time; an endpoint's last turn before `since` tells how it stood then."""
        return sorted((Turn(*row) for row in self._rows("breaker_turns", since=since, until=until)), key=_when)


def _when(turn: Turn) -> datetime:
    return turn.at
